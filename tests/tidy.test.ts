// The house rules, as a test: what the module is, who imports whom, and that what the documents name exists.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { buildWasm } from '../tools/build-wasm.mjs';
import { MODULES } from '../tools/modules.mjs';
import { circle, objection } from './tidy/imports.js';
import { factsOf, type ModuleFacts } from './tidy/module.js';
import { filesBelow, functionsOf, importsOf, linesOf, moduleVariables, ROOT } from './tidy/sources.js';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const modules = MODULES.filter(({ entry }) => existsSync(path.join(ROOT, entry)));
const facts = new Map<string, ModuleFacts>();

describe('the modules', () => {
  before(async () => {
    await buildWasm();
    for (const { name } of modules) facts.set(name, factsOf(path.join(ROOT, 'build', `${name}.wasm`)));
  });

  for (const { name } of modules) {
    const module = () => facts.get(name) ?? assert.fail(`${name} was not built`);

    test(`${name}: nothing is imported`, () => assert.deepEqual(module().imports, []));
    test(`${name}: no global is mutable`, () => assert.deepEqual(module().mutableGlobals, []));
    test(`${name}: memory never grows`, () => assert.equal(module().grows, false));
    test(`${name}: memory is fixed, and exactly the pages that __heap_base needs`, () => {
      const pages = Math.ceil(module().memoryEnd / 65536);
      assert.deepEqual(module().memory, { initial: pages, maximum: pages });
    });
    test(`${name}: the exports are those of docs/abi.md`, () => {
      const isApp = !name.match(/^(micro|board|host)$/);
      const documented = documentedExports().filter((word) => isApp || !APP_EXPORTS.has(word));
      assert.deepEqual(module().exports.sort(), [...new Set(documented)].sort());
    });
    test(`${name}: octets and memory END stay within the budget`, (t) => {
      const { octets, memoryEnd, memory } = module();
      t.diagnostic(`${name}.wasm: ${octets} octets, memory END ${memoryEnd}, ${memory.initial} pages`);
      const budget = (JSON.parse(read('tests/budgets.json')) as Record<string, { octets: number; memoryEnd: number }>)[
        name
      ];
      assert.ok(budget, `tests/budgets.json has no budget for ${name}`);
      assert.ok(octets <= budget.octets, `${name}.wasm has grown to ${octets} octets; its budget is ${budget.octets}`);
      assert.ok(
        memoryEnd <= budget.memoryEnd,
        `${name} needs ${memoryEnd} octets of memory; its budget is ${budget.memoryEnd}`,
      );
    });
  }

  test('an allocation added to the core does not compile', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check.mjs'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /4 of 4 allocations added to the core were refused/);
  });
});

/** What only a module with an application exports. */
const APP_EXPORTS = new Set(['application', 'name', 'nameOctets', 'build', 'buildOctets']);

/** The names in the first column of the tables of docs/abi.md. */
function documentedExports(): string[] {
  const cells = [...read('docs/abi.md').matchAll(/^\| ([^|]+) \|/gm)].map((match) => match[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map((match) => match[1] ?? ''));
}

describe('the sources', () => {
  const assembly = filesBelow('assembly');

  test('imports of assembly/ point down, and the event rooms of tcp/ do not know one another', () => {
    const inside = (file: string) => path.posix.relative('assembly', file);
    const wrong = assembly.flatMap((file) => importsOf(file).map((target) => objection(inside(file), inside(target))));
    assert.deepEqual(
      wrong.filter((line) => line !== undefined),
      [],
    );
  });

  test('imports of assembly/ never go round in a circle', () => {
    assert.deepEqual(circle(new Map(assembly.map((file) => [file, importsOf(file)]))), []);
  });

  test('no variable stands at module level in assembly/: it would be state that a copy of memory misses', () => {
    assert.deepEqual(assembly.flatMap(moduleVariables), []);
  });

  test('nothing outside tests/ imports tests/', () => {
    const outside = [...assembly, ...filesBelow('host')];
    assert.deepEqual(
      outside.filter((file) => /from ['"][./]+\/tests\//.test(read(file))),
      [],
    );
  });

  test('host/link knows no TCP and host/net knows no link', () => {
    const importing = (directory: string, target: RegExp) =>
      filesBelow(directory).filter((file) => target.test(read(file)));
    assert.deepEqual(importing('host/link', /from '\.\.\/(net|core|driver|stack)/), []);
    assert.deepEqual(importing('host/net', /from '\.\.\/link\//), []);
  });

  test('the longest functions and files are shown, for people to judge', (t) => {
    const files = [...assembly, ...filesBelow('host'), ...filesBelow('tools', '.mjs'), ...filesBelow('tools')];
    const functions = files.flatMap(functionsOf).sort((a, b) => b.lines - a.lines);
    for (const { file, name, lines } of functions.slice(0, 8)) t.diagnostic(`${lines} lines: ${name} in ${file}`);
    const lengths = files.map((file) => ({ file, lines: linesOf(file) })).sort((a, b) => b.lines - a.lines);
    for (const { file, lines } of lengths.slice(0, 8)) t.diagnostic(`${lines} lines: ${file}`);
    assert.ok(functions.length > 0);
  });
});

describe('the documents', () => {
  test(
    'every path in docs/rfc-index.md exists',
    { skip: existsSync(path.join(ROOT, 'docs/rfc-index.md')) ? false : 'not yet written' },
    () => {
      const named = [
        ...read('docs/rfc-index.md').matchAll(/`((?:assembly|host|tests|docs|boards|tools)\/[\w./-]+)`/g),
      ].map((match) => match[1] ?? '');
      assert.ok(named.length > 0);
      assert.deepEqual(
        named.filter((file) => !existsSync(path.join(ROOT, file))),
        [],
      );
    },
  );

  test('the relative links of the documents lead somewhere', () => {
    const documents = [
      'README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      ...filesBelow('docs', '.md'),
      ...filesBelow('boards', '.md'),
    ];
    const broken = documents
      .filter((file) => existsSync(path.join(ROOT, file)))
      .flatMap((file) =>
        [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
          .map((match) => [file, match[1] ?? ''])
          .filter(([from = '', to = '']) => !existsSync(path.join(ROOT, path.dirname(from), to))),
      );
    assert.deepEqual(broken, []);
  });

  test('the mutants that docs/mutation.md explains are of lines that are there', () => {
    const explained = [
      ...read('docs/mutation.md').matchAll(/^- (assembly\/[\w./-]+): `([^`]+)` -> (?:`[^`]+`|any other)$/gm),
    ];
    const spaced = (text: string) => text.replace(/\s+/g, ' ');
    assert.ok(explained.length > 0);
    const stale = explained.filter(([, file = '', line = '']) => !spaced(read(file)).includes(line));
    assert.deepEqual(
      stale.map(([entry]) => entry),
      [],
    );
  });

  test('package-lock.json names no registry', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved"/);
  });
});
