// The cases do what they say: the core's own counters, its ring and the checksums of its answers tell.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Counter, Drop, InfoAt, State } from '../../assembly/numbers.js';
import { CASES, type Case, prove } from '../../host/bench/cases.js';
import { type Subject, call, constant } from '../../host/bench/subject.js';
import { buildBench, subjectOf } from './bench-modules.js';

const caseOf = (name: string, octets: number): Case =>
  CASES.find((one) => one.name === name && one.octets === octets) ?? assert.fail(`there is no case ${name} ${octets}`);

const stacks = (): Promise<Subject[]> =>
  Promise.all([
    ...['micro', 'board', 'host'].map((profile) => subjectOf('slipway', profile, profile)),
    subjectOf('floor', 'scalar', 'bench-floor'),
    subjectOf('floor', 'simd', 'bench-floor-simd'),
  ]);

describe('the cases of the benchmark', () => {
  before(buildBench);

  for (const one of CASES) {
    test(`${one.name} ${one.octets}: every answer's checksums, ACK and text are right, and the counters agree`, async () => {
      const subjects = (await stacks()).filter((subject) => one.fits(subject));
      assert.ok(subjects.length > 0, 'some stack can do it');
      for (const subject of subjects) prove(one, subject);
    });
  }

  for (const octets of [1, 536, 1460]) {
    test(`receive ${octets}: the text lies in the ring as the peer laid it down`, async () => {
      const subject = await subjectOf('slipway', 'host', 'host');
      subject.peer.prepare(subject.rx, subject.tx, 1, octets);
      const handle = subject.peer.handle();
      const length = subject.peer.offer();
      assert.equal(length, 40 + octets);
      assert.equal(call(subject, 'input', length, subject.peer.time()), 0);
      assert.equal(call(subject, 'receiveReady', handle), octets);
      const memory = new Uint8Array(subject.exports.memory.buffer);
      const at = call(subject, 'receiveAt', handle);
      const expected = Array.from({ length: octets }, (_, i) => (i * 7 + 1) & 255);
      assert.deepEqual([...memory.subarray(at, at + octets)], expected);
    });
  }

  for (const profile of ['board', 'host']) {
    test(`${profile}: a segment with a wrong checksum is noticed by the stack, and so by the case`, async () => {
      const honest = caseOf('receive', 1460);
      const spoilt: Case = {
        ...honest,
        prepare: (subject) => {
          honest.prepare(subject);
          subject.peer.spoil(1);
        },
      };
      const subject = await subjectOf('slipway', profile, profile);
      assert.throws(() => prove(spoilt, subject), /The case receive 1460 on slipway .* fails/);
      assert.equal(call(subject, 'counter', Counter.DROPS + Drop.BAD_SEGMENT_CHECKSUM), 1);
    });
  }

  test('the floor notices a wrong checksum too', async () => {
    const honest = caseOf('receive', 536);
    const spoilt: Case = { ...honest, prepare: (subject) => (honest.prepare(subject), subject.peer.spoil(1)) };
    assert.throws(() => prove(spoilt, floor), /The case receive 536 on floor simd fails/);
  });

  let floor: Subject;
  before(async () => (floor = await subjectOf('floor', 'simd', 'bench-floor-simd')));

  test('a case whose counters do not agree throws', async () => {
    const wrong: Case = { ...caseOf('send', 1), proof: { SEGMENTS_OUT: 2 } };
    const subject = await subjectOf('slipway', 'board', 'board');
    assert.throws(() => prove(wrong, subject), /SEGMENTS_OUT grew by 40 in 40 rounds and not by 80/);
  });

  test('open-close ends in TIME-WAIT with every slot free', async () => {
    const subject = await subjectOf('slipway', 'board', 'board');
    const one = caseOf('open-close', 0);
    one.prepare(subject);
    const slots = constant(subject, 'connections');
    one.act(subject, 2 * slots);
    const view = new DataView(subject.exports.memory.buffer);
    const states = [];
    for (let i = 0, at = call(subject, 'list', 0); at > 0; at = call(subject, 'list', ++i)) {
      states.push(view.getUint8(at + InfoAt.STATE));
    }
    assert.deepEqual(new Set(states), new Set([State.LISTEN, State.TIME_WAIT]));
    assert.equal(call(subject, 'counter', Counter.PASSIVE_OPENS), 2 * slots);
  });

  test('syn-cookie: the half-open table is full and stays so', async () => {
    const subject = await subjectOf('slipway', 'host', 'host');
    const one = caseOf('syn-cookie', 0);
    one.prepare(subject);
    one.act(subject, 1000);
    assert.equal(call(subject, 'counter', Counter.COOKIES_SENT), 1000);
  });
});
