// What the benchmark says: one figure for each case, engine, profile and stack.

export type Engine = 'v8' | 'wasm' | 'cortex-m3' | 'cortex-m0' | 'native' | 'line';
export type Unit = 'ns' | 'instructions' | 'octets' | 'MB/s' | 'ms' | '%';

export interface Figure {
  case: string;
  /** Of text in a segment, or of the frame; 0 where that means nothing. */
  octets: number;
  engine: Engine;
  profile: string;
  /** Whose stack it is: 'slipway', 'lwIP', or 'floor'. */
  peer: string;
  unit: Unit;
  median: number;
  /** The tenth and the ninetieth percentile. What is counted and not timed differs only where a ring ends. */
  low: number;
  high: number;
  /** The median of the floor for the same case in the same run, and how many times as much this is. */
  floor?: number;
  ratio?: number;
  /** Of the module, or of the image's core, that the figure was taken from. */
  sha256: string;
}

/** More is better of these; of all others, less. */
const MORE_IS_BETTER: ReadonlySet<Unit> = new Set(['MB/s', '%']);

export function isMoreBetter(unit: Unit): boolean {
  return MORE_IS_BETTER.has(unit);
}

/** Counted: the same on every machine, however busy. */
export function isExact({ engine, unit }: Pick<Figure, 'engine' | 'unit'>): boolean {
  return unit === 'instructions' || unit === 'octets' || engine === 'line';
}

export interface Spread {
  median: number;
  low: number;
  high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

/** The same figure in another run. */
export function keyOf({ case: name, octets, engine, profile, peer, unit }: Figure): string {
  return [name, octets, engine, profile, peer, unit].join(' ');
}

/** What it is a ratio of: the floor of the same case, engine and kind of processor. */
export function withFloors(figures: readonly Figure[], floorOf: (figure: Figure) => Figure | undefined): Figure[] {
  return figures.map((figure) => {
    const floor = floorOf(figure)?.median;
    return floor === undefined ? figure : { ...figure, floor, ratio: figure.median / floor };
  });
}
