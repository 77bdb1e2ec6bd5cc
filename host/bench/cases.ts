// The cases that one core is measured with: what the peer is to do, how often at a time, and how the core's own counters prove
// that it was done.
import { Counter, Drop } from '../../assembly/numbers.js';
import type { CoreCalls } from '../core.js';
import { type Subject, call, constant } from './subject.js';

export interface Case {
  name: string;
  octets: number;
  /** Whether this stack can do it at all. */
  fits(subject: Subject): boolean;
  /** Brings the stack to where the rounds begin. */
  prepare(subject: Subject): void;
  act(subject: Subject, rounds: number): void;
  /** How many rounds may follow one `prepare`; without it, any number. */
  roundsMost?(subject: Subject): number;
  /** No stack takes part, so that there is nothing to prove. */
  isPeerOnly?: boolean;
  /** What the counters of our core must show for each round. */
  proof: Readonly<Partial<Record<keyof typeof Counter, number>>>;
  /** The figure is what this case costs above another one. */
  above?: { name: string; octets: number };
}

/** Rounds of a proof: at least two ways around the largest ring take more, which the timed rounds are. */
export const PROOF_ROUNDS = 40;

const SEGMENT = { SEGMENTS_IN: 1, SEGMENTS_OUT: 1, DATAGRAMS_IN: 1, DATAGRAMS_OUT: 1 };

const TEXTS = [1, 536, 1460] as const;
const CONNECTIONS = [1, 16, 256] as const;

export const CASES: readonly Case[] = [
  ...TEXTS.map(receive),
  ...TEXTS.map(send),
  handshakes('open-close', (peer, rounds) => peer.openAndClose(rounds), {
    SEGMENTS_IN: 3,
    SEGMENTS_OUT: 3,
    PASSIVE_OPENS: 1,
  }),
  {
    ...handshakes('syn', (peer, rounds) => peer.syn(rounds), { ...SEGMENT, COOKIES_SENT: 0 }),
    fits: ({ kind }) => kind === 'slipway',
    roundsMost: (subject) => Math.min(64, constant(subject, 'synQueue')),
  },
  synCookie(),
  handshakes('syn-reset', (peer, rounds) => peer.synAndReset(rounds), { SEGMENTS_IN: 2, SEGMENTS_OUT: 1 }),
  handshakes('no-connection', (peer, rounds) => peer.noConnection(rounds), { ...SEGMENT, RESETS_SENT: 1 }),
  receiveAmidFlood(),
  ...CONNECTIONS.map(lookup),
  slipEncode(),
  slipDecode('slip-decode', 0),
  slipDecode('slip-decode-escapes', 1),
  peerAlone(),
  boundary(),
];

function receive(octets: number): Case {
  return {
    name: 'receive',
    octets,
    fits: (subject) => mtu(subject) >= octets + 40,
    prepare: (subject) => {
      if (subject.kind === 'floor') assume(subject, octets);
      else subject.peer.prepare(subject.rx, subject.tx, 1, octets);
    },
    act: ({ peer }, rounds) => {
      peer.receive(rounds);
    },
    proof: SEGMENT,
  };
}

function send(octets: number): Case {
  return {
    name: 'send',
    octets,
    fits: (subject) => mtu(subject) >= octets + 40,
    prepare: (subject) => {
      if (subject.kind === 'floor') assume(subject, 0);
      else subject.peer.prepare(subject.rx, subject.tx, 1, 0);
    },
    act: ({ peer }, rounds) => {
      peer.send(rounds, octets);
    },
    proof: SEGMENT,
  };
}

/** The floor has no handshake: its one connection is taken for granted. */
function assume(subject: Subject, octets: number): void {
  call(subject, 'stack_start', 0);
  call(subject, 'assume', 7, 40001, 1, 1);
  subject.peer.assume(subject.rx, subject.tx, octets);
}

function handshakes(name: string, act: (peer: Subject['peer'], rounds: number) => void, proof: Case['proof']): Case {
  return {
    name,
    octets: 0,
    fits: ({ kind }) => kind !== 'floor',
    prepare: (subject) => {
      subject.peer.prepare(subject.rx, subject.tx, 0, 0);
    },
    act: ({ peer }, rounds) => {
      act(peer, rounds);
    },
    proof,
  };
}

/** With the half-open table full every further SYN draws a cookie. */
function synCookie(): Case {
  return {
    ...handshakes('syn-cookie', (peer, rounds) => peer.syn(rounds), { ...SEGMENT, COOKIES_SENT: 1 }),
    fits: ({ kind }) => kind === 'slipway',
    prepare: (subject) => {
      subject.peer.prepare(subject.rx, subject.tx, 0, 0);
      subject.peer.syn(constant(subject, 'synQueue'));
    },
  };
}

/** One octet received beside idle connections, with all that a driver asks afterwards: output again, and the deadline. */
function lookup(connections: number): Case {
  return {
    name: connections === 1 ? 'lookup-1' : `lookup-${connections}`,
    octets: 1,
    fits: (subject) => subject.kind === 'slipway' && constant(subject, 'connections') >= connections,
    prepare: (subject) => {
      subject.peer.prepare(subject.rx, subject.tx, connections, 1);
    },
    act: ({ peer }, rounds) => {
      peer.receiveAndSleep(rounds);
    },
    proof: SEGMENT,
  };
}

