// The boards of 'up' and 'forward': a stack on each link, with a link that lasts.
import { TappedLink } from '../control/tap.js';
import { LastingLink } from '../gateway/lasting-link.js';
import { formatAddress, open, parseAddress, parseLinkUrl, BOARD_ADDRESS, type Clock, type Stack } from '../index.js';
import { GATEWAY_CONFIGURATION } from '../gateway/gateway.js';
import { UsageError } from '../usage-error.js';
import { openLaptopEnd, resolveLink } from './links.js';

/** How long a connection waits for a cable that is out. */
const AWAY_MS = 10_000;

export interface OpenedBoard {
  stack: Stack;
  /** The board's address. */
  address: string;
  link: string;
  /** Whether its cable is in, or comes back soon. */
  isReachable: () => Promise<boolean>;
  /** What arrives on its line; an emulated board has none. */
  tap?: TappedLink;
}

export interface BoardsOptions {
  links: string[];
  /** The laptop's address, the same on each link. */
  address: string;
  /** The boards' addresses in the order of the links; absent ones follow one another from 192.168.7.2 on. */
  peers: string[];
  isGateway: boolean;
  clock: Clock;
}

/** Opens every link, each held until its tap is released; what was opened is closed again when one of them cannot be. */
export async function openBoards(options: BoardsOptions): Promise<OpenedBoard[]> {
  const peers = options.links.map((_link, index) => options.peers[index] ?? following(index));
  parseAddress(options.address);
  const [twice] = [...peers, options.address].filter((peer, index, all) => all.indexOf(peer) !== index);
  if (twice !== undefined)
    throw new UsageError(
      `The address ${twice} is given to two; name one for each board, in the links' order, by --peer.`,
    );
  if (options.peers.length > peers.length)
    throw new UsageError('There are more --peer than --link; give one --peer for each link at most.');
  const boards: OpenedBoard[] = [];
  try {
    for (const [index, link] of options.links.entries())
      boards.push(await openBoard(link, peers[index] ?? BOARD_ADDRESS, options));
    return boards;
  } catch (error) {
    await Promise.all(boards.map(({ stack }) => stack.close(0)));
    throw error;
  }
}

async function openBoard(url: string, peer: string, options: BoardsOptions): Promise<OpenedBoard> {
  const link = await resolveLink(url);
  const { address, clock, isGateway } = options;
  const settings = { address, peer, clock, ...(isGateway ? GATEWAY_CONFIGURATION : {}) };
  if (parseLinkUrl(link).scheme === 'emulated') {
    const stack = await open(link, settings);
    return { stack, address: peer, link, isReachable: () => Promise.resolve(true) };
  }
  const cable = await openLaptopEnd(link);
  const isReachable = (): Promise<boolean> =>
    cable instanceof LastingLink ? cable.isThereWithin(AWAY_MS) : Promise.resolve(true);
  const tap = new TappedLink(cable, { isHeld: true });
  try {
    return { stack: await open(tap, settings), address: peer, link, isReachable, tap };
  } catch (error) {
    await cable.close();
    throw error;
  }
}

function following(index: number): string {
  return formatAddress(parseAddress(BOARD_ADDRESS) + index);
}
