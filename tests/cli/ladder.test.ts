import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flag } from '../../assembly/numbers.js';
import { decode } from '../../host/trace/decode.js';
import type { DatagramEvent, StateChange } from '../../host/trace/event.js';
import { Ladder, type LadderOptions } from '../../host/trace/ladder.js';
import { BOARD, LAPTOP, segment, type SegmentFields } from './datagrams.js';

test('a handshake is drawn with states at both sides', () => {
  const { lines, ladder } = draw();
  ladder.heading('laptop', 'board');
  ladder.event(
    event(
      'laptop',
      { flags: Flag.SYN, options: [2, 4, 5, 0xb4] },
      { seq: 0, ack: 0 },
      { cause: 'open', states: { laptop: to('CLOSED', 'SYN-SENT'), board: to('LISTEN', 'SYN-RECEIVED') } },
    ),
  );
  ladder.event(
    event(
      'board',
      { flags: Flag.SYN | Flag.ACK },
      { seq: 0, ack: 1 },
      { time: 0.0214, cause: 'syn-ack', states: { laptop: to('SYN-SENT', 'ESTABLISHED') } },
    ),
  );
  assert.deepEqual(lines, [
    '                             laptop                                            board',
    '          #1               │ 192.168.7.1:49152                        192.168.7.2:80 │',
    '   0.000  #1      SYN-SENT │── SYN  seq 0 win 4096 · open · mss 1460 ───────────────▶│ SYN-RECEIVED',
    '   0.021  #1   ESTABLISHED │◀─────────────────────── SYN-ACK  seq 0 ack 1 win 4096 ──│ SYN-RECEIVED',
  ]);
});

test('no line is wider than the terminal, whatever a segment carries', () => {
  for (const columns of [80, 90, 100, 132]) {
    const { lines, ladder } = draw({ columns });
    ladder.heading(`laptop ${LAPTOP}`, `board ${BOARD}`);
    const sack = [1, 1, 5, 34, ...new Array<number>(32).fill(200)];
    for (const from of ['laptop', 'board'] as const) {
      const ends =
        from === 'laptop'
          ? {}
          : { source: '255.255.255.254', destination: '255.255.255.253', sourcePort: 65535, destinationPort: 65534 };
      const fields = {
        ...ends,
        flags: 0xff,
        options: sack,
        urgentPointer: 65535,
        window: 65535,
        text: 'x'.repeat(1400),
      };
      const relative = {
        seq: 4294960000,
        ack: 4294967295,
        sack: new Array(4).fill({ left: 4294967290, right: 4294967295 }),
      };
      const states = { laptop: to('CLOSED', 'SYN-RECEIVED', true), board: to('CLOSED', 'SYN-RECEIVED', true) };
      ladder.event(
        event(from, fields, relative, {
          repeat: 12,
          cause: 'fast-retransmission',
          drop: 'bad-segment-checksum',
          fate: 'damaged',
          states,
        }),
      );
    }
    for (const line of lines) assert.ok([...line].length <= columns, `${[...line].length} columns: ${line}`);
  }
});

test('a lost segment does not reach the other lifeline, in either direction', () => {
  const { lines, ladder } = draw();
  ladder.event(event('laptop', { flags: Flag.SYN }, { seq: 0, ack: 0 }, { fate: 'lost' }));
  ladder.event(event('board', { flags: Flag.SYN | Flag.ACK }, { seq: 0, ack: 1 }, { fate: 'lost' }));
  assert.match(lines[1] ?? '', /SYN {2}seq 0 win 4096 · lost ─+✗ +│$/);
  assert.match(lines[2] ?? '', /│ +✗─+ SYN-ACK {2}seq 0 ack 1 win 4096 · lost ──│$/);
});

test('a run of like data segments folds into one counted line, with the ACKs that came back', () => {
  const { lines, ladder } = draw();
  bulk(ladder, 10);
  ladder.flush();
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', /10 segments {2}seq 1:1001\(1000\) win 4096 · 5 ACKs ══│/);
});

