// The peer of a Linux kernel, segment by segment: conversations through a TUN device that are brought to a state, asked one
// cell each, and heard out. Many at once, since each needs a connection of its own and the kernel's answers take real time.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kernel } from '../../host/bench/kernel.js';
import { encodeDatagram, encodeSegment } from '../../host/script/datagram.js';
import { decode } from '../../host/trace/decode.js';
import { before, plus } from './circle.js';
import type { Connection, Segment, StateName } from './connection.js';
import type { Sent } from './probe.js';

const KERNEL = '192.168.7.1';
const PEER = '192.168.7.2';
const KERNEL_ADDRESS = 0xc0a80701;
const PEER_ADDRESS = 0xc0a80702;

const FIN = 1;
const SYN = 2;
const ACK = 16;

const IRS = 0xfffffff0;
const WINDOW = 1000;
const URGENT_POINTER = 5;
const PATIENCE_MS = 60_000;
/** Turns of the event loop without a datagram, behind which nothing lies with the device any more. */
const QUIET_TURNS = 3;

/** What the programs in the namespace do with a connection, by the port that they listen on. */
export const PORTS = { nobody: 7999, reads: 7000, endsFirst: 7001, endsBehindThePeer: 7002 } as const;

/** One connection of the kernel's with a port of ours. */
export class Conversation {
  readonly port: number;
  kernelPort: number;
  iss = 0;
  /** What we send next; what we expect, and have acknowledged. */
  next = IRS;
  expected = 0;
  acknowledged = 0;
  window = WINDOW;
  hasSentFin = false;
  hasSentSyn = false;
  heard: Sent[] = [];

  constructor(port: number, kernelPort: number) {
    this.port = port;
    this.kernelPort = kernelPort;
  }

  hear(sent: Sent, window: number): void {
    this.heard.push(sent);
    if (sent.flags & SYN && !this.hasSentSyn) {
      this.hasSentSyn = true;
      this.iss = sent.seq;
      this.expected = sent.seq;
      this.acknowledged = sent.seq;
    }
    const end = plus(sent.seq, sent.text + (sent.flags & SYN ? 1 : 0) + (sent.flags & FIN ? 1 : 0));
    if (before(this.expected, end)) this.expected = end;
    if (sent.flags & FIN) this.hasSentFin = true;
    if (sent.flags & ACK) this.window = window;
  }

  connection(state: StateName): Connection {
    const { acknowledged, expected, iss, next, window, hasSentFin } = this;
    const wl = { wl1: plus(next, -1), wl2: acknowledged };
    return {
      state,
      isPassive: state !== 'SYN-SENT',
      isLetGo: false,
      snd: { una: acknowledged, nxt: expected, wnd: WINDOW, ...wl, iss, largestWindow: WINDOW },
      hasSentFin,
      rcv: { nxt: next, wnd: window },
      held: undefined,
    };
  }
}

export class LinuxPeer implements AsyncDisposable {
  readonly #kernel: Kernel;
  readonly #program: ReturnType<Kernel['node']>;
  readonly #conversations = new Map<number, Conversation>();
  #datagrams = 0;

  private constructor(kernel: Kernel, program: ReturnType<Kernel['node']>) {
    this.#kernel = kernel;
    this.#program = program;
    kernel.device.attach({
      receive: (octets) => {
        this.#receive(octets);
      },
      drain: () => undefined,
      closed: () => undefined,
    });
  }

  static async create(): Promise<LinuxPeer> {
    const kernel = await Kernel.create({ address: KERNEL, peer: PEER, settings: SETTINGS });
    kernel.run('ip', 'route', 'replace', PEER, 'dev', kernel.device.name.replace('tun:', ''), 'rto_min', '10s');
    const program = kernel.node(PROGRAM);
    await once(program.stdout, 'data');
    return new LinuxPeer(kernel, program);
  }

  converse(port: number, kernelPort: number): Conversation {
    const conversation = new Conversation(port, kernelPort);
    this.#conversations.set(port, conversation);
    return conversation;
  }

  /** The kernel opens connections to these ports of ours. */
  open(ports: readonly number[]): void {
    this.#program.stdin.write(`${JSON.stringify(ports)}\n`);
  }

