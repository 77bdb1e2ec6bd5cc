// What this project has set itself, held against a run: each as a number, a bound, and whether it is kept.
import type { Engine, Figure } from './figure.js';

export interface Target {
  what: string;
  atMost?: number;
  atLeast?: number;
  /** From the figures of a run; undefined when it lacks one. */
  value(run: Run): number | undefined;
}

export interface Verdict {
  target: Target;
  value: number;
  isKept: boolean;
}

/** A run, to be asked for one median. */
class Run {
  readonly #figures: readonly Figure[];

  constructor(figures: readonly Figure[]) {
    this.#figures = figures;
  }

  median(name: string, octets: number, engine: Engine, profile: string, peer = 'slipway'): number | undefined {
    return this.#figures.find(
      (one) =>
        one.case === name &&
        one.octets === octets &&
        one.engine === engine &&
        one.profile === profile &&
        one.peer === peer,
    )?.median;
  }
}

const KIB = 1024;

const TARGETS: readonly Target[] = [
  besideLwip('receive', 1, 0.7),
  besideLwip('receive', 1460, 0.85),
  besideLwip('send', 1460, 0.8),
  besideLwip('open-close', 0, 0.7),
  onCortex('receive', 1, 1038),
  onCortex('receive', 1460, 3000),
  onCortex('send', 1460, 3500),
  onCortex('open-close', 0, 4500),
  sized('octets of the module, board', 18 * KIB, (run) => run.median('size-module', 0, 'wasm', 'board')),
  sized('octets of the module, micro', 10 * KIB, (run) => run.median('size-module', 0, 'wasm', 'micro')),
  sized('octets of Cortex-M3 code, board', 24 * KIB, (run) => run.median('size-text', 0, 'cortex-m3', 'board')),
  {
    what: 'bulk through the ABI, host : lwIP with SIMD',
    atLeast: 1,
    value: (run) =>
      ratio(run.median('bulk-abi', 1460, 'v8', 'host'), run.median('bulk-abi', 1460, 'v8', 'simd', 'lwIP')),
  },
  { what: 'bulk through sockets, MB/s', atLeast: 500, value: (run) => run.median('bulk-socket', 1460, 'v8', 'host') },
  ...['board', 'host'].map((profile) => ({
    what: `a SYN answered by a cookie : with room in the table, ${profile}`,
    atMost: 1.5,
    value: (run: Run) => ratio(run.median('syn-cookie', 0, 'v8', profile), run.median('syn', 0, 'v8', profile)),
  })),
  ...['board', 'host'].map((profile) => ({
    what: `bulk to ${profile} beside ten SYNs a segment, % of its speed`,
    atLeast: 50,
    value: (run: Run) => run.median('flood-bulk', 1460, 'line', `host to ${profile}`),
  })),
  ...[576, 1500].map((mtu) => ({
    what: `115200 baud, MTU ${mtu}, % of what the framing allows`,
    atLeast: 97,
    value: (run: Run) => run.median('line-goodput', mtu, 'line', 'host to board'),
  })),
  {
    what: 'a segment beside 255 idle connections : alone, host',
    atMost: 1.3,
    value: (run) => ratio(run.median('lookup-256', 1, 'v8', 'host'), run.median('lookup-1', 1, 'v8', 'host')),
  },
];

/** Every target that the run has figures for. */
export function verdictsOf(figures: readonly Figure[]): Verdict[] {
  const run = new Run(figures);
  return TARGETS.flatMap((target) => {
    const value = target.value(run);
    if (value === undefined) return [];
    const { atMost = Infinity, atLeast = -Infinity } = target;
    return [{ target, value, isKept: value <= atMost && value >= atLeast }];
  });
}

/** As lines of a table. */
export function targetLines(figures: readonly Figure[]): string[] {
  const verdicts = verdictsOf(figures);
  if (verdicts.length === 0) return [];
  const width = Math.max(...verdicts.map(({ target }) => target.what.length));
  const lines = verdicts.map(({ target: { what, atMost, atLeast }, value, isKept }) => {
    const bound = atMost === undefined ? `at least ${number(atLeast ?? 0)}` : `at most ${number(atMost)}`;
    const missed = Math.abs(100 * (value / (atMost ?? atLeast ?? 1) - 1)).toFixed(0);
    return `  ${what.padEnd(width)}  ${bound.padStart(15)}  ${number(value).padStart(8)}  ${isKept ? 'kept' : `missed by ${missed} %`}`;
  });
  return ['What we have set ourselves:', ...lines];
}

function number(value: number): string {
  return Number.isInteger(value) || value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toFixed(2);
}

function ratio(ours: number | undefined, theirs: number | undefined): number | undefined {
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}

function besideLwip(name: string, octets: number, atMost: number): Target {
  return {
    what: `${name}${octets > 0 ? ` ${octets}` : ''} in V8, host : lwIP -O3 LTO with SIMD`,
    atMost,
    value: (run) => ratio(run.median(name, octets, 'v8', 'host'), run.median(name, octets, 'v8', 'simd', 'lwIP')),
  };
}

function onCortex(name: string, octets: number, atMost: number): Target {
  return {
    what: `${name}${octets > 0 ? ` ${octets}` : ''} on a Cortex-M3, instructions`,
    atMost,
    value: (run) => run.median(name, octets, 'cortex-m3', 'board'),
  };
}

function sized(what: string, atMost: number, value: Target['value']): Target {
  return { what, atMost, value };
}
