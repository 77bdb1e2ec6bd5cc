// The tracer on records made by hand: what it makes of losses, copies, damage and order, with and without the board's word.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flag } from '../../assembly/numbers.js';
import type { DatagramEvent, End, TraceEvent } from '../../host/trace/event.js';
import { Tracer, type TraceRecord } from '../../host/trace/tracer.js';
import { BOARD, LAPTOP, segment, type SegmentFields } from './datagrams.js';

test('a segment that arrives carries what both ends know of it', () => {
  const { tracer, events } = setUp();
  const syn = fromLaptop({ seq: 100, flags: Flag.SYN });
  tracer.record('laptop', record('laptop', 'output', 'CLOSED', 'SYN-SENT', { cause: 'open' }), syn, 0);
  assert.equal(events.length, 0, 'its fate is not known yet');
  tracer.record('board', record('board', 'input', 'LISTEN', 'SYN-RECEIVED'), syn, 0.01);
  assert.equal(events.length, 1);
  const [event] = events as DatagramEvent[];
  assert.ok(event);
  assert.deepEqual([event.number, event.time, event.from, event.cause, event.fate], [1, 0, 'laptop', 'open', 'taken']);
  assert.deepEqual(event.states.laptop, { before: 'CLOSED', after: 'SYN-SENT', inferred: false });
  assert.deepEqual(event.states.board, { before: 'LISTEN', after: 'SYN-RECEIVED', inferred: false });
  assert.deepEqual(event.relative, { seq: 0, ack: 0, sack: [], timestamps: undefined });
});

test('a segment from the board is told when the laptop has it, at that time', () => {
  const { tracer, datagrams } = setUp();
  const octets = fromBoard({ seq: 5, ack: 6, flags: Flag.SYN | Flag.ACK });
  tracer.record('board', record('board', 'output', 'SYN-RECEIVED', 'SYN-RECEIVED', { cause: 'syn-ack' }), octets, 1);
  tracer.record('laptop', record('laptop', 'input', 'SYN-SENT', 'ESTABLISHED'), octets, 1.02);
  assert.deepEqual(
    datagrams().map(({ time, from, cause }) => [time, from, cause]),
    [[1.02, 'board', 'syn-ack']],
  );
});

test('what the link loses is told once, at the time of its sending, as lost', () => {
  const { tracer, datagrams } = setUp();
  for (const [end, octets] of [
    ['laptop', fromLaptop({ seq: 1 })],
    ['board', fromBoard({ seq: 2 })],
  ] as const) {
    tracer.record(end, record(end, 'output', 'ESTABLISHED', 'ESTABLISHED'), octets, 1);
    tracer.lost(end, octets);
  }
  assert.deepEqual(
    datagrams().map(({ time, from, fate }) => [time, from, fate]),
    [
      [1, 'laptop', 'lost'],
      [1, 'board', 'lost'],
    ],
  );
});

test('of two transmissions with the same octets the lost one is the one that the link lost', () => {
  const { tracer, datagrams } = setUp();
  const octets = fromLaptop({ seq: 1, text: 'x' });
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), octets, 0);
  tracer.lost('laptop', octets);
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED', { repeat: 1 }), octets, 1);
  tracer.record('board', record('board', 'input', 'ESTABLISHED', 'ESTABLISHED'), octets, 1.01);
  assert.deepEqual(
    datagrams().map(({ fate, repeat }) => [fate, repeat]),
    [
      ['lost', 0],
      ['taken', 1],
    ],
  );
});

test('without word from the link, what does not arrive in time counts as lost', () => {
  const { tracer, datagrams } = setUp();
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), fromLaptop({ seq: 1 }), 0);
  tracer.tick(2.9);
  assert.equal(datagrams().length, 0);
  tracer.tick(3.1);
  assert.equal(datagrams()[0]?.fate, 'lost');
});

