// A line of 115200 baud, in virtual time: what a bulk transfer gets of what the framing leaves for text, and how long one octet
// takes to a board and back, on an idle line and beside that transfer. The same on every machine.
import { parseAddress } from '../address.js';
import { VirtualClock } from '../clock.js';
import type { Core } from '../core.js';
import type { DriverUser } from '../driver.js';
import { EmulatedCable } from '../link/emulated.js';
import { loadModule } from '../modules.js';
import { secretFrom } from '../random.js';
import { Station } from '../station.js';
import { CoreFlow } from './core-flow.js';
import { type Figure, type Spread, spread } from './figure.js';
import { type Laboratory, hostSha256 } from './laboratory.js';

/** 115200 baud, eight bits with a start and a stop bit, in octets a second. */
export const BAUD_RATE = 11_520;
export const MTUS = [576, 1500] as const;
/** Two minutes of the line: what a connection's beginning takes is a small part of it. */
const OCTETS = 1_400_000;
/** IPv4, TCP and timestamps; SLIP's END on either side. */
const HEADERS = 20 + 20 + 12;
const ENDS = 2;
const ECHOES = 15;
/** Between echoes, so that their places in the frames of the transfer differ. */
const ECHO_EVERY_MS = 1337;

/** The share of the line's text that a transfer from the host to a board reaches, in per cent. */
export async function lineGoodput(mtu: number): Promise<number> {
  const flow = await CoreFlow.create({
    link: { kind: 'octets', bandwidth: BAUD_RATE },
    sender: 'host',
    receiver: 'board',
    configuration: { mtu },
    octets: OCTETS,
  });
  await flow.run(Infinity);
  const most = (BAUD_RATE * (mtu - HEADERS)) / (mtu + ENDS);
  return (100 * OCTETS * 1000) / flow.elapsedMs / most;
}

/** Milliseconds from writing one octet until it is back, beside a bulk transfer to the board or without. */
export async function lineEcho(mtu: number, isBeside: boolean): Promise<Spread> {
  const clock = new VirtualClock(1000);
  const cable = new EmulatedCable(clock, { kind: 'octets', bandwidth: BAUD_RATE });
  const common = { clock, configuration: { mtu } };
  let echo: Echo | undefined;
  const board = await Station.create(
    { ...common, module: await loadModule('board'), link: cable.b, address: BOARD, secret: secretFrom(2) },
    (core) => new Board(core),
  );
  const host = await Station.create(
    { ...common, module: await loadModule('host'), link: cable.a, address: HOST, secret: secretFrom(3) },
    (core) => (echo = new Echo(core, () => clock.now(), isBeside)),
  );
  board.driver.start();
  host.driver.start();
  await Promise.resolve();
  if (echo === undefined) throw new Error('The host has no user.');
  const ask = (): void => {
    echo?.ask();
    host.driver.kick();
    clock.setTimer(ECHO_EVERY_MS, ask);
  };
  clock.setTimer(ECHO_EVERY_MS, ask);
  while (echo.times.length < ECHOES && clock.next !== undefined) {
    clock.step();
    await Promise.resolve(); // a driver that is kicked takes its turn then
  }
  // The first is the handshake's time too.
  return spread(echo.times.slice(1));
}

const HOST = '192.168.7.1';
const BOARD = '192.168.7.2';
const ECHO_PORT = 7;
const BULK_PORT = 9;

/** Gives every octet of one port back, and consumes what comes to the other. */
class Board implements DriverUser {
  readonly #core: Core;
  readonly #listeners: Readonly<Record<number, number>>;
  readonly #handles = new Map<number, number>();

  constructor(core: Core) {
    this.#core = core;
    this.#listeners = {
      [ECHO_PORT]: core.call.listen(0, ECHO_PORT, 1, 0),
      [BULK_PORT]: core.call.listen(0, BULK_PORT, 1, 0),
    };
  }

  dispatch(): boolean {
    const { call } = this.#core;
    let isBusy = false;
    for (const [port, listener] of Object.entries(this.#listeners)) {
      const accepted = call.accept(listener);
      if (accepted > 0) this.#handles.set(Number(port), accepted);
    }
    for (const [port, handle] of this.#handles) {
      for (let ready = call.receiveReady(handle); ready > 0; ready = call.receiveReady(handle)) {
        call.receive(handle, ready);
        if (port === ECHO_PORT) call.send(handle, ready, 0);
        isBusy = true;
      }
    }
    return isBusy;
  }

  stopped(): void {}
}

/** Writes one octet at a time and notes when it is back; beside it, if asked to, as much as another connection takes. */
class Echo implements DriverUser {
  readonly times: number[] = [];
  readonly #core: Core;
  readonly #now: () => number;
  readonly #echo: number;
  readonly #bulk: number;
  #asked: number | undefined;

  constructor(core: Core, now: () => number, isBeside: boolean) {
    this.#core = core;
    this.#now = now;
    this.#echo = core.call.open(parseAddress(BOARD), ECHO_PORT, 0);
    this.#bulk = isBeside ? core.call.open(parseAddress(BOARD), BULK_PORT, 0) : 0;
  }

  ask(): void {
    if (this.#asked !== undefined || this.#core.call.sendRoom(this.#echo) <= 0) return;
    this.#core.call.send(this.#echo, 1, 0);
    this.#asked = this.#now();
  }

  dispatch(): boolean {
    const { call } = this.#core;
    const ready = call.receiveReady(this.#echo);
    if (ready > 0) {
      call.receive(this.#echo, ready);
      this.times.push(this.#now() - (this.#asked ?? 0));
      this.#asked = undefined;
    }
    if (this.#bulk === 0) return ready > 0;
    const room = call.sendRoom(this.#bulk);
    if (room > 0) call.send(this.#bulk, room, 0);
    return ready > 0 || room > 0;
  }

  stopped(): void {}
}

export const LINE_CASES = ['line-goodput', 'line-echo', 'line-echo-beside-bulk'] as const;

export async function lineFigures(laboratory: Laboratory): Promise<Figure[]> {
  const sha256 = hostSha256(laboratory);
  const common = { engine: 'line', profile: 'host to board', peer: 'slipway', sha256 } as const;
  const figures: Figure[] = [];
  for (const mtu of MTUS) {
    const share = await lineGoodput(mtu);
    figures.push({ case: 'line-goodput', octets: mtu, unit: '%', ...spread([share]), ...common });
    for (const isBeside of [false, true]) {
      const name = isBeside ? 'line-echo-beside-bulk' : 'line-echo';
      figures.push({ case: name, octets: mtu, unit: 'ms', ...(await lineEcho(mtu, isBeside)), ...common });
    }
  }
  return figures;
}
