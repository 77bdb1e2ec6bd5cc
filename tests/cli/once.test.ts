// slipway demo --once, as its user sees it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { build, ROOT, slipway } from './slipway.js';

before(build);

test('npm start -- --once shows a connection from SYN to CLOSED and exits 0', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['start', '-s', '--', '--once'], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const rows = stdout.split('\n').flatMap((line) => row(line) ?? []);
  const kinds = rows.map(({ flags }) => flags);
  assert.deepEqual(kinds.slice(0, 3), ['SYN', 'SYN-ACK', 'ACK'], stdout);
  const [request = 0, laptopFin = 0] = [kinds.indexOf('PSH-ACK'), kinds.indexOf('FIN-ACK')];
  assert.ok(request === 3 && laptopFin > request, stdout);

  // The four segments of the teardown, and the page between them.
  const [fin, ack, ...rest] = rows.slice(laptopFin);
  assert.deepEqual([fin?.from, fin?.laptop, fin?.board], ['laptop', 'FIN-WAIT-1', 'CLOSE-WAIT']);
  assert.deepEqual([ack?.from, ack?.flags, ack?.laptop, ack?.board], ['board', 'ACK', 'FIN-WAIT-2', 'CLOSE-WAIT']);
  const boardFin = rest.findIndex(({ flags }) => flags.includes('FIN'));
  assert.ok(rest.slice(0, boardFin).every(({ laptop, text }) => laptop === 'FIN-WAIT-2' && text > 0));
  assert.deepEqual(
    [rest[boardFin]?.from, rest[boardFin]?.laptop, rest[boardFin]?.board],
    ['board', 'TIME-WAIT', 'LAST-ACK'],
  );
  const last = rest[boardFin + 1];
  assert.deepEqual([last?.from, last?.flags, last?.laptop, last?.board], ['laptop', 'ACK', 'TIME-WAIT', 'CLOSED']);
  assert.match(stdout, / CLOSED │ +2 MSL have passed +│ CLOSED\n/);
});

test('the page arrives beside FIN-WAIT-2 and CLOSE-WAIT', () => {
  const rows = slipway(['demo', '--once'])
    .stdout.split('\n')
    .flatMap((line) => row(line) ?? []);
  const page = rows.filter(({ from, text }) => from === 'board' && text > 0);
  assert.deepEqual([page[0]?.laptop, page[0]?.board], ['FIN-WAIT-2', 'CLOSE-WAIT']);
});

test('the last line names the module: its SHA-256, its memory, and that it allocates nothing', () => {
  const { stdout } = slipway(['demo', '--once']);
  const hash = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'build/board-http.wasm')))
    .digest('hex');
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  assert.match(last, new RegExp(`sha256 ${hash}, memory [\\d,]+ octets of 65,536, allocations: none$`));
});

test('the same seed gives the same run to the octet, another seed other initial sequence numbers', () => {
  const isns = (seed: string): { text: string; isns: number[] } => {
    const { status, stdout } = slipway(['demo', '--once', '--json', '--seed', seed]);
    assert.equal(status, 0);
    const syns = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
      .filter(({ tcp }) => tcp?.flags.includes('SYN'));
    return { text: stdout, isns: syns.map(({ tcp }) => tcp?.seq ?? 0) };
  };
  const [one, again, other] = [isns('7'), isns('7'), isns('8')];
  assert.equal(one.text, again.text);
  assert.equal(one.isns.length, 2);
  for (const [at, isn] of one.isns.entries()) assert.notEqual(isn, other.isns[at]);
});

test('with --loss 100% it exits 1, says why in one sentence, and shows no SYN-ACK', () => {
  const { status, stdout, stderr } = slipway(['demo', '--once', '--loss', '100%']);
  assert.equal(status, 1);
  assert.match(stderr, /^The board does not answer; check [^\n]+\.\n$/);
  assert.doesNotMatch(stdout, /SYN-ACK/);
  assert.match(stdout, /SYN {2}seq 0 .*✗/);
});

test('faults are survived on the virtual clock, and shown', () => {
  const { status, stdout } = slipway(['demo', '--once', '--loss', '20%', '--seed', '3']);
  assert.equal(status, 0);
  assert.match(stdout, /✗/);
  assert.match(stdout, /retransmission|tail probe/);
});

test('--msl sets how long TIME-WAIT lasts', () => {
  const { stdout } = slipway(['demo', '--once', '--msl', '30s']);
  assert.match(stdout, /^ {2}60\.\d{3} .* CLOSED │ +2 MSL have passed/m);
});

test('--cookies always answers the SYN with a cookie, auto and never do not while there is room', () => {
  const answers = (when: string): string => slipway(['demo', '--once', '--cookies', when]).stdout;
  assert.match(answers('always'), /cookie · mss/);
  assert.doesNotMatch(answers('auto'), /cookie/);
  assert.doesNotMatch(answers('never'), /cookie/);
  assert.match(slipway(['demo', '--once', '--syn-queue', '0']).stdout, /cookie · mss/);
});

test('without a terminal there are no escapes and no line over 100 columns', () => {
  const { stdout } = slipway(['demo', '--once'], { env: { FORCE_COLOR: '1' } });
  assert.ok(!stdout.includes('\u001b'));
  const ladder = stdout.split('\n').filter((line) => line.includes('│'));
  assert.ok(ladder.length > 8);
  for (const line of ladder) assert.ok([...line].length <= 100, line);
});

test('every field of the JSON lines is documented', () => {
  const documented = readFileSync(path.join(ROOT, 'docs/events.md'), 'utf8');
  const { stdout } = slipway(['demo', '--once', '--json', '--loss', '20%', '--duplicate', '20%', '--seed', '3']);
  const fields = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) fields.add(name);
      collect(inner);
    }
  };
  for (const line of stdout.trimEnd().split('\n')) collect(JSON.parse(line));
  assert.ok(fields.size > 30);
  for (const field of fields) assert.match(documented, new RegExp(`[\`"]${field}[\`"]`), field);
});

interface Line {
  tcp?: { flags: string[]; seq: number };
}

interface Row {
  laptop: string;
  board: string;
  from: string;
  flags: string;
  text: number;
}

/** One arrow of the ladder. */
function row(line: string): Row | undefined {
  const match = /^ *[\d.]+ +#\d+ +([A-Z0-9-]+) │(◀)?[─ ]+([A-Z-]+) {2}seq \d+(?::\d+\((\d+)\))?.*│ ([A-Z0-9-]+)$/.exec(
    line,
  );
  if (match === null) return undefined;
  const [, laptop = '', toLaptop, flags = '', text = '0', board = ''] = match;
  return { laptop, board, from: toLaptop === undefined ? 'laptop' : 'board', flags, text: Number(text) };
}
