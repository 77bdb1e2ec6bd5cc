import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { coreProvider } from '../../host/script/core-provider.js';
import { findScripts } from '../../host/script/files.js';
import { runScript } from '../../host/script/run-script.js';

// Against the real core: a script that passes and has one number changed in a segment that it expects must fail, and at
// that line. So the comparison can neither be blind to a field nor look at another segment.

const FOLDER = fileURLToPath(new URL('../scripts/', import.meta.url));
const core = coreProvider('host');

type Change = (line: string) => string;

const OUTBOUND = /^\s*(?:\*|[+\d][\d.~+]*)\s+>/;

const CHANGES: Readonly<Record<string, Change>> = {
  // A script may call its first number what it likes, so that a SYN's SEQ is a name.
  SEQ: (line) =>
    line.replace(/(> +[^S\s]* +)(\d+):(\d+)\(/, (_, flags: string, from: string, to: string) => {
      return `${flags}${Number(from) + 1}:${Number(to) + 1}(`;
    }),
  'a length': (line) =>
    line.replace(/ (\d+):(\d+)\((\d+)\)/, (_, from: string, to: string, length: string) => {
      return ` ${from}:${Number(to) + 1}(${Number(length) + 1})`;
    }),
  ACK: (line) => line.replace(/ ack (\d+)/, (_, ack: string) => ` ack ${Number(ack) + 1}`),
  'a window': (line) => line.replace(/ win (\d+)/, (_, win: string) => ` win ${Number(win) + 1}`),
  'an urgent pointer': (line) => line.replace(/ urg (\d+)/, (_, urg: string) => ` urg ${Number(urg) + 1}`),
  'a SACK block': (line) => line.replace(/sack (\d+)/, (_, left: string) => `sack ${Number(left) + 1}`),
  'an echoed timestamp': (line) => line.replace(/ ecr (\d+)/, (_, ecr: string) => ` ecr ${Number(ecr) + 1}`),
  flags: (line) =>
    line.replace(/( )([SFRPUEW]*\.?)( +\d+:)/, (_, before: string, flags: string, behind: string) => {
      return `${before}${flags.startsWith('E') ? flags.slice(1) : `E${flags}`}${behind}`;
    }),
  'a time': (line) =>
    line.replace(/^( *)\+(\d*\.?\d+)( +>)/, (_, space: string, at: string, behind: string) => {
      return `${space}+${Number(at) + 1}${behind}`;
    }),
};

/** One line of each script, another each time; every script with a line that the change fits. */
async function changed(change: Change, salt: number): Promise<{ file: string; text: string; line: number }[]> {
  const found = [];
  for (const file of await findScripts([FOLDER])) {
    const lines = (await readFile(file, 'utf8')).split('\n');
    const places = lines.flatMap((line, at) => (OUTBOUND.test(line) && change(line) !== line ? [at] : []));
    const at = places[(file.length + salt) % Math.max(places.length, 1)];
    if (at === undefined) continue;
    lines[at] = change(lines[at] as string);
    found.push({ file, text: lines.join('\n'), line: at + 1 });
  }
  return found;
}

for (const [salt, [name, change]] of Object.entries(CHANGES).entries()) {
  test(`a script with one wrong number, ${name}, fails at its line`, async () => {
    const scripts = await changed(change, salt);
    assert.ok(scripts.length >= 5, `${scripts.length} scripts name ${name}`);
    for (const { file, text, line } of scripts) {
      const result = await runScript(file, text, { core });
      const where = `${relative(FOLDER, file)}:${line}`;
      assert.equal(result.result, 'fail', `${where} ${result.got ?? 'passed'}`);
      assert.equal(result.line, line, `${where}: ${result.expected} / ${result.got}`);
    }
  });
}
