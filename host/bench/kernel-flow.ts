// The same flow between two Linux kernels, over the very cable that the cores are measured over. It needs root and real time.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Protocol } from '../../assembly/numbers.js';
import { RealClock } from '../clock.js';
import { EmulatedCable, type EmulatedOptions } from '../link/emulated.js';
import type { Link } from '../link/link.js';
import { Kernel } from './kernel.js';

const SENDER = '192.168.7.1';
const RECEIVER = '192.168.7.2';
const PORT = 9;

/** Octets that the receiver has read within so many ms of the first SYN. */
export async function kernelFlow(link: EmulatedOptions, ms: number, congestionControl = 'reno'): Promise<number> {
  const cable = new EmulatedCable(new RealClock(), link);
  const settings = { 'net.ipv4.tcp_congestion_control': congestionControl };
  await using near = await Kernel.create({ address: SENDER, peer: RECEIVER, settings });
  await using far = await Kernel.create({ address: RECEIVER, peer: SENDER, settings });
  const sink = far.node(SINK);
  await once(sink.stdout, 'data');
  join(far.device, cable.b);
  const began = new Promise<void>((resolve) => {
    join(near.device, cable.a, resolve);
  });
  near.node(SOURCE);
  await began;
  await sleep(ms);
  sink.stdin.write('\n');
  const [answer] = (await once(sink.stdout, 'data')) as [Buffer];
  return Number(answer.toString());
}

/** Writes as long as there is room. */
const SOURCE = `import { connect } from 'node:net';
  const text = Buffer.alloc(65536);
  const socket = connect(${PORT}, '${RECEIVER}', fill).on('drain', fill).on('error', () => process.exit());
  function fill() { while (socket.write(text)); }`;

/** Reads whatever has come, and says how much that was when it is asked. */
const SINK = `import { createServer } from 'node:net';
  let octets = 0;
  createServer((socket) => {
    socket.on('data', (text) => { octets += text.length; }).on('error', () => undefined);
  }).listen(${PORT}, '0.0.0.0', () => console.log('ready'));
  process.stdin.on('data', () => console.log(octets));`;

/** Whatever one end sends goes to the other. `onSegment` hears of TCP segments that leave the device. */
export function join(device: Link, cable: Link, onSegment?: () => void): void {
  const others = { drain: () => undefined, closed: () => undefined };
  device.attach({
    receive: (datagram) => {
      if (datagram[9] === Protocol.TCP) onSegment?.();
      cable.send(datagram);
    },
    ...others,
  });
  cable.attach({
    receive: (datagram) => {
      device.send(datagram);
    },
    ...others,
  });
}
