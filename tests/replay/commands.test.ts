// 'slipway record' and 'slipway replay' as their users run them.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { build, folder, slipway, start, without } from '../cli/slipway.js';
import { ptyPair } from '../host/pty.js';

before(build);

const FAILING = [
  '--link',
  'emulated:?app=http&delay=10ms&loss=2%',
  '--seed',
  '4',
  '--get',
  '/bytes/90000',
  '--pull',
  '150ms',
];

test('a transfer that fails is recorded, and replays to the same octets', (t) => {
  const file = path.join(folder(t), 'failed.rec');
  const recorded = slipway(['record', file, ...FAILING]);
  assert.equal(recorded.status, 0, recorded.stderr);
  assert.match(
    recorded.stdout,
    /^GET \/bytes\/90000: HTTP\/1.1 200 OK, \d{4,5} octets received.*nothing was heard for 200 s/,
  );
  const replayed = slipway(['replay', file]);
  assert.equal(replayed.status, 0, replayed.stderr);
  assert.match(
    replayed.stdout,
    /^\d+ steps, 2\d\d\.\d+ s: \d+ calls gave the same answers, and \d+ outputs the same \d\d,\d+ octets\.\n$/,
  );

  const stopped = slipway(['replay', file, '--ladder', '--break', 'board.backoff == 2']);
  assert.equal(stopped.status, 0, stopped.stderr);
  assert.match(stopped.stdout, /retransmission 2/);
  assert.doesNotMatch(stopped.stdout, /retransmission 3/);
  const [, step = ''] = /Stopped behind step (\d+)/.exec(stopped.stdout) ?? [];
  assert.match(stopped.stdout, /SND\.UNA +68 \(\d+\) +\d{4,5} \(\d+\)\n/);
  assert.match(stopped.stdout, /retransmissions +0, 0 of the oldest segment +\d+, 2 of the oldest segment\n/);

  const again = slipway(['replay', file, '--to', step]);
  const table = (text: string): string => text.slice(text.indexOf('Stopped behind'));
  assert.equal(table(again.stdout), table(stopped.stdout));
});

test('a record with a changed octet differs: exit 1, and the step is named', (t) => {
  const file = path.join(folder(t), 'changed.rec');
  slipway(['record', file, '--get', '/', '--seed', '1']);
  const octets = readFileSync(file);
  const at = octets.indexOf('HTTP/1.1\r\nHost');
  octets.write('http', at);
  writeFileSync(file, octets);
  const { status, stderr, stdout } = slipway(['replay', file]);
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^The replay differs\. Step \d+, laptop serialOutput\(\d+\): the \d+ octets are others than those/,
  );
  assert.match(stdout, /Stopped behind step \d+/);
});

test('what the demo drew live is what its record draws', (t) => {
  const file = path.join(folder(t), 'once.rec');
  const live = slipway(['demo', '--once', '--loss', '3%', '--record', file]).stdout.split('\n\nThe page')[0];
  const replayed = slipway(['replay', file, '--ladder']).stdout.split(/\n[\d,]+ steps, /)[0];
  assert.ok((live?.length ?? 0) > 1000);
  assert.equal(replayed, live);
});

test('a serial line is recorded at the laptop and replays in Node', { skip: without('socat') }, async (t) => {
  const ptys = await ptyPair();
  t.after(() => ptys.remove());
  const file = path.join(folder(t), 'serial.rec');
  const board = start(t, ['board', '--link', `slip:${ptys.paths[1]}`]);
  await board.says(/./);
  const recorded = slipway(['record', file, '--link', `slip:${ptys.paths[0]}`, '--get', '/bytes/20000']);
  assert.equal(recorded.status, 0, recorded.stderr);
  assert.match(recorded.stdout, /200 OK, 20\d\d\d octets received.*then the end/);
  const replayed = slipway(['replay', file, '--ladder', '--break', 'state == TIME-WAIT or state == LAST-ACK']);
  assert.equal(replayed.status, 0, replayed.stderr);
  assert.match(replayed.stdout, /Stopped behind step \d+/);
  const whole = slipway(['replay', file]);
  assert.match(whole.stdout, /outputs the same [\d,]+ octets\.\n$/);
});

test('misuse is told in a sentence', (t) => {
  const file = path.join(folder(t), 'none.rec');
  writeFileSync(file, 'what is this');
  for (const [args, message] of [
    [['record', file], /^Nothing says what to record; give --get/],
    [
      ['record', file, '--link', 'slip:/dev/null', '--get', '/', '--pull', '1s'],
      /^Only an emulated cable can be pulled/,
    ],
    [['replay', `${file}.not`], /cannot be read \(ENOENT\); check its path\.$/m],
    [['replay', file], /This is no record of slipway: make one with 'slipway record'\.$/m],
    [['replay', file, '--break', 'state = 5'], /cannot be read; write it like/],
    [['replay', file, '--to', 'x'], /^The step 'x' is not a whole number/],
  ] as const) {
    const { status, stderr } = slipway([...args]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
});
