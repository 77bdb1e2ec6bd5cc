// Behind 2^32 octets SND.UNA stands at the initial sequence number once more, and nothing may take it for a SYN under way.
// Sending so much takes too long: the ISN is moved to where SND.UNA is instead, which is the same to the connection.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench } from './bench.js';
import { established } from './peer.js';

/** Writes SND.UNA over every word of memory that holds the ISN. */
function comeRound(bench: Bench, handle: number): void {
  const { iss, snd } = bench.info(handle);
  const { view, constants } = bench.core;
  for (let at = 0; at + 4 <= constants.heapBase; at += 4) {
    if (view.getUint32(at, true) === iss) view.setUint32(at, snd.una, true);
  }
  assert.equal(bench.info(handle).iss, snd.una);
}

test('text that is lost there is sent again, and no SYN', async () => {
  const bench = await Bench.open();
  const peer = await established(bench);
  bench.write(peer.handle, 'before');
  peer.take();
  peer.give('.');
  comeRound(bench, peer.handle);
  bench.write(peer.handle, 'behind');
  const [first] = bench.outputs();
  const again = bench.pass(3000)[0];
  assert.deepEqual([again?.flags, again?.text, again?.segment.seq], ['P.', 'behind', first?.segment.seq]);
});

test('the send ring holds no octet more than it has room for', async () => {
  const bench = await Bench.open();
  const peer = await established(bench, { win: 0 });
  comeRound(bench, peer.handle);
  const { sendRing } = bench.core.constants;
  let written = 0;
  for (let room = bench.core.call.sendRoom(peer.handle); room > 0; room = bench.core.call.sendRoom(peer.handle)) {
    assert.equal(bench.core.call.send(peer.handle, room, 0), 0);
    written += room;
  }
  assert.equal(written, sendRing);
});

test('a window that closes there is probed with text', async () => {
  const bench = await Bench.open();
  const peer = await established(bench, { win: 0 });
  comeRound(bench, peer.handle);
  bench.write(peer.handle, 'probe');
  const probes = bench.pass(3000);
  assert.ok(probes.length > 0);
  for (const probe of probes) assert.deepEqual([probe.flags, probe.text], ['.', 'p']);
});
