// Which mutations are tried: `count` of them, chosen by a seed, spread over all files by the number of places in each,
// and within a file over all kinds. One that does not compile, or changes nothing, gives its turn to the next.

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
    const random = generator(seed);
    const groups = [...groupBy(mutations, ({ file }) => file).values()];
    const least = count >= 2 * groups.length ? 2 : 1;
    this.#files = groups.map((group) => ({
      file: group[0]?.file ?? '',
      quota: Math.max(least, Math.round((count * group.length) / mutations.length)),
      kept: 0,
      queue: mixed(group, random),
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
function mixed(group: readonly Mutation[], random: () => number): Mutation[] {
  const kinds = [...groupBy(shuffled(group, random), ({ kind }) => kind).values()];
  const out: Mutation[] = [];
  for (let i = 0; out.length < group.length; i++) {
    for (const kind of kinds) if (kind[i] !== undefined) out.push(kind[i] as Mutation);
  }
  return out;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** Numbers from 0 to 1 that the seed decides (an xorshift of 32 bits). */
function generator(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x100000000;
  };
}
