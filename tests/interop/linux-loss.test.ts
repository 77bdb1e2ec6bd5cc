// The core's TCP and the Linux kernel's over a cable that loses one datagram in twenty: ten megabytes each way.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import type { Readable } from 'node:stream';
import { build, folder, without } from '../cli/slipway.js';
import { KERNEL, LinuxCable, OURS, text } from './linux-cable.js';
import { withoutKernel } from './namespace.js';
import { frames } from './tshark.js';

before(build);
const skip = withoutKernel() || without('tshark');

/**
 * By Reno's arithmetic one connection carries 1.5 Mbit/s over this cable, whoever sends (1.2 * MSS / RTT / sqrt(loss)), and
 * would need a minute: four at once carry a quarter each.
 */
const CONNECTIONS = 4;
const OCTETS = 2_500_000;
const ALL = CONNECTIONS * OCTETS;
const LOSS = 0.05;

test(
  'ten megabytes each way over 5 % loss and 20 ms of delay: equal, and repeated for a reason',
  { skip },
  async (t) => {
    await using cable = await LinuxCable.create({ loss: LOSS, delayMs: 20, seed: 1 });
    const began = performance.now();
    const each = Array.from({ length: CONNECTIONS }, (_, index) => index);
    const [there, back] = await Promise.all([toKernel(cable, each), fromKernel(cable, each)]);
    const seconds = (performance.now() - began) / 1000;
    assert.deepEqual(
      there,
      each.map(() => EXPECTED),
      'what the core sent',
    );
    assert.deepEqual(
      back,
      each.map(() => EXPECTED),
      'what the kernel sent',
    );
    t.diagnostic(`${ALL} octets each way over ${CONNECTIONS} connections each in ${seconds.toFixed(1)} s`);
    for (const from of ['ours', 'kernel'] as const) {
      const { sent, lost } = text(cable.sent, from);
      const repeated = sent - ALL;
      t.diagnostic(`${from}: ${lost} octets lost, ${repeated} repeated, ${(repeated / lost).toFixed(3)} for one`);
      assert.ok(lost > ALL * LOSS * 0.7, 'the cable loses what it says');
      assert.ok(repeated >= lost && repeated < 2 * lost, `${from}: ${repeated} octets repeated for ${lost} lost`);
    }
    const file = path.join(folder(t), 'linux.pcapng');
    writeFileSync(file, cable.capture());
    looksRight(file);
  },
);

const FIELDS = {
  source: 'ip.src',
  malformed: '_ws.malformed',
  ipChecksum: 'ip.checksum.status',
  checksum: 'tcp.checksum.status',
  syn: 'tcp.flags.syn',
  reset: 'tcp.flags.reset',
  scale: 'tcp.options.wscale.shift',
  sackPermitted: 'tcp.options.sack_perm',
  stamp: 'tcp.options.timestamp.tsval',
  sack: 'tcp.options.sack_le',
  window: 'tcp.window_size',
};

/** What tshark must find in the capture. */
function looksRight(file: string): void {
  const verify = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE', '-Y', 'tcp'];
  const names = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
  const rows = frames(file, Object.values(FIELDS), verify).map((values) =>
    Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])),
  );
  const isTrue = (value: string | undefined): boolean => value === '1' || value === 'True';
  for (const address of [OURS, KERNEL]) {
    const sent = rows.filter(({ source }) => source === address);
    assert.ok(sent.every((row) => row['malformed'] === '' && row['ipChecksum'] === '1' && row['checksum'] === '1'));
    const syns = sent.filter(({ syn }) => isTrue(syn));
    assert.ok(syns.length >= 2 * CONNECTIONS, `${address}: ${syns.length} SYNs`);
    const offersAll = syns.every(
      (row) => Number(row['scale']) > 0 && row['sackPermitted'] !== '' && row['stamp'] !== '',
    );
    assert.ok(offersAll, `${address} offers window scale, SACK and timestamps in each SYN`);
    assert.ok(sent.filter(({ sack }) => sack !== '').length > 100, `${address} sends SACK blocks`);
    assert.ok(sent.filter(({ window }) => Number(window) > 65535).length > 100, `${address} scales its window`);
    assert.ok(
      sent.every((row) => isTrue(row['reset']) || row['stamp'] !== ''),
      `${address} stamps every segment`,
    );
  }
}

/** The kernel connects and reads each connection to the end; answers the hashes of what it has read. */
async function toKernel({ stack, kernel }: LinuxCable, each: number[]): Promise<string[]> {
  const server = stack.createServer((socket) => socket.end(TEXT)).listen(7001);
  const child = kernel.node(`${HASH}
    const { connect } = await import('node:net');
    const all = ${JSON.stringify(each)}.map(() => hash(connect({ host: '${OURS}', port: 7001 })));
    console.log((await Promise.all(all)).join(' '));`);
  const answer = await line(child.stdout, child.stderr);
  server.close();
  return answer.split(' ');
}

/** The core connects and reads each connection to the end. */
async function fromKernel({ stack, kernel }: LinuxCable, each: number[]): Promise<string[]> {
  const child = kernel.node(`
    const { createServer } = await import('node:net');
    const text = Buffer.alloc(${OCTETS});
    ${FILL}
    createServer((socket) => socket.end(text)).listen(7002, '0.0.0.0', () => console.log('ready'));`);
  await line(child.stdout, child.stderr);
  return Promise.all(
    each.map(async () => {
      const hash = createHash('sha256');
      const socket = stack.connect({ port: 7002 });
      socket.on('data', (octets: Buffer) => hash.update(octets));
      await once(socket, 'end');
      return hash.digest('hex');
    }),
  );
}

/** No two places within sight of one another hold the same octets. */
const FILL =
  'for (let at = 0; at + 4 <= text.length; at += 4) text.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);';

const HASH = `const { createHash } = await import('node:crypto');
  async function hash(stream) {
    const sum = createHash('sha256');
    for await (const octets of stream) sum.update(octets);
    return sum.digest('hex');
  }`;

const TEXT = filled();
const EXPECTED = createHash('sha256').update(TEXT).digest('hex');

function filled(): Buffer {
  const text = Buffer.alloc(OCTETS);
  for (let at = 0; at + 4 <= text.length; at += 4) text.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
  return text;
}

/** The next line of a child's, or what went wrong with it. */
async function line(stdout: Readable, stderr: Readable): Promise<string> {
  let complaint = '';
  stderr.on('data', (octets: Buffer) => (complaint += octets.toString()));
  const octets = await Promise.race([once(stdout, 'data'), once(stdout, 'end')]);
  assert.ok(octets[0] instanceof Buffer, complaint);
  return octets[0].toString().trim();
}
