// slipway bench as its user runs it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Figure } from '../../host/bench/figure.js';
import { type Result, slipway } from '../cli/slipway.js';
import { buildBench } from './bench-modules.js';

const KEYS = ['case', 'octets', 'engine', 'profile', 'peer', 'unit', 'median', 'low', 'high'];

describe('slipway bench', () => {
  let folder = '';
  let run: Result;
  let figures: Figure[] = [];
  const file = (name: string): string => path.join(folder, name);
  /** Saves only what is counted: nothing that a busy machine moves. */
  const save = (name: string, change: (figure: Figure) => Figure = (figure) => figure): string => {
    const counted = figures.filter(({ engine }) => engine === 'wasm').map(change);
    writeFileSync(file(name), counted.map((figure) => JSON.stringify(figure)).join('\n'));
    return file(name);
  };

  before(() => {
    buildBench();
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-bench-'));
    run = slipway(['bench', '--case', 'no-connection', '--json']);
    figures = run.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Figure);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('--json: one object a figure, with the module it was taken from; progress on stderr', () => {
    assert.equal(run.status, 0, run.stderr);
    assert.ok(figures.length > 0);
    for (const figure of figures) {
      for (const key of KEYS) assert.ok(key in figure, `${key} in ${JSON.stringify(figure)}`);
      assert.match(figure.sha256, /^[0-9a-f]{64}$/);
      assert.ok(figure.low <= figure.median && figure.median <= figure.high, JSON.stringify(figure));
      assert.ok(figure.median > 0);
    }
    assert.match(run.stderr, /0 %: /);
  });

  test('--case: nothing but the case, on V8 and counted, for each profile', () => {
    assert.deepEqual(new Set(figures.map((figure) => figure.case)), new Set(['no-connection']));
    const of = (engine: string): Set<string> =>
      new Set(figures.filter((figure) => figure.engine === engine).map((figure) => figure.profile));
    for (const engine of ['v8', 'wasm']) assert.ok(['board', 'host'].every((profile) => of(engine).has(profile)));
  });

  test('a figure beside a floor says how many times the floor it is', () => {
    const { stdout } = slipway(['bench', '--case', 'receive', '--json']);
    const receive = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Figure)
      .find(({ octets, engine, profile }) => octets === 1460 && engine === 'wasm' && profile === 'host');
    assert.ok(receive?.floor !== undefined && receive.ratio !== undefined);
    assert.ok(Math.abs(receive.ratio - receive.median / receive.floor) < 1e-9);
    assert.ok(receive.ratio > 1, 'no stack does less than the floor');
  });

  test('--compare: the same run again is not worse', () => {
    const { status, stderr } = slipway(['bench', '--case', 'no-connection', '--compare', save('same.json')]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Nothing is worse/);
  });

  test('--compare names an artificial regression and exits 1', () => {
    const before = save('before.json', (figure) =>
      figure.profile === 'host' ? { ...figure, median: figure.median - 1 } : figure,
    );
    const { status, stderr } = slipway(['bench', '--case', 'no-connection', '--compare', before]);
    assert.equal(status, 1, stderr);
    const worse = stderr.split('\n').filter((line) => line.startsWith('Worse: '));
    assert.equal(worse.length, 1, stderr);
    assert.match(
      worse[0] ?? '',
      /^Worse: no-connection on wasm, slipway host: .* instructions before, .* now \(\+0\.\d %\)\.$/,
    );
  });

  test('--from tells a saved run without measuring, as a table without colours, and draws it', () => {
    const chart = file('chart.svg');
    const { status, stdout, stderr } = slipway(['bench', '--from', save('saved.json'), '--chart', chart]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /no-connection, instructions +[\d,]+ +[\d,]+/);
    assert.doesNotMatch(stdout, /\x1b/); // eslint-disable-line no-control-regex
    assert.match(stdout, /SHA-256 [0-9a-f]{64}/);
    const svg = readFileSync(chart, 'utf8');
    assert.match(svg, /^<svg [^>]*>/);
    assert.match(svg, /no-connection/);
    assert.match(svg, /<\/svg>\n$/);
  });

  for (const [what, args, sentence] of [
    ['an unknown case', ['--case', 'recieve'], /^There is no case 'recieve'; use receive, send, .*\.$/],
    ['a run that is not there', ['--compare', '/nowhere/run.json'], /^The run .* cannot be read \(ENOENT\); .*\.$/],
    ['a file that is no run', ['--from', 'package.json'], /^The file package\.json is no saved run; .*\.$/],
    ['an unknown option', ['--cases', 'receive'], /did you mean --case\?$/],
  ] as const) {
    test(`${what} is misuse: one sentence, and exit 2`, () => {
      const { status, stdout, stderr } = slipway(['bench', ...args]);
      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr.trim(), sentence);
    });
  }
});
