// Every state that a segment can meet, reached by the user's calls and the peer's segments, and kept as a snapshot.

import { Config, InfoAt } from '../../assembly/numbers.js';
import type { Snapshot } from '../../host/replay/snapshot.js';
import { plus } from './circle.js';
import type { Connection, StateName } from './connection.js';
import { PEER_PORT, PORT, type Probe, THERE } from './probe.js';

/** The peer's initial sequence number: the circle closes within every stage. */
const IRS = 0xfffffff0;
const PEER_WINDOW = 1000;

const FIN = 1;
const SYN = 2;
const ACK = 16;

export interface Stage {
  name: string;
  connection: Connection;
  snapshot: Snapshot;
}

/** Plays the peer and the user until a state is reached. */
class Player {
  readonly #probe: Probe;
  handle = 0;
  listener = 0;
  iss = 0;
  /** What the peer sends next and what it expects, and the largest window that it has told. */
  next = IRS;
  expected = 0;
  window = PEER_WINDOW;
  largest = 0;
  wl = { seq: 0, ack: 0 };
  hasSentFin = false;
  isLetGo = false;
  held: { from: number; to: number } | undefined;

  constructor(probe: Probe) {
    this.#probe = probe;
    probe.start();
    probe.core.call.configure(Config.DELAYED_ACK, 0);
  }

  /** The peer sends; what it had not acknowledged it acknowledges now, unless `ack` says otherwise. */
  hear(flags: number, { text = 0, gap = 0, ack = this.expected } = {}): void {
    const seq = plus(this.next, gap);
    const drop = this.#probe.give({ flags, seq, ack: flags & ACK ? ack : 0, wnd: this.window, text });
    if (drop !== 0) throw new Error(`A stage's segment was dropped, by reason ${drop}.`);
    this.largest = Math.max(this.largest, this.window);
    if (flags & ACK) this.wl = { seq, ack };
    if (gap === 0) this.next = plus(this.next, text + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0));
    this.say();
  }

  /** The core sends what is due; the peer will acknowledge it with its next segment. */
  say(): void {
    for (const { flags, seq, text } of this.#probe.take()) {
      if (flags & SYN) this.iss = seq;
      const end = plus(seq, text + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0));
      if ((end - this.expected) | 0 || this.expected === 0) this.expected = end;
      if (flags & FIN) this.hasSentFin = true;
    }
  }

  listen(): this {
    this.listener = this.#probe.core.call.listen(0, PORT, 4, 0, 0, 0);
    return this;
  }

  open(): this {
    this.handle = this.#probe.core.call.open(THERE | 0, PEER_PORT, PORT);
    this.say();
    return this;
  }

  establish(): this {
    this.listen().hear(SYN);
    this.hear(ACK);
    this.handle = this.#probe.core.call.accept(this.listener);
    return this;
  }

  write(octets: number): this {
    const { call } = this.#probe.core;
    if (call.sendRoom(this.handle) < octets) throw new Error('A stage writes more than there is room for.');
    call.send(this.handle, octets, 0);
    this.say();
    return this;
  }

  /** Fills the receive ring but for `left` octets. */
  fill(left: number): this {
    for (let wnd = this.rcvWnd; wnd > left; wnd = this.rcvWnd) this.hear(ACK, { text: Math.min(200, wnd - left) });
    return this;
  }

  shutdown(): this {
    this.#probe.core.call.shutdown(this.handle);
    this.say();
    return this;
  }

  close(): this {
    this.#probe.core.call.close(this.handle);
    this.isLetGo = true;
    this.say();
    return this;
  }

  get rcvWnd(): number {
    const { core } = this.#probe;
    return core.view.getUint32(core.call.info(this.handle) + InfoAt.RCV_WND, true);
  }

  /** The stage as it stands; the core must agree about the state. */
  stage(name: string, state: StateName): Stage {
    const { state: reached, una, rcvNxt, sndWnd } = this.#probe.outcome([]);
    if (reached !== state) throw new Error(`The stage '${name}' is in ${reached} and not in ${state}.`);
    const rcv = { nxt: this.next, wnd: this.#rowWindow() };
    if (this.next !== rcvNxt && state !== 'SYN-SENT' && una !== 0) throw new Error(`'${name}': RCV.NXT is ${rcvNxt}.`);
    const connection: Connection = {
      state,
      isPassive: this.listener > 0,
      isLetGo: this.isLetGo,
      snd: {
        una,
        nxt: this.expected,
        wnd: sndWnd,
        wl1: this.wl.seq,
        wl2: this.wl.ack,
        iss: this.iss,
        largestWindow: this.largest,
      },
      hasSentFin: this.hasSentFin,
      rcv,
      held: this.held,
    };
    return { name, connection, snapshot: this.#probe.snapshot() };
  }

  /** What was advertised; where there is no connection any number does. */
  #rowWindow(): number {
    const { core } = this.#probe;
    for (let index = 0, at = core.call.list(0); at > 0; at = core.call.list(++index))
      if (core.view.getUint16(at + InfoAt.REMOTE_PORT, true) === PEER_PORT)
        return core.view.getUint32(at + InfoAt.RCV_WND, true);
    return PEER_WINDOW;
  }
}

