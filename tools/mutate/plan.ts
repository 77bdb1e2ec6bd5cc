// Which mutations are tried: `count` of them, chosen by a seed, spread over all files by the number of places in each,
// and within a file over all kinds. The seed speaks of each mutation by itself, so that a line changed elsewhere does not
// bring others: what survived can be tried again when the tests, or some of the sources, have changed. One that does not compile, or changes nothing, gives its turn to the next.

import type { Mutation } from './mutations.js';

interface FileQueue {
  file: string;
  quota: number;
  kept: number;
  queue: Mutation[];
}

export class Plan {
  readonly #files: FileQueue[];

  constructor(mutations: readonly Mutation[], count: number, seed: number) {
    const groups = [...groupBy(mutations, ({ file }) => file).values()];
    const least = count >= 2 * groups.length ? 2 : 1;
    this.#files = groups.map((group) => ({
      file: group[0]?.file ?? '',
      quota: Math.max(least, Math.round((count * group.length) / mutations.length)),
      kept: 0,
      queue: mixed(group, seed),
    }));
    this.#correct(count, least);
  }

  /** The next mutation to try; undefined when every file has had its share or has no more. */
  next(): Mutation | undefined {
    const wanting = this.#files.filter(({ quota, kept, queue }) => kept < quota && queue.length > 0);
    const file = wanting.sort((a, b) => a.kept / a.quota - b.kept / b.quota)[0];
    if (file === undefined) return undefined;
    file.kept += 1;
    return file.queue.shift();
  }

  /** The mutation came to nothing: its file tries another, or the file with the most left does. */
  discard(mutation: Mutation): void {
    const file = this.#files.find((other) => other.file === mutation.file);
    if (file === undefined) return;
    file.kept -= 1;
    if (file.queue.length > 0) return;
    file.quota -= 1;
    const fullest = [...this.#files].sort((a, b) => b.queue.length - a.queue.length)[0];
    if (fullest !== undefined) fullest.quota += 1;
  }

  /** Rounding, and one or two at least for each file, have moved the sum: the longest queues settle the difference. */
  #correct(count: number, least: number): void {
    const longest = [...this.#files].sort((a, b) => b.queue.length - a.queue.length);
    let difference = count - this.#files.reduce((sum, { quota }) => sum + quota, 0);
    for (let i = 0; difference !== 0 && longest.length > 0; i = (i + 1) % longest.length) {
      const file = longest[i];
      if (file === undefined || (difference < 0 && longest.every(({ quota }) => quota <= least))) return;
      if (difference < 0 && file.quota <= least) continue;
      file.quota += Math.sign(difference);
      difference -= Math.sign(difference);
    }
  }
}

/** Shuffled, then one of each kind in turn, so that a file full of numbers is not mutated in its numbers alone. */
function mixed(group: readonly Mutation[], seed: number): Mutation[] {
  const kinds = [...groupBy(shuffled(group, seed), ({ kind }) => kind).values()];
  const out: Mutation[] = [];
  for (let i = 0; out.length < group.length; i++) {
    for (const kind of kinds) if (kind[i] !== undefined) out.push(kind[i] as Mutation);
  }
  return out;
}

function shuffled(group: readonly Mutation[], seed: number): Mutation[] {
  return group
    .map((mutation) => ({ mutation, key: keyOf(mutation, seed) }))
    .sort((a, b) => a.key - b.key)
    .map(({ mutation }) => mutation);
}

/** A number that the seed and the mutation's own words decide (FNV-1a, and a last mixing). */
function keyOf({ file, kind, place, replacement }: Mutation, seed: number): number {
  let hash = 0x811c9dc5;
  for (const octet of Buffer.from([seed, file, kind, place, replacement].join('\n'))) {
    hash = Math.imul(hash ^ octet, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