test('on a slow link a datagram is given the time that it needs', () => {
  const { tracer, datagrams } = setUp({ transit: 5 });
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), fromLaptop({ seq: 1 }), 0);
  tracer.tick(7.9);
  assert.equal(datagrams().length, 0);
  tracer.tick(8.1);
  assert.equal(datagrams()[0]?.fate, 'lost');
});

test('what was damaged beyond recognition holds up the others only for a moment', () => {
  const { tracer, datagrams } = setUp();
  const [first, second] = [fromLaptop({ seq: 1, text: 'a' }), fromLaptop({ seq: 2, text: 'b' })];
  for (const octets of [first, second]) {
    tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), octets, 0);
  }
  tracer.damaged('laptop', first);
  tracer.record('board', record('board', 'input', 'ESTABLISHED', 'ESTABLISHED'), second, 0.1);
  assert.equal(datagrams().length, 0);
  tracer.tick(0.3);
  assert.deepEqual(
    datagrams().map(({ fate }) => fate),
    ['damaged', 'taken'],
  );
});

test('events leave in the order of the laptop, whatever order the board takes them in', () => {
  const { tracer, datagrams } = setUp();
  const [first, second] = [fromLaptop({ seq: 1, text: 'a' }), fromLaptop({ seq: 2, text: 'b' })];
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), first, 0);
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), second, 0.1);
  tracer.record('board', record('board', 'input', 'ESTABLISHED', 'ESTABLISHED'), second, 0.2);
  assert.equal(datagrams().length, 0);
  tracer.record('board', record('board', 'input', 'ESTABLISHED', 'ESTABLISHED'), first, 0.3);
  assert.deepEqual(
    datagrams().map(({ number, relative }) => [number, relative?.seq]),
    [
      [1, 1],
      [2, 2],
    ],
  );
});

test('a copy at the laptop is a datagram of its own; a copy at the board is told as a copy of the first', () => {
  const { tracer, events, datagrams } = setUp();
  const down = fromBoard({ seq: 1, text: 'x' });
  tracer.record('board', record('board', 'output', 'ESTABLISHED', 'ESTABLISHED'), down, 0);
  tracer.record('laptop', record('laptop', 'input', 'ESTABLISHED', 'ESTABLISHED'), down, 0.1);
  tracer.record(
    'laptop',
    record('laptop', 'input', 'ESTABLISHED', 'ESTABLISHED', { drop: 'not-acceptable' }),
    down,
    0.2,
  );
  assert.deepEqual(
    datagrams().map(({ fate, drop }) => [fate, drop]),
    [
      ['taken', ''],
      ['copy', 'not-acceptable'],
    ],
  );
  const up = fromLaptop({ seq: 1, text: 'y' });
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), up, 0.3);
  tracer.record('board', record('board', 'input', 'ESTABLISHED', 'ESTABLISHED'), up, 0.4);
  tracer.record('board', record('board', 'input', 'ESTABLISHED', 'ESTABLISHED', { drop: 'not-acceptable' }), up, 0.5);
  const copy = events.at(-1);
  assert.ok(copy?.type === 'copy');
  assert.deepEqual([copy.number, copy.drop, copy.time], [3, 'not-acceptable', 0.5]);
  assert.equal(datagrams().length, 3, 'the capture has it once');
});

test('what the link damaged is matched with what arrives in its place', () => {
  const { tracer, datagrams } = setUp();
  const up = fromLaptop({ seq: 1, text: 'abc' });
  const spoilt = up.slice();
  spoilt[42] = 0x20;
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), up, 0);
  tracer.damaged('laptop', up);
  tracer.record('board', record('board', 'input', 'CLOSED', 'CLOSED', { drop: 'bad-segment-checksum' }), spoilt, 0.1);
  const [event] = datagrams();
  assert.deepEqual([event?.fate, event?.drop], ['damaged', 'bad-segment-checksum']);
  assert.deepEqual(event?.octets, up, 'the capture is taken before the damage');
});

