// What a segment that arrives costs when others do not: instructions of WebAssembly in both ends of a bulk transfer, for each
// 1460 octets that were delivered, while every so many segments of text are lost. The same on every machine.
import { type CoreExports, type Pair, corePair, move } from './bulk.js';
import { type Figure, spread } from './figure.js';
import { COUNT, counting } from './instrument.js';
import { type Laboratory } from './laboratory.js';

export const LOSS_CASES = ['loss-none', 'loss-1%', 'loss-5%'] as const;

/** Every so many segments with text one is lost. */
const EVERY: Readonly<Record<(typeof LOSS_CASES)[number], number>> = {
  'loss-none': Infinity,
  'loss-1%': 100,
  'loss-5%': 20,
};

const OCTETS = 4 << 20;
const SEGMENT = 1460;
/** A datagram longer than this carries text. */
const HEADERS_MOST = 100;

export async function lossFigures({ modules }: Laboratory): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { kind, profile, wasm, sha256 } of modules) {
    if (kind !== 'slipway' || profile === 'host-scalar') continue;
    for (const name of LOSS_CASES) {
      const instructions = await deliver(await corePair(counting(wasm)), EVERY[name]);
      const of = spread([Math.round((instructions * SEGMENT) / OCTETS)]);
      figures.push({
        case: name,
        octets: SEGMENT,
        engine: 'wasm',
        profile,
        peer: 'slipway',
        unit: 'instructions',
        ...of,
        sha256,
      });
    }
  }
  return figures;
}

/** Instructions of a transfer; when nothing moves, time passes until the next deadline. */
async function deliver(
  { sender, receiver, exports }: Pair & { exports: [CoreExports, CoreExports] },
  every: number,
): Promise<number> {
  const before = countOf(exports);
  let texts = 0;
  const isLost = (octets: number): boolean => octets > HEADERS_MOST && (texts += 1) % every === 0;
  let now = FIRST_NOW;
  let unsent = OCTETS;
  for (let unread = OCTETS; unread > 0;) {
    if (unsent > 0) unsent -= sender.write(unsent);
    const moved = move(sender, receiver, now, isLost);
    unread -= receiver.read();
    if (moved + move(receiver, sender, now) > 0) now += 1;
    else now += patience(exports, now);
  }
  return countOf(exports) - before;
}

const FIRST_NOW = 1001;

function patience(exports: readonly CoreExports[], now: number): number {
  const left = exports.map((core) => core.deadline(now)).filter((ms) => ms >= 0);
  if (left.length === 0) throw new Error('The transfer beside losses stands still.');
  return Math.max(1, Math.min(...left));
}

function countOf(exports: readonly CoreExports[]): number {
  let sum = 0;
  for (const core of exports) {
    for (const [name, value] of Object.entries(core)) {
      if (name.startsWith(COUNT)) sum += Number((value as unknown as WebAssembly.Global<'i64'>).value);
    }
  }
  return sum;
}
