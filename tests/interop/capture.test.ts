// Captures, judged by tshark: readable, right, and equal to what --json says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { before, test } from 'node:test';
import path from 'node:path';
import { build, demo, folder, slipway, without } from '../cli/slipway.js';
import { assertEqualToCapture, count, frames } from './tshark.js';

before(build);
const skip = without('tshark', 'curl');

test(
  '--once: a whole conversation without a bad checksum or a malformed packet, equal to its events',
  { skip },
  (t) => {
    const capture = path.join(folder(t), 'once.pcapng');
    const { status, stdout } = slipway(['demo', '--once', '--json', '--capture', capture]);
    assert.equal(status, 0);
    assert.ok(assertEqualToCapture(stdout, capture, 0) >= 9);
    assert.equal(count(capture, '_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0'), 0);
    assert.equal(count(capture, 'tcp.checksum.status == 1'), count(capture, 'tcp'), 'every checksum was verified');
    const completeness = frames(capture, ['tcp.completeness']).map(([value]) => Number(value));
    assert.equal(completeness.at(-1), 31);
  },
);

test('--once over a cable with every fault: the events are still what tshark reads', { skip }, (t) => {
  for (const seed of ['1', '2', '3']) {
    const capture = path.join(folder(t), `faults-${seed}.pcapng`);
    const faults = ['--loss', '15%', '--reorder', '15%', '--duplicate', '10%', '--corrupt', '10%', '--seed', seed];
    const { stdout } = slipway(['demo', '--once', '--json', '--capture', capture, ...faults]);
    assertEqualToCapture(stdout, capture, 0);
    const comments = frames(capture, ['frame.comment']).join('\n');
    const lost = stdout.split('\n').filter((line) => line.includes('"fate":"lost"')).length;
    assert.equal(comments.match(/Lost on the link/g)?.length ?? 0, lost, `seed ${seed}`);
  }
});

test('states, causes and direction of each packet are in the capture', { skip }, (t) => {
  const capture = path.join(folder(t), 'comments.pcapng');
  slipway(['demo', '--once', '--capture', capture]);
  const [syn = [], synAck = []] = frames(capture, ['frame.packet_flags_direction', 'frame.comment']);
  assert.equal(Number(syn[0]), 2, 'outbound');
  assert.match(syn[1] ?? '', /laptop: CLOSED -> SYN-SENT,board: LISTEN -> SYN-RECEIVED,Sent: open/);
  assert.equal(Number(synAck[0]), 1, 'inbound');
  assert.match(synAck[1] ?? '', /laptop: SYN-SENT -> ESTABLISHED,.*Sent: SYN-ACK/);
});

test(
  'live, with many connections at once: every event is what tshark reads, every conversation complete',
  { skip },
  async (t) => {
    const capture = path.join(folder(t), 'live.pcapng');
    const { running, url } = await demo(t, ['--json', '--capture', capture]);
    const fetches = Array.from({ length: 12 }, () =>
      once(spawn('curl', ['-sf', '-o', '/dev/null', `${url}/bytes/20000`]), 'exit'),
    );
    for (const [status] of (await Promise.all(fetches)) as [number][]) assert.equal(status, 0);
    assert.equal(await running.stop(), 0);
    const events = assertEqualToCapture(running.stdout, capture);
    assert.ok(events > 12 * 20, `${events} events`);
    assert.equal(count(capture, '_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0'), 0);
    const complete = new Set(
      frames(capture, ['tcp.stream'], ['-Y', 'tcp.completeness == 31']).map(([stream]) => stream),
    );
    assert.equal(complete.size, 12);
  },
);

test('a capture that cannot be written is told in one sentence', () => {
  const { status, stderr } = slipway(['demo', '--once', '--capture', '/nowhere/x.pcapng']);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    'The capture file /nowhere/x.pcapng cannot be written (ENOENT); choose another with --capture.\n',
  );
});