test('a change by a call is told with the segment that it makes leave, and apart when none does', () => {
  const { tracer, events } = setUp();
  const fin = fromLaptop({ seq: 1, flags: Flag.FIN | Flag.ACK });
  tracer.record('laptop', record('laptop', 'call', 'ESTABLISHED', 'FIN-WAIT-1'), undefined, 1);
  tracer.record('laptop', record('laptop', 'output', 'FIN-WAIT-1', 'FIN-WAIT-1', { cause: 'close' }), fin, 1);
  tracer.record('board', record('board', 'input', 'ESTABLISHED', 'CLOSE-WAIT'), fin, 1.1);
  assert.equal(events.length, 1);
  assert.deepEqual(events[0]?.states.laptop, { before: 'ESTABLISHED', after: 'FIN-WAIT-1', inferred: false });
  tracer.record('laptop', record('laptop', 'timeout', 'TIME-WAIT', 'CLOSED'), undefined, 60);
  tracer.tick(60.1);
  const change = events[1];
  assert.ok(change?.type === 'state');
  assert.deepEqual([change.reason, change.end, change.connection, change.time], ['timeout', 'laptop', 1, 60]);
});

test('two connections at once are told apart, by the numbers of their appearance', () => {
  const { tracer, datagrams } = setUp({ canAskBoard: false });
  for (const sourcePort of [49152, 49153, 49152]) {
    tracer.record(
      'laptop',
      record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'),
      fromLaptop({ sourcePort, seq: 7 }),
      0,
    );
  }
  assert.deepEqual(
    datagrams().map(({ connection }) => connection),
    [1, 2, 1],
  );
});

test('the same two sockets with another SYN are another connection', () => {
  const { tracer, datagrams } = setUp({ canAskBoard: false });
  for (const seq of [1000, 1000, 9000]) {
    tracer.record('laptop', record('laptop', 'output', 'CLOSED', 'SYN-SENT'), fromLaptop({ seq, flags: Flag.SYN }), 0);
  }
  assert.deepEqual(
    datagrams().map(({ connection, relative }) => [connection, relative?.seq]),
    [
      [1, 0],
      [1, 0],
      [2, 0],
    ],
  );
});

test('relative numbers go on across the wrap at 2^32', () => {
  const { tracer, datagrams } = setUp({ canAskBoard: false });
  const out = (fields: SegmentFields): void =>
    tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), fromLaptop(fields), 0);
  out({ seq: 0xfffffffe, flags: Flag.SYN });
  out({ seq: 0xffffffff, text: 'abc' });
  out({ seq: 2, text: 'd' });
  assert.deepEqual(
    datagrams().map(({ relative }) => relative?.seq),
    [0, 1, 4],
  );
});

test('a peer that cannot be asked: its states are inferred along a whole connection', () => {
  const { tracer, datagrams } = setUp({ canAskBoard: false });
  const walk: [End, SegmentFields, string][] = [
    ['laptop', { seq: 100, flags: Flag.SYN }, ''],
    ['board', { seq: 500, ack: 101, flags: Flag.SYN | Flag.ACK }, 'SYN-RECEIVED'],
    ['laptop', { seq: 101, ack: 501 }, 'ESTABLISHED'],
    ['laptop', { seq: 101, ack: 501, flags: Flag.ACK | Flag.PSH, text: 'hi' }, 'ESTABLISHED'],
    ['laptop', { seq: 103, ack: 501, flags: Flag.ACK | Flag.FIN }, 'ESTABLISHED'],
    ['board', { seq: 501, ack: 103, flags: Flag.ACK }, 'ESTABLISHED'],
    ['board', { seq: 501, ack: 104, flags: Flag.ACK }, 'CLOSE-WAIT'],
    ['board', { seq: 501, ack: 104, flags: Flag.ACK | Flag.FIN }, 'LAST-ACK'],
    ['laptop', { seq: 104, ack: 502 }, 'CLOSED'],
  ];
  assert.deepEqual(
    inferredAlong(tracer, datagrams, walk),
    walk.map(([, , state]) => state),
  );
});

