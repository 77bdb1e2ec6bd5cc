// docs/questions.md and its Chinese sister: every question has a command, a link and a section, and each of them exists.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { SCENARIOS } from '../../host/scenarios/catalog.js';
import { ROOT } from '../cli/slipway.js';

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const names = SCENARIOS.map(({ name }) => name);

/** The line under each question. */
function answersOf(text: string): RegExpExecArray[] {
  const sections = text.split(/^### /m).slice(1);
  return sections.map((section) => {
    const found = [
      ...section.matchAll(
        /^`slipway demo --scenario ([a-z0-9-]+)(?: --lang zh)?` · \[[^\]]+\]\(http:\/\/127\.0\.0\.1:8090\/#scenario=([a-z0-9-]+)(?:&lang=zh)?\) · RFC \d+ section [\d.]+$/gm,
      ),
    ];
    assert.equal(found.length, 1, `not one command, one link and one section: ${section.slice(0, 60)}`);
    return found[0] as RegExpExecArray;
  });
}

test('each question has one command, one link and one section, and every scenario answers one', () => {
  for (const file of ['docs/questions.md', 'docs/questions.zh-CN.md']) {
    const answers = answersOf(read(file));
    for (const [, command, link] of answers) assert.equal(command, link);
    assert.deepEqual(answers.map(([, command]) => command).sort(), [...names].sort(), file);
  }
});

test('both languages answer the same questions in the same order', () => {
  const [english, chinese] = ['docs/questions.md', 'docs/questions.zh-CN.md'].map((file) =>
    answersOf(read(file)).map(([, command]) => command),
  );
  assert.deepEqual(english, chinese);
});

test('what these documents lead to is there', () => {
  for (const file of ['docs/questions.md', 'docs/questions.zh-CN.md', 'docs/lesson.md', 'README.zh-CN.md']) {
    const text = read(file);
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      assert.ok(existsSync(path.join(ROOT, path.dirname(file), target)), `${file} leads to ${target}`);
    for (const [, name = ''] of text.matchAll(/#scenario=([a-z0-9-]+)/g))
      assert.ok(names.includes(name), `${file}: ${name}`);
  }
});
