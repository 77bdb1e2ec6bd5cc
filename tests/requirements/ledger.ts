import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A rule of RFC 9293, with what this project has to say of it. */
export interface Requirement {
  id: string;
  level: string;
  section: string;
  text: string;
  /** How it can be seen: on the wire, through the ABI, or only by reading. */
  check: string;
  /** Tests that name the id, relative to tests/. */
  tests: string[];
  reason: string | undefined;
  /** The rule speaks of something that this stack is not. */
  doesNotApply: boolean;
  fault: Fault | undefined;
}

/** One line of the core, changed so that the requirement is broken: its tests must notice. */
export interface Fault {
  id: string;
  /** Relative to the root: assembly/tcp/... */
  file: string;
  /** The line as it is, and as it would be; white space and comments do not count. */
  line: string;
  becomes: string;
}

/** A property that other stacks are compared by, and the tests that show it. */
export interface Feature {
  feature: string;
  tests: string[];
}

interface Rule {
  id: string;
  level: string;
  section: string;
  text: string;
  check?: string;
}

interface Reason {
  reason: string;
  doesNotApply: boolean;
}

export const TESTS = fileURLToPath(new URL('../', import.meta.url));

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

/** The numbered requirements and the unnumbered ones, in the RFC's order of numbers. */
export function requirements(): Requirement[] {
  const rules = [...read<Rule[]>('rfc9293.json'), ...read<Rule[]>('rfc9293-unnumbered.json')];
  const reasons = read<Record<string, Reason>>('reasons.json');
  const faults = new Map(read<Fault[]>('faults.json').map((fault) => [fault.id, fault]));
  const tests = testsById();
  return rules.map(({ id, level, section, text, check }) => ({
    id,
    level,
    section,
    text,
    check: check ?? 'review',
    tests: tests.get(id) ?? [],
    reason: reasons[id]?.reason,
    doesNotApply: reasons[id]?.doesNotApply ?? false,
    fault: faults.get(id),
  }));
}

export function features(): Feature[] {
  return read<Feature[]>('features.json');
}

/** What goes beyond RFC 9293, each with its own document and the tests that show it. */
export function extensions(): Feature[] {
  return read<Feature[]>('extensions.json');
}

/** Every test by the ids that it names: scripts in the comment that begins them, other tests in a test's name. */
function testsById(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const names = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    for (const id of idsIn(name)) found.set(id, [...(found.get(id) ?? []), name.replaceAll('\\', '/')]);
  }
  return found;
}

const ID = /\b(?:MUST|SHLD|MAY|REC|UN)-\d+\b/g;

function idsIn(name: string): Set<string> {
  const isScript = name.endsWith('.pkt');
  if (!isScript && !/\.(test|spec)\.ts$/.test(name)) return new Set();
  const text = readFileSync(join(TESTS, name), 'utf8');
  const spoken = isScript ? (/^(?:\/\/.*\n)+/.exec(text)?.[0] ?? '') : testNames(text);
  return new Set(spoken.match(ID) ?? []);
}

function testNames(text: string): string {
  return [...text.matchAll(/\b(?:test|it|describe)\(\s*(['"`])(.*?)\1/gs)].map((match) => match[2]).join('\n');
}

/** What is wrong with the ledger, in sentences; empty when nothing is. */
export function complaints(rows: readonly Requirement[]): string[] {
  const found: string[] = [];
  for (const { id, level, tests, reason, doesNotApply } of rows) {
    if (tests.length === 0 && reason === undefined) found.push(`${id} has neither a test nor a reason.`);
    if (tests.length > 0 && doesNotApply) found.push(`${id} has tests, though it is said not to apply.`);
    const isMust = level.startsWith('MUST');
    if (isMust && tests.length === 0 && !doesNotApply) found.push(`${id} is a MUST that applies, and has no test.`);
  }
  for (const { feature, tests } of [...features(), ...extensions()]) {
    const missing = tests.find((name) => !existsSync(join(TESTS, name)));
    if (missing !== undefined) found.push(`'${feature}' names ${missing}, which does not exist.`);
  }
  return found;
}

/** MUSTs that can be seen and have no fault to plant. */
export function withoutFault(rows: readonly Requirement[]): Requirement[] {
  return rows.filter(
    ({ level, check, tests, fault }) =>
      level.startsWith('MUST') && check !== 'review' && tests.length > 0 && fault === undefined,
  );
}