test('a peer that closes first, that closes at the same time, that resets', () => {
  const open: [End, SegmentFields, string][] = [
    ['board', { seq: 500, flags: Flag.SYN }, 'SYN-SENT'],
    ['laptop', { seq: 100, ack: 501, flags: Flag.SYN | Flag.ACK }, 'ESTABLISHED'],
    ['board', { seq: 501, ack: 101 }, 'ESTABLISHED'],
  ];
  const first: [End, SegmentFields, string][] = [
    ...open,
    ['board', { seq: 501, ack: 101, flags: Flag.ACK | Flag.FIN }, 'FIN-WAIT-1'],
    ['laptop', { seq: 101, ack: 502 }, 'FIN-WAIT-2'],
    ['laptop', { seq: 101, ack: 502, flags: Flag.ACK | Flag.FIN }, 'FIN-WAIT-2'],
    ['board', { seq: 502, ack: 102 }, 'TIME-WAIT'],
  ];
  const together: [End, SegmentFields, string][] = [
    ...open,
    ['laptop', { seq: 101, ack: 501, flags: Flag.ACK | Flag.FIN }, 'ESTABLISHED'],
    ['board', { seq: 501, ack: 101, flags: Flag.ACK | Flag.FIN }, 'FIN-WAIT-1'],
    ['board', { seq: 502, ack: 102 }, 'CLOSING'],
    ['laptop', { seq: 102, ack: 502 }, 'TIME-WAIT'],
  ];
  const reset: [End, SegmentFields, string][] = [...open, ['board', { seq: 501, flags: Flag.RST }, 'CLOSED']];
  for (const walk of [first, together, reset]) {
    const { tracer, datagrams } = setUp({ canAskBoard: false });
    assert.deepEqual(
      inferredAlong(tracer, datagrams, walk),
      walk.map(([, , state]) => state),
    );
  }
});

test('at the end, what is on its way is told as unknown', () => {
  const { tracer, datagrams } = setUp();
  tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), fromLaptop({ seq: 1 }), 0);
  tracer.flush();
  assert.equal(datagrams()[0]?.fate, 'unknown');
});

function inferredAlong(
  tracer: Tracer,
  datagrams: () => DatagramEvent[],
  walk: [End, SegmentFields, string][],
): (string | undefined)[] {
  for (const [from, fields] of walk) {
    if (from === 'laptop') {
      tracer.record('laptop', record('laptop', 'output', 'ESTABLISHED', 'ESTABLISHED'), fromLaptop(fields), 0);
    } else {
      tracer.record('laptop', record('laptop', 'input', 'ESTABLISHED', 'ESTABLISHED'), fromBoard(fields), 0);
    }
  }
  assert.ok(datagrams().every(({ states }) => states.board?.inferred === true));
  return datagrams().map(({ states }) => states.board?.after);
}

function setUp({ canAskBoard = true, transit = 0 } = {}): {
  tracer: Tracer;
  events: TraceEvent[];
  datagrams: () => DatagramEvent[];
} {
  const events: TraceEvent[] = [];
  const tracer = new Tracer({ canAskBoard, transit, onEvent: (event) => events.push(event) });
  return { tracer, events, datagrams: () => events.filter((event) => event.type === 'datagram') };
}

function fromLaptop(fields: SegmentFields): Uint8Array {
  return segment(fields);
}

function fromBoard(fields: SegmentFields): Uint8Array {
  return segment({ source: BOARD, destination: LAPTOP, sourcePort: 80, destinationPort: 49152, ...fields });
}

function record(
  end: End,
  kind: TraceRecord['kind'],
  before: string,
  after: string,
  more: Partial<TraceRecord> = {},
): TraceRecord {
  const laptop = { address: LAPTOP, port: 49152 };
  const board = { address: BOARD, port: 80 };
  const [local, remote] = end === 'laptop' ? [laptop, board] : [board, laptop];
  return {
    kind,
    protocol: 6,
    cause: 'none',
    drop: 'none',
    before,
    after,
    repeat: 0,
    table: 'connection',
    localAddress: local.address,
    remoteAddress: remote.address,
    localPort: local.port,
    remotePort: remote.port,
    ...more,
  };
}
