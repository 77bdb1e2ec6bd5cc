// Bulk through the public sockets: two stacks of this process joined by a cable in memory, one writing as long as it may and the
// other listening to 'data'.
import { once } from 'node:events';
import { hrtime } from 'node:process';
import { RealClock } from '../clock.js';
import { pair } from '../link/pair.js';
import { loadModule } from '../modules.js';
import type { Socket } from '../net/socket.js';
import { secretFrom } from '../random.js';
import { Stack } from '../stack.js';
import { type Spread, spread } from './figure.js';

const NEAR = '192.168.7.1';
const FAR = '192.168.7.2';
const PORT = 9;
const RUNS = 15;
/** 128 MB: V8 goes on compiling the module for that long, and runs it several times slower until then. */
const WARM_UP = 32;
/** Of one run, and of one write: what fs.createReadStream hands on. */
const OCTETS = 4 << 20;
const WRITE = 1 << 16;

/** MB/s of many transfers, each behind the other on one connection. */
export async function socketRate(runs = RUNS): Promise<Spread> {
  const clock = new RealClock();
  const [left, right] = pair(clock, 'datagrams');
  const module = await loadModule('host');
  const near = await Stack.create({ module, link: left, clock, address: NEAR, peer: FAR, secret: secretFrom(1) });
  const far = await Stack.create({ module, link: right, clock, address: FAR, peer: NEAR, secret: secretFrom(2) });
  try {
    const server = far.createServer();
    server.listen(PORT);
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const source = near.connect(PORT, FAR);
    const [sink] = await accepted;
    const rates: number[] = [];
    for (let run = -WARM_UP; run < runs; run += 1) {
      const rate = await transfer(source, sink);
      if (run >= 0) rates.push(rate);
    }
    source.destroy();
    sink.destroy();
    server.close();
    return spread(rates);
  } finally {
    await Promise.all([near.close(), far.close()]);
  }
}

/** One transfer: MB/s. */
async function transfer(source: Socket, sink: Socket): Promise<number> {
  const text = Buffer.alloc(WRITE, 'slipway ');
  const began = hrtime.bigint();
  const arrived = new Promise<void>((resolve) => {
    let octets = 0;
    const count = (piece: Buffer): void => {
      octets += piece.length;
      if (octets < OCTETS) return;
      sink.off('data', count);
      resolve();
    };
    sink.on('data', count);
  });
  for (let written = 0; written < OCTETS; written += WRITE) {
    if (!source.write(text)) await once(source, 'drain');
  }
  await arrived;
  return (OCTETS * 1000) / Number(hrtime.bigint() - began);
}