  /** Sends control bits where the conversation stands; with `isAcknowledging` all that was heard is acknowledged. */
  say(conversation: Conversation, flags: number, isAcknowledging = true): void {
    if (flags & ACK && isAcknowledging) conversation.acknowledged = conversation.expected;
    const { next: seq, acknowledged: ack } = conversation;
    this.send(conversation, { flags, seq, ack, wnd: WINDOW, text: 0 });
    conversation.next = plus(seq, (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0));
  }

  send(conversation: Conversation, { flags, seq, ack, wnd, text }: Segment): void {
    const segment = encodeSegment({
      source: PEER_ADDRESS,
      destination: KERNEL_ADDRESS,
      sourcePort: conversation.port,
      destinationPort: conversation.kernelPort,
      ...{ flags, seq, ack, win: wnd, urg: flags & 32 ? URGENT_POINTER : 0 },
      options: new Uint8Array(),
      text: new Uint8Array(text),
    });
    const fields = { source: PEER_ADDRESS, destination: KERNEL_ADDRESS, protocol: 6, identification: 0 };
    this.#kernel.device.send(encodeDatagram(fields, segment));
  }

  /** Waits until it holds of each conversation. */
  async until(
    conversations: readonly Conversation[],
    holds: (one: Conversation) => boolean,
    what: string,
  ): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !conversations.every(holds); await sleep(5))
      if (Date.now() > end) throw new Error(`The kernel did not come to it: ${what}.`);
  }

  /**
   * Takes in what the kernel has sent so far. A machine that stood still shows first that time has passed, and then what came
   * meanwhile: who looks at the time alone takes answers for silence.
   */
  async drain(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS;) {
      const before = this.#datagrams;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#datagrams === before ? quiet + 1 : 0;
    }
  }

  /** Connections in a state, as the kernel itself counts them. */
  count(state: string): number {
    return this.#kernel
      .run('ss', '-tanH', 'state', state)
      .trim()
      .split('\n')
      .filter((line) => line !== '').length;
  }

  async close(): Promise<void> {
    await this.#kernel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #receive(octets: Uint8Array): void {
    this.#datagrams += 1;
    const { tcp } = decode(octets);
    if (tcp === undefined) return;
    const conversation = this.#conversations.get(tcp.destinationPort);
    if (conversation === undefined) return;
    conversation.kernelPort = tcp.sourcePort;
    const { flags, seq, ack, length: text } = tcp;
    conversation.hear({ flags: flags & 63, seq, ack, text }, tcp.window);
  }
}

/** No option but MSS, and no limit on answers to odd segments, which would make one cell's answer depend on another's. */
const SETTINGS = {
  'net.ipv4.tcp_timestamps': '0',
  'net.ipv4.tcp_sack': '0',
  'net.ipv4.tcp_window_scaling': '0',
  'net.ipv4.tcp_ecn': '0',
  'net.ipv4.tcp_early_retrans': '0',
  'net.ipv4.tcp_syncookies': '0',
  'net.ipv4.tcp_invalid_ratelimit': '0',
  'net.ipv4.tcp_challenge_ack_limit': '2147483647',
  'net.ipv4.tcp_max_syn_backlog': '4096',
  'net.core.somaxconn': '4096',
};

const PROGRAM = `import { connect, createServer } from 'node:net';
  import { createInterface } from 'node:readline';
  const serve = (port, onSocket) => new Promise((resolve) => {
    createServer({ allowHalfOpen: true }, (socket) => { socket.on('error', () => undefined); socket.resume(); onSocket(socket); })
      .listen({ port, host: '0.0.0.0', backlog: 4096 }, resolve);
  });
  await serve(${PORTS.reads}, () => undefined);
  await serve(${PORTS.endsFirst}, (socket) => socket.end());
  await serve(${PORTS.endsBehindThePeer}, (socket) => socket.on('end', () => socket.end()));
  createInterface({ input: process.stdin }).on('line', (line) => {
    for (const port of JSON.parse(line)) connect({ port, host: '${PEER}', allowHalfOpen: true }).on('error', () => undefined);
  });
  console.log('ready');`;
