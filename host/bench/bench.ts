// `slipway bench`: every case on every engine that is here, in one run.
import { UsageError } from '../usage-error.js';
import { boardFigures, BOARD_CASES } from './board-figures.js';
import { BULK_CASES, bulkFigures } from './bulk-figures.js';
import { CASES, type Case } from './cases.js';
import { type Figure, withFloors } from './figure.js';
import { FLOOD_LINE_CASES, floodFigures } from './flood-line.js';
import { LINE_CASES, lineFigures } from './line.js';
import { LOSS_CASES, lossFigures } from './loss.js';
import { count, subtractBelow, time } from './measure.js';
import { type Laboratory, prepareLaboratory } from './laboratory.js';
import { profileOf } from './profile.js';
import { SIZE_CASES, sizeFigures } from './size-figures.js';

export interface BenchOptions {
  /** Only cases of these names, or whose name begins with one of these and a hyphen. */
  cases?: readonly string[] | undefined;
  /** Other stacks beside ours. */
  withPeers?: boolean | undefined;
  onProgress?: ((what: string) => void) | undefined;
}

export interface BenchResult {
  figures: Figure[];
  /** What could not be measured here, in sentences. */
  notes: string[];
}

/** What is measured at one go. */
interface Part {
  what: string;
  cases: readonly string[];
  measure(laboratory: Laboratory, notes: string[]): Promise<Figure[]> | Figure[];
}

const PARTS: readonly Part[] = [
  ...CASES.map(partOf),
  { what: 'bulk transfers between two instances', cases: BULK_CASES, measure: bulkFigures },
  { what: 'a bulk transfer with losses, counted', cases: LOSS_CASES, measure: lossFigures },
  { what: 'a line of 115200 baud, in virtual time', cases: LINE_CASES, measure: lineFigures },
  { what: 'a bulk transfer beside a flood, in virtual time', cases: FLOOD_LINE_CASES, measure: floodFigures },
  { what: 'sizes of the modules', cases: SIZE_CASES, measure: sizeFigures },
  { what: 'instructions of a Cortex-M3 and M0, in QEMU', cases: BOARD_CASES, measure: boardFigures },
];

export async function bench({ cases = [], withPeers = false, onProgress }: BenchOptions): Promise<BenchResult> {
  checkNames(cases);
  const isWanted = (name: string): boolean => cases.length === 0 || cases.some((asked) => isOf(name, asked));
  const parts = PARTS.filter((part) => part.cases.some(isWanted));
  onProgress?.('0 %: making ready');
  const notes: string[] = [];
  const laboratory = await prepareLaboratory({ withPeers, onProgress });
  const figures: Figure[] = [];
  for (const [i, part] of parts.entries()) {
    onProgress?.(`${Math.round((100 * i) / parts.length)} %: ${part.what}`);
    figures.push(...(await part.measure(laboratory, notes)));
  }
  const told = subtractBelow(distinct(figures));
  return {
    figures: withFloors(told, (figure) => floorOf(figure, told)).filter((figure) => isWanted(figure.case)),
    notes,
  };
}

export function caseNames(): string[] {
  return [...new Set(PARTS.flatMap((part) => part.cases))];
}

/** How many functions of a round are told. */
const TOLD = 25;

/** Where the instructions of WebAssembly go, case by case and profile by profile. */
export async function profileLines(cases: readonly string[] = []): Promise<string[]> {
  checkNames(cases);
  const { counting } = await prepareLaboratory({ withPeers: false });
  const wanted = CASES.filter(({ name }) => cases.length === 0 || cases.some((asked) => isOf(name, asked)));
  const lines: string[] = [];
  for (const one of wanted) {
    for (const subject of counting) {
      if (subject.kind !== 'slipway' || !one.fits(subject)) continue;
      const shares = await profileOf(one, subject);
      const total = shares.reduce((all, { instructions }) => all + instructions, 0);
      lines.push(`${one.name} ${one.octets}, ${subject.profile}: ${total} instructions`);
      for (const { name, instructions } of shares.slice(0, TOLD))
        lines.push(`${String(instructions).padStart(8)}  ${name}`);
    }
  }
  return lines;
}

function checkNames(cases: readonly string[]): void {
  const known = caseNames();
  const unknown = cases.find((asked) => !known.some((name) => isOf(name, asked)));
  if (unknown !== undefined) throw new UsageError(`There is no case '${unknown}'; use ${known.join(', ')}.`);
}

function isOf(name: string, asked: string): boolean {
  return name === asked || name.startsWith(`${asked}-`);
}

/** One case in V8 and in counted instructions; with the one that it is told above, if there is one. */
function partOf(one: Case): Part {
  const below = CASES.filter(({ name, octets }) => one.above?.name === name && one.above.octets === octets);
  return {
    what: one.octets > 0 ? `${one.name}, ${one.octets} octets` : one.name,
    cases: [one.name],
    measure: ({ timed, counting }) => {
      return [...below, one].flatMap((each) => [
        ...time(each, timed),
        // What runs in JavaScript is the same to the core, and the peer is no part of it.
        ...(each.name === 'boundary' || each.name === 'peer-alone' ? [] : count(each, counting)),
      ]);
    },
  };
}

/** A case that another is told above has been measured twice: the first counts. */
function distinct(figures: readonly Figure[]): Figure[] {
  const seen = new Set<string>();
  return figures.filter(({ case: name, octets, engine, profile, peer, unit }) => {
    const key = [name, octets, engine, profile, peer, unit].join(' ');
    return !seen.has(key) && seen.add(key).size > 0;
  });
}

/** The floor that is built like it: with SIMD or without, in the same engine. */
function floorOf(figure: Figure, figures: readonly Figure[]): Figure | undefined {
  if (figure.peer === 'floor') return undefined;
  const isWide = figure.profile === 'host' || figure.profile === 'simd';
  return figures.find(
    (other) =>
      other.peer === 'floor' &&
      other.case === figure.case &&
      other.octets === figure.octets &&
      other.engine === figure.engine &&
      other.unit === figure.unit &&
      (other.profile === figure.profile || other.profile === (isWide ? 'simd' : 'scalar')),
  );
}
