import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { overBudget, page, readBudgets, settled } from '../../host/board/board-sizes.js';
import { boardNames, boardsFolder, readBoard } from '../../host/board/board.js';
import type { BoardBuild, BoardMemory } from '../../host/board/build.js';
import { readCounts, typical } from '../../host/board/count.js';
import { flash } from '../../host/board/flash.js';
import { Slipmux } from '../../host/board/slipmux.js';
import { deepest, readCallGraph, type CallGraph } from '../../host/board/stack.js';
import { crc32, fromUf2, uf2 } from '../../host/board/uf2.js';
import { packageRoot } from '../../host/modules.js';

describe('flashing', () => {
  let folder = '';
  let build: BoardBuild;
  const said: string[] = [];
  const say = (line: string) => void said.push(line);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-flash-'));
    const image = join(folder, 'pico.uf2');
    await writeFile(image, 'image');
    build = { board: await readBoard('pico'), images: { uf2: image } } as unknown as BoardBuild;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const mounts = async (...labels: string[]) => {
    const mounted = await mkdtemp(join(folder, 'mounts-'));
    for (const label of labels) await mkdir(join(mounted, label));
    return mounted;
  };

  test('copies the image to the one drive that asks for it', async () => {
    const mounted = await mounts('RPI-RP2', 'HOLIDAYS');
    await flash(build, { mounts: [mounted], say });
    assert.equal(await readFile(join(mounted, 'RPI-RP2', 'pico.uf2'), 'utf8'), 'image');
  });

  test('never guesses between two drives, and takes the one that is named', async () => {
    const mounted = await mounts('RPI-RP2', 'RPI-RP21');
    await assert.rejects(flash(build, { mounts: [mounted], say }), /several boards: name one with --port/);
    await flash(build, { mounts: [mounted], port: join(mounted, 'RPI-RP21'), say });
    assert.equal(await readFile(join(mounted, 'RPI-RP21', 'pico.uf2'), 'utf8'), 'image');
    await assert.rejects(readFile(join(mounted, 'RPI-RP2', 'pico.uf2')));
  });

  test('says how the board comes to show its drive when there is none', async () => {
    const mounted = await mounts('HOLIDAYS');
    await assert.rejects(flash(build, { mounts: [mounted], say }), /hold BOOTSEL while plugging it in/);
  });

  test('a dry run prints the command and changes nothing', async () => {
    const mounted = await mounts('RPI-RP2');
    said.length = 0;
    await flash(build, { mounts: [mounted], isDryRun: true, say });
    assert.match(said.join(), /^cp .*pico\.uf2 .*RPI-RP2/);
    await assert.rejects(readFile(join(mounted, 'RPI-RP2', 'pico.uf2')));
  });

  test('a missing program is named with its package and the command it is needed for', async () => {
    const board = await readBoard('stm32f405');
    const flasher = { package: 'some-tools', command: ['no-such-flasher', '{bin}'] };
    const other = { board: { ...board, flasher }, images: { bin: 'a.bin' } } as unknown as BoardBuild;
    await assert.rejects(
      flash(other, { say }),
      /'no-such-flasher a\.bin', and no-such-flasher is missing: apt install some-tools/,
    );
  });

  test('a board that lives in its emulator only says so', async () => {
    const other = { board: await readBoard('riscv'), images: {} } as unknown as BoardBuild;
    await assert.rejects(flash(other, { say }), /slipway run --board riscv/);
  });
});

describe('UF2', () => {
  test('carries the image in blocks of 256 octets, with the CRC of the boot stage in its place', () => {
    const image = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);
    const file = uf2(image, 0x10000000);
    assert.equal(file.length, 4 * 512);
    const carried = fromUf2(file);
    assert.equal(carried.origin, 0x10000000);
    assert.deepEqual(carried.image.subarray(256, 1000), image.subarray(256));
    const stored = new DataView(carried.image.buffer).getUint32(252, true);
    assert.equal(stored, crc32(image.subarray(0, 252)));
  });

  test('the CRC is that of the check value known for this polynomial, without reflection', () => {
    assert.equal(crc32(new TextEncoder().encode('123456789')), 0x0376e6e7);
  });
});

describe('slipmux', () => {
  test('tells log lines from datagrams and from what is neither, however the octets are cut', () => {
    const octets = Buffer.from('boot\xc0\nhello\n\xc0\xc0E\xdb\xdc\xdb\xdd\xc0', 'latin1');
    for (let size = 1; size <= octets.length; size += 1) {
      const heard: string[] = [];
      const hear = (kind: string) => (what: string | Uint8Array) =>
        void heard.push(`${kind} ${typeof what === 'string' ? what : Buffer.from(what).toString('latin1')}`);
      const slipmux = new Slipmux({ log: hear('log'), datagram: hear('datagram'), noise: hear('noise') });
      for (let at = 0; at < octets.length; at += size) slipmux.push(octets.subarray(at, at + size));
      assert.deepEqual(heard, ['noise boot', 'log hello\n', 'datagram E\xc0\xdb']);
    }
  });
});

