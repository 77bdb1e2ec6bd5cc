// What speaks on a line: SLIP at this speed, SLIP at another, something else, or nobody. For 'slipway doctor --link'.
import { Slipmux } from '../board/slipmux.js';
import { open, RealClock, type Link, type OpenOptions } from '../index.js';
import { TappedLink } from '../control/tap.js';
import { decode } from '../trace/decode.js';

export interface LineReport {
  /** ms until the board answered a ping; undefined: it did not. */
  pingMs: number | undefined;
  octets: number;
  /** Frames that are whole datagrams with a right checksum, or log text. */
  goodFrames: number;
  badFrames: number;
}

/** How long a board may take to answer. */
const PING_MS = 3000;
/** Speeds that boards are set to, the usual one first. */
export const SPEEDS = [115_200, 9600, 57_600, 38_400, 19_200, 230_400, 460_800, 921_600, 1_000_000] as const;

/** Opens the line, asks the board, and listens meanwhile. */
export async function checkLine(openLine: () => Promise<Link>, options: OpenOptions = {}): Promise<LineReport> {
  const report: LineReport = { pingMs: undefined, octets: 0, goodFrames: 0, badFrames: 0 };
  const line = new TappedLink(await openLine());
  const slipmux = new Slipmux({
    log: (text) => (isText(text) ? (report.goodFrames += 1) : (report.badFrames += 1)),
    datagram: (octets) => {
      const { malformed, isHeaderChecksumRight } = decode(octets);
      if (malformed === undefined && isHeaderChecksumRight) report.goodFrames += 1;
      else report.badFrames += 1;
    },
    noise: () => (report.badFrames += 1),
  });
  line.onOctets((octets) => {
    report.octets += octets.length;
    slipmux.push(octets);
  });
  const stack = await open(line, { ...options, clock: new RealClock() });
  stack.on('close', () => undefined);
  try {
    report.pingMs = await stack.ping(stack.network.peer, { timeoutMs: PING_MS }).catch(() => undefined);
  } finally {
    await stack.close(0);
  }
  return report;
}

/** Octets come and none of them is a frame: what a line looks like that is read at another speed. */
export function isGarbage({ pingMs, octets, goodFrames }: LineReport): boolean {
  return pingMs === undefined && octets > 0 && goodFrames === 0;
}

/** The first of the usual speeds at which the board answers, or says something that can be read. */
export async function findSpeed(
  openLine: (baud: number) => Promise<Link>,
  known: number,
  options: OpenOptions = {},
): Promise<number | undefined> {
  for (const baud of SPEEDS) {
    if (baud === known) continue;
    const { pingMs, goodFrames } = await checkLine(() => openLine(baud), options);
    if (pingMs !== undefined || goodFrames > 0) return baud;
  }
  return undefined;
}

function isText(text: string): boolean {
  return /^[\x20-\x7e\s]*$/.test(text);
}
