// Times and counts of a case. Times are taken in short batches, all stacks in turn, so that a busy moment of the machine falls on
// each of them; the median of many batches forgets it.
import { hrtime } from 'node:process';
import { CASES, type Case, PROOF_ROUNDS, prove } from './cases.js';
import { type Figure, type Spread, spread } from './figure.js';
import type { Subject } from './subject.js';

export interface Effort {
  /** Batches of each stack. */
  batches: number;
  /** How long one should be: short enough that most are not interrupted. */
  batchNs: number;
  warmUpNs: number;
}

export const USUAL: Effort = { batches: 151, batchNs: 60_000, warmUpNs: 15_000_000 };

/** Nanoseconds of a round, stack by stack. */
export function time(one: Case, subjects: readonly Subject[], effort: Effort = USUAL): Figure[] {
  const runs = subjects.filter((subject) => one.fits(subject)).map((subject) => warm(one, subject, effort));
  for (let batch = 0; batch < effort.batches; batch += 1) {
    for (const run of runs) run.times.push(batchOf(one, run.subject, run.rounds) / run.rounds);
  }
  return runs.map(({ subject, times }) => figureOf(one, subject, 'v8', 'ns', spread(times)));
}

interface Run {
  subject: Subject;
  /** In one batch. */
  rounds: number;
  times: number[];
}

/** Proves the case, lets the engine optimise it, and learns how many rounds make a batch. */
function warm(one: Case, subject: Subject, { warmUpNs, batchNs }: Effort): Run {
  prove(one, subject);
  const most = one.roundsMost?.(subject) ?? Infinity;
  one.prepare(subject);
  let rounds = Math.min(16, most);
  let quickest = Infinity;
  for (let spent = 0; spent < warmUpNs;) {
    const took = batchOf(one, subject, rounds);
    spent += took;
    // A batch that was interrupted says nothing about how many rounds fit into one.
    quickest = Math.min(quickest, took / rounds);
    if (took < batchNs / 2) rounds = Math.min(rounds * 2, most);
  }
  return { subject, rounds: Math.max(1, Math.min(most, Math.round(batchNs / quickest))), times: [] };
}

function batchOf(one: Case, subject: Subject, rounds: number): number {
  if (one.roundsMost !== undefined) one.prepare(subject);
  const began = hrtime.bigint();
  one.act(subject, rounds);
  return Number(hrtime.bigint() - began);
}

/** Instructions of WebAssembly that a round executes in the stack: the same on every machine. */
export function count(one: Case, subjects: readonly Subject[]): Figure[] {
  return subjects
    .filter((subject) => one.fits(subject))
    .map((subject) => figureOf(one, subject, 'wasm', 'instructions', spread(countRounds(one, subject).map(sum))));
}

/** Instructions of each round, function by function. Before them, as many rounds as `prove` has had: the first few differ. */
export function countRounds(one: Case, subject: Subject): number[][] {
  prove(one, subject);
  const most = one.roundsMost?.(subject) ?? Infinity;
  one.prepare(subject);
  if (most === Infinity) one.act(subject, PROOF_ROUNDS);
  const rounds: number[][] = [];
  for (let round = 0; round < Math.min(PROOF_ROUNDS, most); round += 1) {
    const before = subject.counts();
    one.act(subject, 1);
    rounds.push(subject.counts().map((count, i) => count - (before[i] ?? 0)));
  }
  return rounds;
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function figureOf(
  one: Case,
  { profile, kind, sha256 }: Subject,
  engine: 'v8' | 'wasm',
  unit: Figure['unit'],
  of: Spread,
): Figure {
  return { case: one.name, octets: one.octets, engine, profile, peer: kind, unit, ...of, sha256 };
}

/** Cases that are told as what they cost above another: a segment framed, less the same segment unframed. */
export function subtractBelow(figures: readonly Figure[]): Figure[] {
  return figures.map((figure) => {
    const below = CASES.find(({ name }) => name === figure.case)?.above;
    if (below === undefined) return figure;
    const { engine, profile, peer } = figure;
    const other = figures.find(
      (one) =>
        one.case === below.name &&
        one.octets === below.octets &&
        one.engine === engine &&
        one.profile === profile &&
        one.peer === peer,
    );
    if (other === undefined) return figure;
    const less = (value: number): number => value - other.median;
    return { ...figure, median: less(figure.median), low: less(figure.low), high: less(figure.high) };
  });
}
