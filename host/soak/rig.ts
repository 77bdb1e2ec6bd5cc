// A cable with a board at one end and the laptop's stack at the other, both in this process, on a real pty.

import { RealClock } from '../clock.js';
import { LastingLink } from '../gateway/lasting-link.js';
import { BOARD_ADDRESS, open } from '../index.js';
import type { FaultCounts, WireOptions } from '../link/wire.js';
import { openSerial } from '../link/serial.js';
import { loadBoard } from '../modules.js';
import { secretFrom } from '../random.js';
import type { Stack } from '../stack.js';
import { Station } from '../station.js';
import { LossyLink } from './lossy-link.js';
import { PtyCable } from './pty-cable.js';

const BAUD = 115_200;
/** Short, so that what waits for 2 MSL is seen to go. */
const MSL_MS = 500;

export class Rig {
  private constructor(
    readonly app: string,
    readonly cable: PtyCable,
    readonly stack: Stack,
    readonly board: Station,
    readonly links: readonly LossyLink[],
    readonly lasting: readonly LastingLink[],
  ) {}

  static async create(app: string, faults: WireOptions, seed: number): Promise<Rig> {
    const clock = new RealClock();
    const cable = await PtyCable.create();
    const lasting = await Promise.all(
      cable.ends.map((path) => LastingLink.create(() => openSerial(path, { baud: BAUD }))),
    );
    const links = lasting.map((link, index) => new LossyLink(link, faults, seed * 2 + index, clock));
    const [laptopEnd, boardEnd] = links as [LossyLink, LossyLink];
    const configuration = { msl: MSL_MS };
    const board = await Station.create({
      module: await loadBoard(app),
      link: boardEnd,
      clock,
      address: BOARD_ADDRESS,
      secret: secretFrom(),
      configuration,
    });
    board.driver.start();
    return new Rig(app, cable, await open(laptopEnd, { clock, configuration }), board, links, lasting);
  }

  /** Faults that frames met in both directions. */
  get faults(): FaultCounts {
    const [one, other] = this.links as [LossyLink, LossyLink];
    const sum = { ...one.faults };
    for (const [name, count] of Object.entries(other.faults)) sum[name as keyof FaultCounts] += count;
    return sum;
  }

  /** The cable is plugged, and both ends have found it. */
  get isJoined(): boolean {
    return this.cable.isPlugged && this.lasting.every(({ isThere }) => isThere);
  }

  /** What is neither a listener nor free, at both ends. */
  get inUse(): string[] {
    const rows = [...this.stack.core.list(), ...this.board.core.list()];
    return rows.filter(({ table }) => table !== 'listener').map(({ state, table }) => `${state} (${table})`);
  }

  async close(): Promise<void> {
    await this.stack.close();
    await this.board.close();
    await this.cable.remove();
  }
}