test('--all unfolds it', () => {
  const { lines, ladder } = draw({ unfolds: true });
  bulk(ladder, 10);
  assert.equal(lines.filter((line) => line.includes('(100)')).length, 10);
});

test('a few segments are not worth folding', () => {
  const { lines, ladder } = draw();
  bulk(ladder, 3);
  ladder.flush();
  assert.equal(lines.filter((line) => line.includes('(100)')).length, 3);
});

test('what is remarkable ends a run: a gap, a repeat, a loss, a drop, a change of state', () => {
  const remarkable: Partial<DatagramEvent>[] = [
    { repeat: 1 },
    { fate: 'lost' },
    { fate: 'copy' },
    { drop: 'not-acceptable' },
    { cause: 'tail-probe' },
    { states: { laptop: to('ESTABLISHED', 'FIN-WAIT-1') } },
  ];
  for (const [at, more] of [...remarkable.entries()]) {
    const { lines, ladder } = draw();
    bulk(ladder, 5);
    ladder.event(event('board', { text: 'x'.repeat(100) }, { seq: 501, ack: 1 }, more));
    bulk(ladder, 5, 601);
    ladder.flush();
    assert.equal(lines.filter((line) => line.includes('5 segments')).length, 2, `case ${at}`);
    assert.ok(lines.some((line) => line.includes('501:601(100)')));
  }
  const { lines, ladder } = draw();
  bulk(ladder, 5);
  bulk(ladder, 5, 2001);
  ladder.flush();
  assert.equal(lines.filter((line) => line.includes('5 segments')).length, 2, 'a gap');
});

