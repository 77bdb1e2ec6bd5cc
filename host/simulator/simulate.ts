// Many seeds, until one fails; and the failing one made small.
import { INVARIANTS } from './invariants/index.js';
import { drawPlan } from './draw.js';
import { type Modules } from './machine.js';
import type { Plan, Profile } from './plan.js';
import { run, type RunResult } from './run.js';
import { shrink } from './shrink.js';

export interface Totals {
  seeds: number;
  /** ms of processor and wall time, and ms that passed in the simulated worlds. */
  elapsed: number;
  simulated: number;
  datagrams: number;
  octets: number;
  faults: number;
}

export interface Failure {
  seed: number;
  invariant: string;
  /** The invariant's own. */
  sentence: string;
  message: string;
  plan: Plan;
  result: RunResult;
}

export interface SimulateOptions {
  modules: Modules;
  from: number;
  count: number;
  profile?: Profile | undefined;
  /** Told about once a second. */
  onProgress?: ((totals: Totals) => void) | undefined;
}

/** Runs seed after seed; stops behind the first that fails. */
export function simulate(options: SimulateOptions): { totals: Totals; failure: Failure | undefined } {
  const { modules, from, count, profile, onProgress } = options;
  const totals: Totals = { seeds: 0, elapsed: 0, simulated: 0, datagrams: 0, octets: 0, faults: 0 };
  const began = performance.now();
  let told = began;
  for (let seed = from; seed < from + count; seed++) {
    const plan = drawPlan(seed, { profile });
    const result = run(plan, modules);
    totals.seeds += 1;
    totals.simulated += result.time;
    totals.datagrams += result.datagrams;
    totals.octets += result.octets;
    totals.faults += result.faults.length;
    totals.elapsed = performance.now() - began;
    if (result.failure !== undefined) return { totals, failure: failureOf(plan, result) };
    if (onProgress === undefined || performance.now() - told < 1000) continue;
    told = performance.now();
    onProgress(totals);
  }
  return { totals, failure: undefined };
}

/** What to say of a run that failed; undefined when it did not. */
export function failureOf(plan: Plan, result: RunResult): Failure | undefined {
  if (result.failure === undefined) return undefined;
  const { invariant, message } = result.failure;
  const sentence = INVARIANTS.find(({ name }) => name === invariant)?.sentence ?? OTHERS[invariant] ?? '';
  return { seed: plan.seed, invariant, sentence, message, plan, result };
}

/** What the world itself minds. */
const OTHERS: Record<string, string> = {
  'no-trap': 'The core never traps.',
  opens: 'Opening and listening succeed where there is room.',
  ends: 'Every run comes to an end.',
};

/** The same failure says the same, but for its numbers. */
function signatureOf({ failure }: RunResult): string {
  return failure === undefined ? '' : `${failure.invariant}: ${failure.message.replaceAll(/\d+/g, '#')}`;
}

/** The smallest plan found that breaks the same invariant. */
export function shrinkFailure({ plan, result, invariant }: Failure, modules: Modules): Failure {
  const wanted = signatureOf(result);
  const small = shrink(plan, result.faults, (candidate) => signatureOf(run(candidate, modules)) === wanted);
  const again = run(small, modules);
  return failureOf(small, again) ?? { plan, result, invariant, seed: plan.seed, sentence: '', message: '' };
}
