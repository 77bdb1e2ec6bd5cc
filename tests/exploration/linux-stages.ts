// How conversations with the kernel are brought to each state, all of a stage together.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StateName } from './connection.js';
import { type Conversation, type LinuxPeer, PORTS } from './linux-peer.js';

const FIN = 1;
const SYN = 2;
const ACK = 16;

export interface LinuxStage {
  state: StateName;
  kernelPort: number;
  /** How the kernel's own tools call the state, where they list it. */
  listed: string | undefined;
  play: (peer: LinuxPeer, all: readonly Conversation[]) => Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

export const LINUX_STAGES: readonly LinuxStage[] = [
  { state: 'CLOSED', kernelPort: PORTS.nobody, listed: undefined, play: nothing },
  { state: 'LISTEN', kernelPort: PORTS.reads, listed: undefined, play: nothing },
  {
    state: 'SYN-SENT',
    kernelPort: 0,
    listed: 'syn-sent',
    play: async (peer, all) => {
      peer.open(all.map(({ port }) => port));
      await peer.until(all, ({ hasSentSyn }) => hasSentSyn, 'a SYN to each port');
    },
  },
  { state: 'SYN-RECEIVED', kernelPort: PORTS.reads, listed: 'syn-recv', play: knock },
  { state: 'ESTABLISHED', kernelPort: PORTS.reads, listed: 'established', play: establish },
  { state: 'FIN-WAIT-1', kernelPort: PORTS.endsFirst, listed: 'fin-wait-1', play: finish },
  {
    state: 'FIN-WAIT-2',
    kernelPort: PORTS.endsFirst,
    listed: 'fin-wait-2',
    play: async (peer, all) => {
      await finish(peer, all);
      for (const one of all) peer.say(one, ACK);
    },
  },
  {
    state: 'CLOSE-WAIT',
    kernelPort: PORTS.reads,
    listed: 'close-wait',
    play: async (peer, all) => {
      await establish(peer, all);
      await end(peer, all);
    },
  },
  {
    state: 'CLOSING',
    kernelPort: PORTS.endsFirst,
    listed: 'closing',
    play: async (peer, all) => {
      await finish(peer, all);
      await end(peer, all);
    },
  },
  {
    state: 'LAST-ACK',
    kernelPort: PORTS.endsBehindThePeer,
    listed: 'last-ack',
    play: async (peer, all) => {
      await establish(peer, all);
      await end(peer, all);
      await peer.until(all, ({ hasSentFin }) => hasSentFin, 'its own FIN behind ours');
    },
  },
  {
    state: 'TIME-WAIT',
    kernelPort: PORTS.endsFirst,
    listed: 'time-wait',
    play: async (peer, all) => {
      await finish(peer, all);
      for (const one of all) peer.say(one, ACK);
      await end(peer, all);
    },
  },
];

/** SYN, and the kernel's SYN-ACK. */
async function knock(peer: LinuxPeer, all: readonly Conversation[]): Promise<void> {
  for (const one of all) peer.say(one, SYN);
  await peer.until(all, ({ hasSentSyn }) => hasSentSyn, 'a SYN-ACK for each SYN');
}

async function establish(peer: LinuxPeer, all: readonly Conversation[]): Promise<void> {
  await knock(peer, all);
  for (const one of all) peer.say(one, ACK);
  await sleep(SETTLING_MS);
}

/** The kernel's end is shut down first, and its FIN not acknowledged. */
async function finish(peer: LinuxPeer, all: readonly Conversation[]): Promise<void> {
  await establish(peer, all);
  await peer.until(all, ({ hasSentFin }) => hasSentFin, 'its FIN');
}

/** Our FIN, which acknowledges no more than was acknowledged before, and the kernel's answer. */
async function end(peer: LinuxPeer, all: readonly Conversation[]): Promise<void> {
  for (const one of all) one.heard = [];
  for (const one of all) peer.say(one, FIN | ACK, false);
  await peer.until(all, ({ heard }) => heard.length > 0, 'an answer to our FIN');
}

/** The programs take the connections in meanwhile. */
const SETTLING_MS = 50;

/** Eleven states make a thousand. */
export const CELLS_OF_A_STAGE = 92;
