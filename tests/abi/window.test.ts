// RFC 9293, 3.8.6.2.2 (MUST-39): the receiver's side of silly window avoidance, octet by octet, in every size of ring.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Bench } from './bench.js';
import { established, type Peer } from './peer.js';

const HEADERS = 40;

/** The least advance of the right edge that is worth telling: a full segment, or half the ring if that is less. */
const leastOf = ({ core }: Bench) => Math.min(core.constants.receiveRing / 2, core.constants.mtu - HEADERS);

/** A connection whose window the peer has filled to the last octet. */
async function closed(profile: string): Promise<Peer> {
  const bench = await Bench.open(profile);
  const peer = await established(bench);
  const { handle } = peer;
  for (let room = bench.info(handle).rcv.wnd; room > 0; room = bench.info(handle).rcv.wnd) {
    assert.equal(peer.give('.', { text: 'x'.repeat(Math.min(room, 200)) }), 'none');
    peer.take();
  }
  peer.pass(500);
  return peer;
}

/** The user takes so many octets and no more. */
function read({ bench, handle }: Peer, octets: number): void {
  const { call } = bench.core;
  for (let left = octets; left > 0;) {
    const some = Math.min(left, call.receiveReady(handle));
    assert.ok(some > 0);
    assert.equal(call.receive(handle, some), 0);
    left -= some;
  }
}

for (const profile of ['micro', 'board', 'host']) {
  describe(`the window of ${profile}, once closed`, () => {
    test('is told to be open as soon as the least that is worth telling has been read, and not before', async () => {
      const peer = await closed(profile);
      const least = leastOf(peer.bench);
      read(peer, least - 1);
      assert.deepEqual(peer.take(), []);
      read(peer, 1);
      const [update, ...more] = peer.take();
      const cause = profile === 'micro' ? 'window-update' : update?.record?.cause; // micro keeps no records
      assert.deepEqual([update?.flags, update?.win, update?.text, cause], ['.', least, '', 'window-update']);
      assert.deepEqual(more, []);
    });

    test('stays closed in what leaves meanwhile, until the same has been read', async () => {
      const peer = await closed(profile);
      const { bench, handle } = peer;
      const least = leastOf(bench);
      read(peer, least - 1);
      bench.write(handle, 'a');
      const [small] = peer.take();
      assert.deepEqual([small?.text, small?.win], ['a', 0]);
      peer.give('.');
      read(peer, 1);
      bench.write(handle, 'b');
      const [wide] = peer.take();
      assert.deepEqual([wide?.text, wide?.win], ['b', least]);
    });

    test('opens wholly when all has been read', async () => {
      const peer = await closed(profile);
      const { bench, handle } = peer;
      const held = bench.core.call.receiveReady(handle);
      bench.read(handle);
      const sent = peer.take();
      assert.equal(sent.length, 1);
      assert.equal(sent[0]?.win, Math.min(bench.core.constants.receiveRing, 65535));
      assert.ok(held > 0);
    });
  });
}

describe('a scaled window', () => {
  test('never promises more than the ring holds, and what it promises can be filled to the last octet', async () => {
    const bench = await Bench.open('host');
    const scale = { kind: 3, value: Uint8Array.of(0) };
    const peer = await established(bench, { options: [scale] });
    const { receiveRing } = bench.core.constants;
    let written = '';
    for (let room = bench.info(peer.handle).rcv.wnd; room > 0; room = bench.info(peer.handle).rcv.wnd) {
      const text = String.fromCharCode(97 + ((written.length / 7) % 26)).repeat(Math.min(room, 1400));
      assert.equal(peer.give('.', { text }), 'none');
      written += text;
      assert.ok(written.length + bench.info(peer.handle).rcv.wnd <= receiveRing);
      peer.take();
    }
    peer.pass(500);
    assert.ok(written.length > 65_535, `${written.length} octets`);
    assert.ok(bench.read(peer.handle) === written, 'what was filled in is what is read');
  });

  test('is taken to the last octet of what the peer has read from it, whatever the rounding', async () => {
    const bench = await Bench.open('host');
    const peer = await established(bench, { options: [{ kind: 3, value: Uint8Array.of(0) }] });
    const { wnd, scale } = bench.info(peer.handle).rcv;
    const begin = peer.next;
    let edge = begin + wnd;
    while (peer.next < edge) {
      const text = 'x'.repeat(Math.min(edge - peer.next, 1399));
      assert.equal(peer.give('.', { text }), 'none');
      const sent = [...peer.take(), ...peer.pass(500)];
      for (const { ack, win } of sent) edge = Math.max(edge, ack + (win << scale));
      assert.equal(sent.at(-1)?.ack, peer.next, `octet ${peer.next} of ${edge} that were promised`);
    }
    assert.ok(peer.next - begin <= bench.core.constants.receiveRing);
    assert.equal(bench.read(peer.handle).length, peer.next - begin);
  });
});
