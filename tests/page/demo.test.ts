// The scenarios in the terminal, as somebody sees them who types their names.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { SCENARIOS } from '../../host/scenarios/catalog.js';
import { widthOf } from '../../host/trace/width.js';
import { build, slipway, without } from '../cli/slipway.js';
import { count } from '../interop/tshark.js';
import { FIGURES } from './figures.js';

before(build);

test('demo --list names every scenario, in either language', () => {
  for (const [lang, text] of [
    ['en', 'Three-way handshake'],
    ['zh', '三次握手'],
  ] as const) {
    const { status, stdout } = slipway(['demo', '--list', '--lang', lang]);
    assert.equal(status, 0);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    assert.deepEqual(
      names,
      SCENARIOS.map(({ name }) => name),
    );
    assert.ok(stdout.includes(text));
  }
});

for (const { name, title, text } of SCENARIOS) {
  test(`demo --scenario ${name} draws it and exits 0, the states as expected`, () => {
    const { status, stdout, stderr } = slipway(['demo', '--scenario', name, '--all']);
    assert.equal(status, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines[0], title.en);
    assert.ok(lines.join(' ').includes(text.en.slice(0, 40)));
    const figure = FIGURES[name];
    const [laptop, board] = figure?.ends ?? ['ESTABLISHED', 'ESTABLISHED'];
    assert.equal(lines.at(-1), `192.168.7.1: ${laptop}, 192.168.7.2: ${board}`);
    const arrows = lines.filter((line) => /│.*[▶◀✗].*│/.test(line));
    if (figure !== undefined)
      assert.equal(arrows.length, figure.lines.split('\n').filter((line) => line.trim() !== '').length);
  });
}

test('demo --lang zh draws the same ladder, its lifelines one below the other', () => {
  const { status, stdout } = slipway(['demo', '--scenario', 'last-ack-lost', '--lang', 'zh']);
  assert.equal(status, 0);
  assert.match(stdout, /^最后的 ACK 丢失/);
  assert.match(stdout, /丢弃：不可接受 · 超时重传 1/);
  const lifelines = stdout.split('\n').filter((line) => /│.*│/.test(line));
  const places = lifelines.map((line) =>
    [line.indexOf('│'), line.lastIndexOf('│')].map((at) => widthOf(line.slice(0, at))),
  );
  assert.equal(new Set(places.map(String)).size, 1);
});

test('an unknown scenario or language is a misuse, and the sentence names the fix', () => {
  const unknown = slipway(['demo', '--scenario', 'five-way-handshake']);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /^There is no scenario 'five-way-handshake'; 'slipway demo --list' names them all\.\n$/);
  const language = slipway(['demo', '--list', '--lang', 'fr']);
  assert.equal(language.status, 2);
  assert.match(language.stderr, /use en or zh\.\n$/);
});

test('demo --scenario --json prints the events, one a line', () => {
  const { status, stdout } = slipway(['demo', '--scenario', 'three-way-handshake', '--json']);
  assert.equal(status, 0);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; tcp?: { flags: string[] } });
  assert.deepEqual(
    events.flatMap(({ tcp }) => (tcp === undefined ? [] : [tcp.flags.join('-')])),
    ['SYN', 'SYN-ACK', 'ACK'],
  );
});

test('the capture of a scenario is read without malformed packets', { skip: without('tshark') }, (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['urgent-data', 'ten-messages', 'syn-cookies']) {
    const file = path.join(folder, `${name}.pcapng`);
    assert.equal(slipway(['demo', '--scenario', name, '--capture', file]).status, 0);
    assert.equal(count(file, '_ws.malformed'), 0);
    assert.ok(count(file, 'tcp') > 5);
  }
});
