// The cells of the exploration, asked of the Linux kernel.

import { setTimeout as sleep } from 'node:timers/promises';
import { CELLS, cellOf } from './cells.js';
import type { Connection, Segment } from './connection.js';
import { isAnswer } from './explore.js';
import type { Conversation, LinuxPeer } from './linux-peer.js';
import type { LinuxStage } from './linux-stages.js';
import { type Allowed, judge } from './oracle.js';
import type { Sent } from './probe.js';

/** One cell, and what the kernel made of it. */
export interface LinuxCell {
  name: string;
  connection: Connection;
  segment: Segment;
  heard: readonly Sent[];
  /** What the oracle allows, which is what the core does. */
  allowed: readonly Allowed[];
  agrees: boolean;
}

const SYN = 2;

/** Coprime with the number of classes of each kind. */
const EVERY = 1301;
/** Between one stage's first cell and the next's. */
const APART = 17;
/** A delayed ACK takes up to 200 ms; where nothing is repeated within a second there is time for a kernel that is late. */
const HEARING_MS = { SYN: 400, others: 1000 };
/** The kernel's answers to what brought it here have arrived by then. */
const SETTLING_MS = 100;
/** A SYN or its answer is repeated behind a second: what came so late cannot be told from a repeat. */
const REPEATED_MS = 950;
const ATTEMPTS = 50;
/** For what is so at once on a machine that does nothing else. */
const LISTED_MS = 30_000;

let port = 10_000;

/** Brings a connection to the stage for each of `count` cells, sends each its own, and listens. */
export async function askLinux(peer: LinuxPeer, stage: LinuxStage, index: number, count: number): Promise<LinuxCell[]> {
  const isTimed = /SYN/.test(stage.state);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = stage.listed === undefined ? 0 : peer.count(stage.listed);
    const began = performance.now();
    const all = Array.from({ length: count }, () => peer.converse((port += 1), stage.kernelPort));
    await stage.play(peer, all);
    await sleep(SETTLING_MS);
    await peer.drain();
    if (!(await areListed(peer, stage, before + count))) {
      if (isTimed) continue;
      throw new Error(`Not every connection is in ${stage.state}, as the kernel lists them.`);
    }
    const cells = all.map((one, at) => ask(peer, stage, one, (index * APART + at * EVERY) % CELLS));
    await sleep(isTimed ? HEARING_MS.SYN : HEARING_MS.others);
    await peer.drain();
    if (isTimed && performance.now() - began > REPEATED_MS) continue;
    return cells.map(({ finish }) => finish());
  }
  throw new Error(`${stage.state}: this machine is too busy to hear the kernel out within a second.`);
}

/** Whether the kernel itself lists as many connections in the stage's state; for a stage that is timed now or never. */
async function areListed(peer: LinuxPeer, { listed, state }: LinuxStage, count: number): Promise<boolean> {
  if (listed === undefined) return true;
  const patience = /SYN/.test(state) ? 0 : LISTED_MS;
  for (const end = performance.now() + patience; peer.count(listed) < count; await sleep(50))
    if (performance.now() >= end) return false;
  return true;
}

function ask(peer: LinuxPeer, stage: LinuxStage, one: Conversation, number: number): { finish: () => LinuxCell } {
  const connection = one.connection(stage.state);
  const { segment, name } = cellOf(number, connection);
  one.heard = [];
  peer.send(one, segment);
  return {
    finish: () => {
      const heard = withoutRepeats(one.heard); // what comes later answers something else, or is a repeat
      const allowed = judge(connection, segment);
      return {
        name,
        connection,
        segment,
        heard,
        allowed,
        agrees: allowed.some(({ answer }) => isAnswer(answer, heard)),
      };
    },
  };
}

/** A SYN, or a SYN-ACK, is repeated a second behind the first: one segment is never answered by two that are the same. */
function withoutRepeats(heard: readonly Sent[]): Sent[] {
  const isRepeat = ({ flags, seq, ack }: Sent, at: number): boolean =>
    (flags & SYN) !== 0 &&
    heard.slice(0, at).some((other) => other.flags === flags && other.seq === seq && other.ack === ack);
  return heard.filter((sent, at) => !isRepeat(sent, at));
}