describe('the stack bound', () => {
  const node = (name: string, octets: number) =>
    `node: { title: "${name}" label: "${name}\\nx.c:1:1\\n${octets} bytes (static)" }`;
  const edge = (from: string, to: string) => `edge: { sourcename: "${from}" targetname: "${to}" label: "x.c:1:1" }`;
  const graphOf = (...lines: string[]): CallGraph => {
    const graph: CallGraph = new Map();
    readCallGraph(lines.join('\n'), graph);
    return graph;
  };

  test('is the sum along the deepest path, which need not be the longest', () => {
    const nodes = [node('main', 8), node('a', 100), node('b', 16), node('c', 16)];
    const graph = graphOf(...nodes, edge('main', 'a'), edge('main', 'b'), edge('b', 'c'));
    assert.deepEqual(deepest(graph, 'main'), { octets: 108, path: ['main', 'a'], doubts: [] });
  });

  test('recursion, a call through a pointer and an unknown function make it no bound', () => {
    const nodes = [node('main', 8), node('a', 16)];
    const calls = [edge('main', 'a'), edge('a', 'main'), edge('a', '__indirect_call'), edge('a', 'elsewhere')];
    const { doubts } = deepest(graphOf(...nodes, ...calls), 'main');
    assert.deepEqual(doubts, ['main is recursive', 'a calls through a pointer', 'elsewhere is unknown']);
  });

  test('a stack of a size that depends on data is unknown', () => {
    const graph = graphOf('node: { title: "main" label: "main\\nx.c:1:1\\n64 bytes (dynamic)" }');
    assert.deepEqual(deepest(graph, 'main').doubts, ['main is unknown']);
  });
});

describe('what an image takes', () => {
  const memory = (flash: number, ram = 8192 - 512 - 50) =>
    ({ flash, ram, stack: { octets: 50, path: [], doubts: [] } }) as unknown as BoardMemory;

  test('docs/boards-sizes.md shows the budgets of boards/sizes.json', async () => {
    const boards = (await Promise.all((await boardNames()).map(readBoard))).filter(({ ram }) => ram !== undefined);
    const shown = await readFile(join(packageRoot(), 'docs', 'boards-sizes.md'), 'utf8');
    assert.equal(shown, page(boards, await readBudgets()), 'npm run sizes -- --settle');
  });

  test('one octet above the budget is too much, and so are 511 spare where RAM is small', async () => {
    const board = await readBoard('stm32f100');
    const budgets = { stm32f100: { http: { flash: 2000, ram: 8000, stack: 50 } } };
    assert.deepEqual(overBudget(board, 'http', memory(2000), budgets), []);
    assert.match(overBudget(board, 'http', memory(2001), budgets).join(), /2001 octets of flash, above/);
    assert.match(
      overBudget(board, 'http', memory(2000, 8192 - 511 - 50), budgets).join(),
      /leaves 511 octets of RAM spare/,
    );
    assert.match(overBudget(board, 'ftp', memory(2000), budgets).join(), /no budget/);
  });

  test('a budget is settled downwards only', () => {
    const before = { flash: 4096, ram: 64, stack: 64 };
    assert.deepEqual(settled(before, memory(1000, 10)), { flash: 2048, ram: 64, stack: 64 });
    assert.deepEqual(settled(before, memory(5000, 100)), before);
  });
});

describe('counting', () => {
  test("takes off the marks' own instructions, and those of each pause", () => {
    const rounds = (name: string, counted: number, pauses: number) => `${name}\ncounted ${counted} pauses ${pauses}\n`;
    const counts = readCounts(rounds('empty', 6, 0) + rounds('pause', 9, 1) + rounds('work', 112, 2));
    assert.deepEqual(
      counts.map((count) => [count.name, typical(count)]),
      [['work', 100]],
    );
  });
});

describe('the boards', () => {
  test('each has a board.json, one C file that includes nothing but common headers, and a README.md', async () => {
    for (const name of await boardNames()) {
      const source = await readFile(boardsFolder(name, 'board.c'), 'utf8');
      const own = [...source.matchAll(/^#include "([^"]+)"/gm)].map(([, file]) => file ?? '');
      for (const file of own) await readFile(boardsFolder('common', file));
      assert.match(await readFile(boardsFolder(name, 'README.md'), 'utf8'), /^# /);
    }
  });
});