type Way = [name: string, state: StateName, play: (player: Player) => unknown];

const OUTSTANDING = 100;

/** How each stage is reached. All eleven states, and what may differ within one. */
const WAYS: readonly Way[] = [
  ['CLOSED', 'CLOSED', () => undefined],
  ['LISTEN', 'LISTEN', (p) => p.listen()],
  ['SYN-SENT', 'SYN-SENT', (p) => p.open()],
  ['SYN-RECEIVED, half open', 'SYN-RECEIVED', (p) => p.listen().hear(SYN)],
  ['SYN-RECEIVED, both opened', 'SYN-RECEIVED', (p) => p.open().hear(SYN)],
  ['ESTABLISHED', 'ESTABLISHED', (p) => p.establish()],
  ['ESTABLISHED, opened by us', 'ESTABLISHED', (p) => p.open().hear(SYN | ACK)],
  ['ESTABLISHED, text outstanding', 'ESTABLISHED', (p) => p.establish().write(OUTSTANDING)],
  ['ESTABLISHED, text held beyond a gap', 'ESTABLISHED', (p) => hold(p.establish())],
  ['ESTABLISHED, a window of 20', 'ESTABLISHED', (p) => p.establish().fill(20)],
  ['ESTABLISHED, no window', 'ESTABLISHED', (p) => p.establish().fill(0)],
  ['ESTABLISHED, no window at the peer', 'ESTABLISHED', (p) => shut(p.establish())],
  ['FIN-WAIT-1', 'FIN-WAIT-1', (p) => p.establish().shutdown()],
  ['FIN-WAIT-1, text outstanding', 'FIN-WAIT-1', (p) => p.establish().write(OUTSTANDING).shutdown()],
  ['FIN-WAIT-1, let go', 'FIN-WAIT-1', (p) => p.establish().close()],
  ['FIN-WAIT-2', 'FIN-WAIT-2', (p) => p.establish().shutdown().hear(ACK)],
  ['FIN-WAIT-2, let go', 'FIN-WAIT-2', (p) => p.establish().close().hear(ACK)],
  ['CLOSE-WAIT', 'CLOSE-WAIT', (p) => p.establish().hear(FIN | ACK)],
  [
    'CLOSE-WAIT, text outstanding',
    'CLOSE-WAIT',
    (p) => {
      p.establish().hear(FIN | ACK);
      p.write(OUTSTANDING);
    },
  ],
  ['CLOSING', 'CLOSING', (p) => simultaneous(p)],
  [
    'LAST-ACK',
    'LAST-ACK',
    (p) => {
      p.establish().hear(FIN | ACK);
      p.shutdown();
    },
  ],
  [
    'LAST-ACK, let go',
    'LAST-ACK',
    (p) => {
      p.establish().hear(FIN | ACK);
      p.close();
    },
  ],
  [
    'TIME-WAIT, held by its user',
    'TIME-WAIT',
    (p) => {
      p.establish().shutdown().hear(ACK);
      p.hear(FIN | ACK);
    },
  ],
  [
    'TIME-WAIT, an entry',
    'TIME-WAIT',
    (p) => {
      p.establish().close().hear(ACK);
      p.hear(FIN | ACK);
      p.largest = HARD_CODED;
    },
  ],
];

/** An entry keeps no MAX.SND.WND: RFC 5961 lets it be "hard-coded to a maximum permissible window value". */
const HARD_CODED = 65535;

function hold(player: Player): void {
  player.hear(ACK, { text: 10, gap: 20 });
  player.held = { from: plus(player.next, 20), to: plus(player.next, 30) };
}

function shut(player: Player): void {
  player.window = 0;
  player.hear(ACK);
}

/** The peer's FIN arrives before it has seen ours. */
function simultaneous(player: Player): void {
  const before = player.establish().expected;
  player.shutdown();
  player.hear(FIN | ACK, { ack: before });
}

/** Every stage, on one core. */
export function stages(probe: Probe): Stage[] {
  return WAYS.map(([name, state, play]) => {
    const player = new Player(probe);
    play(player);
    return player.stage(name, state);
  });
}