/** A full segment received while ten SYNs of strangers come for each, with the half-open table full. */
function receiveAmidFlood(): Case {
  return {
    ...receive(1460),
    name: 'receive-amid-flood',
    fits: (subject) => subject.kind === 'slipway' && mtu(subject) >= 1500,
    prepare: (subject) => {
      subject.peer.prepare(subject.rx, subject.tx, 1, 1460);
      subject.peer.fillSynQueue(constant(subject, 'synQueue'));
    },
    act: ({ peer }, rounds) => {
      peer.receiveAmidFlood(rounds);
    },
    proof: { SEGMENTS_IN: 11, SEGMENTS_OUT: 11, COOKIES_SENT: 10 },
  };
}

/** Nothing but the peer: what every other time contains beside the stack's own. */
function peerAlone(): Case {
  return {
    ...receive(1),
    name: 'peer-alone',
    octets: 0,
    isPeerOnly: true,
    fits: ({ kind }) => kind === 'floor',
    act: ({ peer }, rounds) => {
      peer.receiveNothing(rounds);
    },
    proof: {},
  };
}

/** `receive` with the driver in JavaScript, above the same with all of it in WebAssembly: what the boundary adds. */
function boundary(): Case {
  return {
    ...receive(1),
    name: 'boundary',
    fits: ({ kind }) => kind === 'slipway',
    act: (subject, rounds) => {
      receiveFromOutside(subject, rounds);
    },
    above: { name: 'receive', octets: 1 },
  };
}

function receiveFromOutside({ peer, exports }: Subject, rounds: number): void {
  const { input, output, receiveReady, receive } = exports as unknown as CoreCalls;
  const handle = peer.handle();
  for (; rounds > 0; rounds -= 1) {
    const length = peer.offer();
    const now = peer.time();
    input(length, now);
    for (let ready = receiveReady(handle); ready > 0; ready = receiveReady(handle)) receive(handle, ready);
    peer.check(output(now));
  }
}

function slipEncode(): Case {
  return {
    ...send(1460),
    name: 'slip-encode',
    octets: 1500,
    fits: (subject) => subject.kind === 'slipway' && mtu(subject) >= 1500,
    act: ({ peer }, rounds) => {
      peer.sendFramed(rounds, 1460);
    },
    proof: { ...SEGMENT, SLIP_FRAMES_OUT: 1 },
    above: { name: 'send', octets: 1460 },
  };
}

function slipDecode(name: string, isEscaped: number): Case {
  return {
    name,
    octets: 1500,
    fits: (subject) => subject.kind === 'slipway' && mtu(subject) >= 1500,
    prepare: (subject) => {
      const chunk = Math.min(constant(subject, 'serialChunk'), 4000);
      subject.peer.prepare(subject.rx, subject.tx, 0, 0);
      subject.peer.layChunk(constant(subject, 'serialRx'), chunk, isEscaped);
    },
    act: ({ peer }, rounds) => {
      peer.decode(rounds, isEscaped);
    },
    proof: { SLIP_FRAMES_IN: 1, SLIP_BAD_ESCAPE: 0, SLIP_OVERSIZE: 0 },
  };
}

function mtu(subject: Subject): number {
  return subject.kind === 'slipway' ? constant(subject, 'mtu') : 1500;
}

/**
 * Some rounds with every checksum of every answer verified, and the core's own counters held against what they should be:
 * throws, with the reason, when a case does not do what it says.
 */
export function prove(one: Case, subject: Subject): void {
  if (one.isPeerOnly === true) return;
  const name = `${one.name} ${one.octets} on ${subject.kind} ${subject.profile}`;
  const rounds = Math.min(PROOF_ROUNDS, one.roundsMost?.(subject) ?? PROOF_ROUNDS);
  subject.peer.strict(1);
  try {
    one.prepare(subject);
    const before = countersOf(subject);
    one.act(subject, rounds);
    if (before !== undefined) compare(one, name, rounds, before, countersOf(subject) ?? []);
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    throw new Error(`The case ${name} fails: an answer of the stack is not the one that belongs there.`, { cause });
  } finally {
    subject.peer.strict(0);
  }
}

function countersOf(subject: Subject): number[] | undefined {
  if (subject.kind !== 'slipway') return undefined;
  return Array.from({ length: Counter.COUNT }, (_, i) => call(subject, 'counter', i) >>> 0);
}

function compare(one: Case, name: string, rounds: number, before: number[], after: number[]): void {
  const grown = (counter: number): number => (after[counter] ?? 0) - (before[counter] ?? 0);
  for (const [counter, each] of Object.entries(one.proof)) {
    const got = grown(Counter[counter as keyof typeof Counter]);
    if (got !== each * rounds) {
      throw new Error(
        `The case ${name} fails: ${counter} grew by ${got} in ${rounds} rounds and not by ${each * rounds}.`,
      );
    }
  }
  for (const drop of [Drop.BAD_CHECKSUM, Drop.BAD_SEGMENT_CHECKSUM, Drop.NOT_ACCEPTABLE]) {
    if (grown(Counter.DROPS + drop) > 0) throw new Error(`The case ${name} fails: the core dropped segments.`);
  }
}
