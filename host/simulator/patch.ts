// A change to the core's sources: read from a file, applied to their texts in memory, never to the files. Two forms: a unified
// diff as git writes it, or JSON: {"file": "assembly/sequence.ts", "search": "< 0", "replace": "<= 0"}, or a list of such.
import { UsageError } from '../usage-error.js';

/** The changed texts, by path. */
export type Sources = Map<string, string>;

/** `read` gives a file's present text; undefined: there is none. */
export function applyPatch(patch: string, read: (file: string) => string | undefined): Sources {
  const sources: Sources = new Map();
  const current = (file: string): string => {
    const text = sources.get(file) ?? read(file);
    if (text === undefined)
      throw new UsageError(`The patch changes ${file}, which does not exist; paths begin with assembly/.`);
    return text;
  };
  if (/^\s*[[{]/.test(patch)) {
    for (const { file, search, replace } of parseReplacements(patch)) {
      sources.set(file, replaceOnce(current(file), file, search, replace));
    }
  } else {
    for (const { file, hunks } of parseDiff(patch)) sources.set(file, applyHunks(current(file), file, hunks));
  }
  if (sources.size === 0)
    throw new UsageError('The patch changes nothing; give a unified diff or JSON with file, search and replace.');
  return sources;
}

interface Replacement {
  file: string;
  search: string;
  replace: string;
}

function parseReplacements(text: string): Replacement[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `The patch is not JSON (${(error as Error).message}); or leave out the bracket that it begins with.`,
    );
  }
  const list = (Array.isArray(parsed) ? parsed : [parsed]) as Partial<Replacement>[];
  return list.map(({ file, search, replace }) => {
    if (typeof file !== 'string' || typeof search !== 'string' || typeof replace !== 'string' || search === '') {
      throw new UsageError('A patch in JSON needs the texts "file", "search" and "replace".');
    }
    return { file, search, replace };
  });
}

function replaceOnce(text: string, file: string, search: string, replace: string): string {
  const at = text.indexOf(search);
  if (at < 0) throw new UsageError(`${file} does not contain the searched text: ${JSON.stringify(search)}.`);
  if (text.indexOf(search, at + 1) >= 0) {
    throw new UsageError(
      `${file} contains the searched text more than once; search for more: ${JSON.stringify(search)}.`,
    );
  }
  return text.slice(0, at) + replace + text.slice(at + search.length);
}

interface Hunk {
  /** Line of the old file, from 0. */
  at: number;
  before: string[];
  after: string[];
}

interface FileDiff {
  file: string;
  hunks: Hunk[];
}

function parseDiff(patch: string): FileDiff[] {
  const files: FileDiff[] = [];
  let hunk: Hunk | undefined;
  for (const line of patch.split(/\r?\n/)) {
    const name = /^\+\+\+ (?:b\/)?([^\t]+)/.exec(line);
    const head = /^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@/.exec(line);
    if (name !== null) {
      files.push({ file: name[1] ?? '', hunks: [] });
      hunk = undefined;
    } else if (head !== null) {
      hunk = { at: Number(head[1]) - 1, before: [], after: [] };
      files.at(-1)?.hunks.push(hunk);
    } else if (line.startsWith('--- ') || line.startsWith('diff ')) {
      hunk = undefined;
    } else if (hunk !== undefined) {
      takeLine(hunk, line);
    }
  }
  return files;
}

function takeLine(hunk: Hunk, line: string): void {
  const text = line.slice(1);
  if (line.startsWith(' ') || line.startsWith('-')) hunk.before.push(text);
  if (line.startsWith(' ') || line.startsWith('+')) hunk.after.push(text);
}

/** Each hunk goes where its lines are, nearest to where it says. */
function applyHunks(text: string, file: string, hunks: Hunk[]): string {
  const lines = text.split('\n');
  let shift = 0;
  for (const { at, before, after } of hunks) {
    const place = findLines(lines, before, at + shift);
    if (place < 0)
      throw new UsageError(
        `The patch does not fit ${file} near line ${at + 1}; make it anew from the present sources.`,
      );
    lines.splice(place, before.length, ...after);
    shift += after.length - before.length;
  }
  return lines.join('\n');
}

function findLines(lines: string[], wanted: string[], near: number): number {
  const fits = (at: number): boolean => wanted.every((line, i) => lines[at + i] === line);
  const from = Math.min(near, lines.length);
  for (let distance = 0; distance <= lines.length; distance++) {
    if (from - distance >= 0 && fits(from - distance)) return from - distance;
    if (from + distance <= lines.length && fits(from + distance)) return from + distance;
  }
  return -1;
}
