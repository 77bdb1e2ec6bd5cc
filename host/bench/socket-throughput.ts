// 64 MB through the public Socket API: between two stacks of this process, and beside it through node:net on loopback, in turn,
// so that what else the machine does meets both.
import { once } from 'node:events';
import net from 'node:net';
import { hrtime } from 'node:process';
import { pathToFileURL } from 'node:url';
import { RealClock } from '../clock.js';
import { pair } from '../link/pair.js';
import { loadModule } from '../modules.js';
import { secretFrom } from '../random.js';
import { Stack } from '../stack.js';
import { type Spread, spread } from './figure.js';

/** What both have of net.Socket. */
type AnySocket = Pick<net.Socket, 'write' | 'once' | 'on' | 'off' | 'destroy'>;

interface Connection {
  source: AnySocket;
  sink: AnySocket;
  close(): Promise<void>;
}

export interface Throughput {
  /** MB/s, of 10^6 octets. */
  slipway: Spread;
  nodeNet: Spread;
  /** Slipway's first transfer, while V8 still compiles. */
  cold: number;
}

const OCTETS = 64 << 20;
/** Of one write: what fs.createReadStream hands on. */
const WRITE = 1 << 16;
const RUNS = 9;
const NEAR = '192.168.7.1';
const FAR = '192.168.7.2';

export async function socketThroughput(runs = RUNS, octets = OCTETS): Promise<Throughput> {
  const [ours, theirs] = [await overSlipway(), await overLoopback()];
  try {
    const cold = await transfer(ours, octets);
    await transfer(theirs, octets);
    const rates: { slipway: number[]; nodeNet: number[] } = { slipway: [], nodeNet: [] };
    for (let run = 0; run < runs; run += 1) {
      rates.slipway.push(await transfer(ours, octets));
      rates.nodeNet.push(await transfer(theirs, octets));
    }
    return { slipway: spread(rates.slipway), nodeNet: spread(rates.nodeNet), cold };
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
  }
}

async function overSlipway(): Promise<Connection> {
  const clock = new RealClock();
  const [left, right] = pair(clock, 'datagrams');
  const module = await loadModule('host');
  const near = await Stack.create({ module, link: left, clock, address: NEAR, peer: FAR, secret: secretFrom(1) });
  const far = await Stack.create({ module, link: right, clock, address: FAR, peer: NEAR, secret: secretFrom(2) });
  const server = far.createServer();
  const connection = await joined(server as unknown as net.Server, () => near.connect(port(server)) as never);
  return { ...connection, close: async () => void (await Promise.all([near.close(0), far.close(0)])) };
}

async function overLoopback(): Promise<Connection> {
  const server = net.createServer();
  const { source, sink } = await joined(server, () => net.connect(port(server), '127.0.0.1'), '127.0.0.1');
  const close = async (): Promise<void> => {
    source.destroy();
    sink.destroy();
    server.close();
    await once(server, 'close');
  };
  return { source, sink, close };
}

async function joined(server: net.Server, connect: () => AnySocket, host?: string): Promise<Omit<Connection, 'close'>> {
  server.listen({ port: 0, host });
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[AnySocket]>;
  const source = connect();
  const [sink] = await accepted;
  return { source, sink };
}

function port(server: { address(): unknown }): number {
  return (server.address() as net.AddressInfo).port;
}

/** One transfer: MB/s, from the first write until the last octet has been heard. */
async function transfer({ source, sink }: Connection, octets: number): Promise<number> {
  const text = Buffer.alloc(WRITE, 'slipway ');
  const began = hrtime.bigint();
  const arrived = new Promise<void>((resolve) => {
    let heard = 0;
    const count = (piece: Buffer): void => {
      heard += piece.length;
      if (heard < octets) return;
      sink.off('data', count);
      resolve();
    };
    sink.on('data', count);
  });
  await pump(source, text, octets / WRITE);
  await arrived;
  return (octets * 1000) / Number(hrtime.bigint() - began);
}

/** Writes as long as it may, as pipe() does. */
function pump(source: AnySocket, text: Buffer, times: number): Promise<void> {
  return new Promise((resolve) => {
    let left = times;
    const on = (): void => {
      while (left > 0) {
        left -= 1;
        if (source.write(text)) continue;
        source.once('drain', on);
        return;
      }
      resolve();
    };
    on();
  });
}

/** The figures as lines for people. */
export function throughputLines({ slipway, nodeNet, cold }: Throughput): string[] {
  const of = ({ median, low, high }: Spread): string =>
    `${median.toFixed(0).padStart(5)} MB/s (${low.toFixed(0)} to ${high.toFixed(0)})`;
  return [
    `Slipway, two stacks in this process   ${of(slipway)}; the first transfer ${cold.toFixed(0)}`,
    `node:net on loopback                  ${of(nodeNet)}`,
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log('64 MB through the public Socket API, one connection, writes of 64 KiB');
  for (const line of throughputLines(await socketThroughput())) console.log(line);
}
