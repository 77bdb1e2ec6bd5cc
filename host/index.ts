import { type Clock, RealClock } from './clock.js';
import type { Configuration } from './configuration.js';
import { EmulatedCable } from './link/emulated.js';
import type { Link } from './link/link.js';
import { openLink } from './link/open.js';
import { type LinkSpec, parseLinkUrl } from './link/url.js';
import { loadBoard, loadModule } from './modules.js';
import { secretFrom } from './random.js';
import { Stack } from './stack.js';
import { Station } from './station.js';

export { formatAddress, parseAddress, tryParseAddress } from './address.js';
export { type Cancel, type Clock, RealClock, VirtualClock } from './clock.js';
export type { Configuration } from './configuration.js';
export {
  type CallWatcher,
  Core,
  type CoreCalls,
  type CoreConstants,
  type CoreCounters,
  type CoreInfo,
  type CoreRecord,
  CoreTrap,
  type RecordListener,
} from './core.js';
export { Driver, type DriverUser, coreNow } from './driver.js';
export { type NetworkError, faultCode, faultError } from './fault.js';
export {
  EmulatedCable,
  type EmulatedOptions,
  type Fault,
  type FaultCounts,
  type FaultEvent,
  type Side,
  type WireOptions,
} from './link/emulated.js';
export { LinkEnd } from './link/link-end.js';
export type { Link, LinkStats, LinkUser } from './link/link.js';
export { openLink } from './link/open.js';
export { pair } from './link/pair.js';
export { openSerial, type SerialOptions } from './link/serial.js';
export { acceptStream, openStream, type StreamAddress, StreamLink } from './link/stream.js';
export { openTun, type TunOptions } from './link/tun.js';
export { type LinkSpec, parseLinkUrl } from './link/url.js';
export { type ConnectorCallback, type ConnectorOptions, type Connects, agent, connector } from './net/agent.js';
export type {
  ConnectArguments,
  ConnectOptions,
  ListenArguments,
  ListenOptions,
  LookupFunction,
} from './net/arguments.js';
export type { WriteCallback } from './net/connection-stream.js';
export { DatagramSocket, type RemoteInfo, type SendCallback } from './net/datagram-socket.js';
export type { Endpoint, Network } from './net/network.js';
export type { OnReadOptions } from './net/reader.js';
export { Server, type ServerArguments, type ServerOptions } from './net/server.js';
export { Socket, type SocketAddress, type SocketOptions } from './net/socket.js';
export { type WebAddress, type WebConnection, type WebSocketInfo, connectWeb } from './net/web-streams.js';
export { loadBoard, loadModule, modulePath } from './modules.js';
export { Random, type Secret, secretFrom } from './random.js';
export { Snapshot, SnapshotError, type SnapshotModule } from './replay/snapshot.js';
export { Stack, type StackParts } from './stack.js';
export { Station, type StationParts } from './station.js';
export { UsageError } from './usage-error.js';

/** The address of the laptop's end when nobody names another. */
export const LAPTOP_ADDRESS = '192.168.7.1';
/** The address of the board's end when nobody names another. */
export const BOARD_ADDRESS = '192.168.7.2';

/** What open() can be told. */
export interface OpenOptions {
  /** Our own address; default 192.168.7.1. */
  address?: string;
  /** The address at the other end; default 192.168.7.2. */
  peer?: string;
  /** Settings of our core; an emulated board gets them too. */
  configuration?: Configuration;
  /** Settings of an emulated board alone, over the others. */
  boardConfiguration?: Configuration;
  /** The clock of everything, a virtual one in tests. */
  clock?: Clock;
  /** Makes a run repeatable: ISNs, ports, and an emulated link's faults. Absent: the machine's entropy. */
  seed?: number;
  /** The module to run; default build/host.wasm. */
  module?: WebAssembly.Module | BufferSource;
}

/**
 * Opens a link by its URL, or takes one that is open, and puts a stack on it:
 * `const board = await open('slip:/dev/ttyACM0'); board.connect(80);`
 */
export async function open(target: string | Link, options: OpenOptions = {}): Promise<Stack> {
  const spec = typeof target === 'string' ? parseLinkUrl(target) : undefined;
  if (spec?.scheme === 'emulated') return openEmulated(spec, options);
  const link = spec === undefined ? (target as Link) : await openLink(spec);
  try {
    return await openStack(link, options);
  } catch (error) {
    // Nobody else knows of a link that was opened here.
    if (spec !== undefined) await link.close();
    throw error;
  }
}

async function openStack(link: Link, options: OpenOptions): Promise<Stack> {
  return Stack.create({
    module: options.module ?? (await loadModule('host')),
    link,
    clock: options.clock ?? new RealClock(),
    address: options.address ?? LAPTOP_ADDRESS,
    peer: options.peer ?? BOARD_ADDRESS,
    secret: secretFrom(options.seed),
    configuration: options.configuration ?? {},
  });
}

/** The seed of a board's secret follows from the run's, and differs from the laptop's. */
const BOARD_SEED = 0x5eed;

async function openEmulated(spec: Extract<LinkSpec, { scheme: 'emulated' }>, options: OpenOptions): Promise<Stack> {
  const clock = options.clock ?? new RealClock();
  const seed = options.seed ?? spec.faults.seed;
  const cable = new EmulatedCable(clock, { ...spec.faults, ...(seed === undefined ? {} : { seed }) });
  const board = await Station.create({
    module: await loadBoard(spec.app),
    link: cable.b,
    clock,
    address: options.peer ?? BOARD_ADDRESS,
    secret: secretFrom(seed === undefined ? undefined : seed ^ BOARD_SEED),
    configuration: { ...options.configuration, ...options.boardConfiguration },
  });
  const stack = await openStack(cable.a, { ...options, clock, ...(seed === undefined ? {} : { seed }) });
  stack.board = board;
  stack.cable = cable;
  board.driver.start();
  return stack;
}
