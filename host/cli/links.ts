// Links by URL, as the commands open them: they last, and an emulated one has its board at the other end.
import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { Option } from 'commander';
import { LastingLink } from '../gateway/lasting-link.js';
import {
  BOARD_ADDRESS,
  EmulatedCable,
  loadBoard,
  openLink,
  parseLinkUrl,
  RealClock,
  secretFrom,
  Station,
  type Link,
  type LinkSpec,
} from '../index.js';
import { listSerialPorts } from '../link/serial-ports.js';
import { UsageError } from '../usage-error.js';
import { Failure } from './failure.js';
import { say } from './terminal.js';

export const LINK_FORMS = 'slip:/dev/ttyACM0?baud=115200, unix:/path, tcp:host:port';

/** --link, or SLIPWAY_LINK. */
export function linkOption(): Option {
  return new Option('--link <url>', `the cable: ${LINK_FORMS}, emulated:?app=http, auto`).env('SLIPWAY_LINK');
}

/** 'auto' stands for the only board that is there; any other URL for itself. */
export async function resolveLink(url: string): Promise<string> {
  if (url !== 'auto') return url;
  const ports = (await listSerialPorts()).filter(({ isUsb }) => isUsb);
  const [port, other] = ports;
  if (port === undefined) throw new Failure("No board is plugged in; 'slipway doctor' says what stands in the way.");
  if (other === undefined) return `slip:${port.path}`;
  throw new Failure(
    `Several boards are there, ${ports.map(({ path }) => path).join(', ')}: name one with --link slip:PATH.`,
  );
}

export function requireLink(url: string | undefined): string {
  if (url !== undefined) return url;
  throw new UsageError('No link is named; give --link slip:/dev/ttyACM0 or set SLIPWAY_LINK.');
}

/** The laptop's end of a cable. With emulated: a board of its own stands at the other end. */
export async function openLaptopEnd(url: string): Promise<Link> {
  const spec = parseLinkUrl(await resolveLink(url));
  if (spec.scheme === 'emulated') return emulate(spec);
  refuseTun(spec);
  return lasting(() => openLink(spec));
}

/** The board's end: on a stream it is the one that waits for the other, unless the URL says listen=0. */
export async function openBoardEnd(url: string): Promise<Link> {
  const spec = parseLinkUrl(url);
  if (spec.scheme === 'emulated')
    throw new UsageError('An emulated link has its board already; give a real one, such as slip:/dev/pts/3.');
  refuseTun(spec);
  if (spec.scheme !== 'stream' || /[?&]listen=0/.test(url)) return lasting(() => openLink(spec));
  say(`Waiting for the laptop's end at ${url}`);
  return lasting(async () => {
    if ('path' in spec.address) await removeStale(spec.address.path);
    return openLink({ ...spec, isListening: true });
  });
}

function refuseTun(spec: LinkSpec): void {
  if (spec.scheme !== 'tun') return;
  throw new UsageError(
    "A TUN device is not a cable to a board; 'slipway tun --link slip:/dev/ttyACM0' joins one to the kernel.",
  );
}

async function lasting(open: () => Promise<Link>): Promise<Link> {
  const link: LastingLink = await LastingLink.create(open, {
    onLost: (error) => say(`The link is gone and will be opened again: ${error.message}`),
    onBack: () => say(`The link ${link.name} is back.`),
  });
  return link;
}

async function emulate(spec: Extract<LinkSpec, { scheme: 'emulated' }>): Promise<Link> {
  const clock = new RealClock();
  const cable = new EmulatedCable(clock, spec.faults);
  const board = await Station.create({
    module: await loadBoard(spec.app),
    link: cable.b,
    clock,
    address: BOARD_ADDRESS,
    secret: secretFrom(spec.faults.seed),
  });
  board.driver.start();
  return cable.a;
}

/** A socket's file outlives a program that was killed; where nobody listens any more it is in the way. */
async function removeStale(path: string): Promise<void> {
  if (!isSocket(path)) return;
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe
      .once('connect', () => resolve(true))
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
    probe.once('connect', () => probe.destroy());
  });
  if (!isAlive) unlinkSync(path);
}

function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
}