test('two connections at once fold apart', () => {
  const { lines, ladder } = draw();
  for (let number = 0; number < 5; number += 1) {
    for (const connection of [1, 2])
      ladder.event(event('board', { text: 'x'.repeat(100) }, { seq: 1 + number * 100, ack: 1 }, { connection }));
  }
  ladder.flush();
  assert.deepEqual(
    lines.filter((line) => line.includes('5 segments')).map((line) => /#\d/.exec(line)?.[0]),
    ['#1', '#2'],
  );
});

test('a request before a long answer keeps its own line, and the lifelines are named when there is something to draw', () => {
  const { lines, ladder } = draw();
  ladder.heading('laptop', 'board');
  assert.equal(lines.length, 0);
  ladder.event(event('laptop', { text: 'GET /' }, { seq: 1, ack: 1 }, {}));
  bulk(ladder, 8);
  ladder.flush();
  assert.match(lines[0] ?? '', /laptop +board$/);
  assert.match(lines[2] ?? '', /ACK {2}seq 1:6\(5\)/);
  assert.match(lines[3] ?? '', /8 segments/);
});

test('text in both directions at once folds into a line for each', () => {
  const { lines, ladder } = draw();
  for (let number = 0; number < 6; number += 1) {
    const seq = 1 + number * 10;
    ladder.event(event('laptop', { text: '0123456789' }, { seq, ack: seq }, {}));
    ladder.event(event('board', { text: '0123456789' }, { seq, ack: seq + 10 }, {}));
  }
  ladder.flush();
  assert.equal(lines.length, 3);
  assert.match(lines[1] ?? '', /══ 6 segments {2}seq 1:61\(60\) win 4096 ═+▶│/);
  assert.match(lines[2] ?? '', /│◀═+ 6 segments {2}seq 1:61\(60\) win 4096 ══│/);
});

test('a run that rests is printed', () => {
  const { lines, ladder } = draw();
  bulk(ladder, 5);
  ladder.tick(0.1);
  assert.equal(lines.length, 0);
  ladder.tick(1);
  assert.equal(lines.length, 2);
});

test('the states of a connection stay at its sides until they change; inferred ones are marked', () => {
  const { lines, ladder } = draw();
  const fin = { flags: Flag.FIN | Flag.ACK };
  ladder.event(
    event(
      'laptop',
      fin,
      { seq: 1, ack: 1 },
      { states: { laptop: to('ESTABLISHED', 'FIN-WAIT-1'), board: to('ESTABLISHED', 'CLOSE-WAIT', true) } },
    ),
  );
  ladder.event(event('board', {}, { seq: 1, ack: 2 }, { states: { laptop: to('FIN-WAIT-1', 'FIN-WAIT-2') } }));
  ladder.event(event('board', fin, { seq: 1, ack: 2 }, {}));
  assert.match(lines[1] ?? '', / FIN-WAIT-1 │.*│ ~CLOSE-WAIT$/);
  assert.match(lines[2] ?? '', / FIN-WAIT-2 │.*│ ~CLOSE-WAIT$/);
  assert.match(lines[3] ?? '', / FIN-WAIT-2 │.*│ ~CLOSE-WAIT$/);
});

test('a change without a segment has a line of its own', () => {
  const { lines, ladder } = draw();
  const ends = { local: `${LAPTOP}:49152`, remote: `${BOARD}:80` };
  const states = { laptop: to('TIME-WAIT', 'CLOSED') };
  ladder.event({ type: 'state', time: 240, end: 'laptop', connection: 1, reason: 'timeout', ...ends, states });
  assert.match(lines[0] ?? '', /^ 240\.000 {2}#1 +CLOSED │ {3}2 MSL have passed +│$/);
});

test('without colours there are no escapes; with them the words are the same', () => {
  const plain = draw();
  const coloured = draw({ isColoured: true });
  for (const { ladder } of [plain, coloured]) {
    ladder.event(
      event(
        'laptop',
        { flags: Flag.SYN },
        { seq: 0, ack: 0 },
        { fate: 'lost', cause: 'open', states: { laptop: to('CLOSED', 'SYN-SENT') } },
      ),
    );
    bulk(ladder, 5);
    ladder.flush();
  }
  const escape = String.fromCharCode(27);
  assert.ok(!plain.lines.join('').includes(escape));
  assert.ok(coloured.lines.join('').includes(escape));
  assert.deepEqual(
    coloured.lines.map((line) => line.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '').trimEnd()),
    plain.lines,
  );
});

function draw(options: Partial<LadderOptions> = {}): { lines: string[]; ladder: Ladder } {
  const lines: string[] = [];
  return { lines, ladder: new Ladder({ print: (line) => lines.push(line), columns: 100, ...options }) };
}

/** Segments of 100 octets from the board, every second one acknowledged. */
function bulk(ladder: Ladder, count: number, from = 1): void {
  for (let number = 0; number < count; number += 1) {
    const seq = from + number * 100;
    ladder.event(
      event('board', { text: 'x'.repeat(100), flags: Flag.ACK | Flag.PSH }, { seq, ack: 1 }, { cause: 'written' }),
    );
    if (number % 2 === 1) ladder.event(event('laptop', {}, { seq: 1, ack: seq + 100 }, { cause: 'delayed-ack' }));
  }
}

function to(before: string, after: string, inferred = false): StateChange {
  return { before, after, inferred };
}

function event(
  from: 'laptop' | 'board',
  fields: SegmentFields,
  relative: { seq: number; ack: number; sack?: { left: number; right: number }[] },
  more: Partial<DatagramEvent>,
): DatagramEvent {
  const ends = from === 'laptop' ? {} : { source: BOARD, destination: LAPTOP, sourcePort: 80, destinationPort: 49152 };
  const octets = segment({ ...ends, ...fields });
  return {
    type: 'datagram',
    number: 1,
    time: 0,
    from,
    octets,
    datagram: decode(octets),
    connection: 1,
    relative: { sack: [], ...relative },
    cause: '',
    repeat: 0,
    drop: '',
    fate: 'taken',
    states: {},
    ...more,
  };
}
