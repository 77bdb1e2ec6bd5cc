// What is tried in every state: every combination of control bits with classes of SEG.SEQ, SEG.ACK, window and length. A
// cell is one of each. The numbers follow from the connection's variables, so that any TCP can be asked the same cells.

import type { Connection, Segment } from './connection.js';

/** FIN, SYN, RST, PSH, ACK and URG: 64 combinations. */
export const FLAGS: readonly number[] = Array.from({ length: 64 }, (_, bits) => bits);

export interface Class {
  name: string;
  /** Of a segment with `length` octets of text. */
  of: (connection: Connection, length: number) => number;
}

/** Where the segment begins: left of the window, across its left edge, in it, at its right edge, beyond, and far away. */
export const SEQUENCES: readonly Class[] = [
  { name: 'RCV.NXT - 2^30', of: ({ rcv }) => rcv.nxt - 2 ** 30 },
  { name: 'RCV.NXT - LEN - 1', of: ({ rcv }, length) => rcv.nxt - length - 1 },
  { name: 'RCV.NXT - LEN', of: ({ rcv }, length) => rcv.nxt - length },
  { name: 'RCV.NXT - 1', of: ({ rcv }) => rcv.nxt - 1 },
  { name: 'RCV.NXT', of: ({ rcv }) => rcv.nxt },
  { name: 'RCV.NXT + 1', of: ({ rcv }) => rcv.nxt + 1 },
  { name: 'RCV.NXT + 15', of: ({ rcv }) => rcv.nxt + 15 },
  { name: 'RCV.NXT + RCV.WND - LEN', of: ({ rcv }, length) => rcv.nxt + rcv.wnd - length },
  { name: 'RCV.NXT + RCV.WND - 1', of: ({ rcv }) => rcv.nxt + rcv.wnd - 1 },
  { name: 'RCV.NXT + RCV.WND', of: ({ rcv }) => rcv.nxt + rcv.wnd },
  { name: 'RCV.NXT + RCV.WND + 1', of: ({ rcv }) => rcv.nxt + rcv.wnd + 1 },
  { name: 'RCV.NXT + 2^31 - 1', of: ({ rcv }) => rcv.nxt + 2 ** 31 - 1 },
  { name: 'RCV.NXT + 2^31', of: ({ rcv }) => rcv.nxt + 2 ** 31 },
];

/** What it acknowledges: too old, old, the oldest that is outstanding, some of it, all of it, and what was never sent. */
export const ACKNOWLEDGMENTS: readonly Class[] = [
  { name: 'SND.UNA - MAX.SND.WND - 1', of: ({ snd }) => snd.una - snd.largestWindow - 1 },
  { name: 'SND.UNA - MAX.SND.WND', of: ({ snd }) => snd.una - snd.largestWindow },
  { name: 'SND.UNA - 1', of: ({ snd }) => snd.una - 1 },
  { name: 'SND.UNA', of: ({ snd }) => snd.una },
  { name: 'SND.UNA + 1', of: ({ snd }) => snd.una + 1 },
  { name: 'SND.NXT - 1', of: ({ snd }) => snd.nxt - 1 },
  { name: 'SND.NXT', of: ({ snd }) => snd.nxt },
  { name: 'SND.NXT + 1', of: ({ snd }) => snd.nxt + 1 },
  { name: 'SND.NXT + 2^30', of: ({ snd }) => snd.nxt + 2 ** 30 },
];

export const WINDOWS: readonly number[] = [0, 1, 1000, 65535];

/** Octets of text: none, one, a few, and more than a small window holds. */
export const LENGTHS: readonly number[] = [0, 1, 10, 200];

export const CELLS = FLAGS.length * SEQUENCES.length * ACKNOWLEDGMENTS.length * WINDOWS.length * LENGTHS.length;

export interface Cell {
  number: number;
  segment: Segment;
  /** The classes, in words. */
  name: string;
}

/** The cell of a number from 0 up to, not including, CELLS. */
export function cellOf(number: number, connection: Connection): Cell {
  let rest = number;
  const take = <T>(all: readonly T[]): T => {
    const one = all[rest % all.length] as T;
    rest = Math.floor(rest / all.length);
    return one;
  };
  const flags = take(FLAGS);
  const sequence = take(SEQUENCES);
  const acknowledgment = take(ACKNOWLEDGMENTS);
  const window = take(WINDOWS);
  const length = take(LENGTHS);
  const seq = sequence.of(connection, length) >>> 0;
  const ack = acknowledgment.of(connection, length) >>> 0;
  return {
    number,
    segment: { flags, seq, ack, wnd: window, text: length },
    get name() {
      return `${lettersOf(flags)} SEQ ${sequence.name}, ACK ${acknowledgment.name}, window ${window}, ${length} octets`;
    },
  };
}

const LETTERS = 'FSRP.U';

export function lettersOf(flags: number): string {
  return [...LETTERS].filter((_, bit) => (flags & (1 << bit)) !== 0).join('') || '-';
}
