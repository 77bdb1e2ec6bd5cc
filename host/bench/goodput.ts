// What one connection gets out of a link that loses: the core beside Linux with Reno over the same emulated cable, and a board's
// serial line beside what it cannot do without. docs/goodput.md says what is measured and why so.
import type { EmulatedOptions } from '../link/emulated.js';
import { CoreFlow } from './core-flow.js';

export const LOSSES = [0, 0.01, 0.05] as const;
export const SEEDS = [1, 2, 3, 4, 5] as const;
export const SECONDS = 30;

/** Each way: the round trip is twice that. */
const DELAY_MS = 50;
/** 10 Mbit/s in octets a second. */
const BANDWIDTH = 1_250_000;

/** The least share of Linux's goodput. */
export const SHARE_LEAST = 0.9;

/** The queue of either direction holds one bandwidth-delay product, the delay being the round trip's. */
export function lossyLink(loss: number, seed: number): EmulatedOptions {
  const queueOctets = (BANDWIDTH * 2 * DELAY_MS) / 1000;
  return { kind: 'datagrams', delayMs: DELAY_MS, bandwidth: BANDWIDTH, queueOctets, loss, seed };
}

/** Mbit/s from octets of text read within the time. */
export function rateOf(octets: number): number {
  return (octets * 8) / (SECONDS * 1e6);
}

/** The core's rates at a loss, seed by seed. */
export async function coreRates(loss: number): Promise<number[]> {
  const rates: number[] = [];
  for (const seed of SEEDS) {
    const flow = await CoreFlow.create({ link: lossyLink(loss, seed) });
    rates.push(rateOf(await flow.run(SECONDS * 1000)));
  }
  return rates;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** The ends of a serial line, the sender's first: profiles of the module. */
export const SERIAL_PAIRS = [
  ['board', 'host'],
  ['host', 'board'],
  ['board', 'board'],
] as const;

export const SERIAL_OCTETS = 1_000_000;
/** The most that a transfer may take, in times of what the line needs. */
export const SERIAL_MOST = 1.25;

/** 115200 baud, eight bits with a start and a stop bit, in octets a second. */
const SERIAL_RATE = 11_520;
/** Octets around the text of a full segment: IPv4, TCP, timestamps, and SLIP's END before and behind. */
const FRAMING = 20 + 20 + 12 + 2;
const FULL_TEXT = 1460 - 12;

export interface SerialTransfer {
  seconds: number;
  /** What the line needs for the text in full segments, and for each frame of text that it lost once more. */
  leastSeconds: number;
  frames: { lost: number; repeated: number };
}

/** A megabyte over 115200 baud, 20 ms and 4 % loss. */
export async function serialTransfer(sender: string, receiver: string, seed: number): Promise<SerialTransfer> {
  const link: EmulatedOptions = { kind: 'octets', delayMs: 20, bandwidth: SERIAL_RATE, loss: 0.04, seed };
  const flow = await CoreFlow.create({ link, sender, receiver, octets: SERIAL_OCTETS });
  const lost = { frames: 0, octets: 0 };
  flow.cable.onFault(({ fault, from, frame }) => {
    if (fault !== 'lost' || from !== 'a') return;
    lost.frames += 1;
    lost.octets += frame.length;
  });
  await flow.run(Infinity);
  const octets = SERIAL_OCTETS + Math.ceil(SERIAL_OCTETS / FULL_TEXT) * FRAMING + lost.octets;
  return {
    seconds: flow.elapsedMs / 1000,
    leastSeconds: octets / SERIAL_RATE,
    frames: { lost: lost.frames, repeated: Number(flow.counters()['retransmissions'] ?? 0) },
  };
}
