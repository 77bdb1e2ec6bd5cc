// Looks at a board's RAM from outside, through QEMU's machine protocol: what was never written is still zero there.

import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { BoardBuild } from '../../host/board/build.js';
import { tool } from '../../host/board/compile.js';
import { startEmulator, type RunningBoard } from '../../host/board/emulator.js';

const run = promisify(execFile);

/** What is to be seen in RAM. */
export interface RamUse {
  /** Octets of the stack that were ever used, of those reserved. */
  stack: number;
  /** Octets behind all variables that were ever written; they belong to nobody. */
  strayed: number;
}

/** A board that runs in QEMU with its RAM in sight. */
export class WatchedBoard {
  private constructor(
    private readonly build: BoardBuild,
    private readonly folder: string,
    readonly running: RunningBoard,
  ) {}

  /** QEMU goes on, and hears of us, once somebody has opened the board's line. */
  static async start(build: BoardBuild, folder: string): Promise<WatchedBoard> {
    const more = ['-qmp', `unix:${join(folder, 'qmp')},server=on,wait=off`];
    return new WatchedBoard(build, folder, await startEmulator(build.board, build.images, more));
  }

  async look(): Promise<RamUse> {
    const { board, images } = this.build;
    const origin = Number(board.ram?.origin);
    const { stdout } = await run(tool(board, 'nm'), [images['elf'] ?? '']);
    const symbol = (name: string) => parseInt(new RegExp(`^([0-9a-f]+) . ${name}$`, 'm').exec(stdout)?.[1] ?? '', 16);
    const ram = await this.dump(origin, board.ram?.octets ?? 0);
    const stack = ram.subarray(0, symbol('stack_top') - origin);
    const behind = ram.subarray(symbol('bss_end') - origin);
    const deepest = stack.findIndex((octet) => octet !== 0);
    return { stack: deepest < 0 ? 0 : stack.length - deepest, strayed: behind.filter((octet) => octet !== 0).length };
  }

  private async dump(origin: number, octets: number): Promise<Buffer> {
    const filename = join(this.folder, 'ram');
    const socket = connect(join(this.folder, 'qmp'));
    const lines = createInterface(socket)[Symbol.asyncIterator]();
    try {
      await lines.next(); // its greeting
      await command(socket, lines, 'qmp_capabilities');
      await command(socket, lines, 'memsave', { val: origin, size: octets, filename });
      return await readFile(filename);
    } finally {
      socket.destroy();
      await rm(filename, { force: true });
    }
  }
}

/** Asks QEMU, past whatever else it has to tell meanwhile. */
async function command(
  socket: Socket,
  lines: AsyncIterator<string>,
  execute: string,
  given: object = {},
): Promise<void> {
  socket.write(JSON.stringify({ execute, arguments: given }) + '\n');
  for (;;) {
    const { value, done } = await lines.next();
    const answer = JSON.parse(done ? '{"error":"it is gone"}' : value) as { return?: unknown; error?: unknown };
    if (answer.error !== undefined) throw new Error(`QEMU refused ${execute}: ${JSON.stringify(answer.error)}`);
    if (answer.return !== undefined) return;
  }
}
