import {
  badAddress,
  checkFunction,
  checkNumber,
  checkPort,
  checkSignal,
  missing,
  wrongType,
  wrongValue,
} from './checks.js';
import type { StreamOptions } from './connection-stream.js';
import { tryParseAddress } from '../address.js';

/** Finds the address of a name, as dns.lookup does. */
export type LookupFunction = (
  hostname: string,
  options: { family: number; hints: number; all: false },
  callback: (error: Error | null, address: string, family: number) => void,
) => void;

/** Where to connect to. */
export interface ConnectOptions extends StreamOptions {
  port: number | string;
  /** An IPv4 address, a name for `lookup`, or 'board': the other end of the link, which is also the default. */
  host?: string | undefined;
  /** 0 or absent: a random one (RFC 6056). */
  localPort?: number | undefined;
  localAddress?: string | undefined;
  /** Finds the address of a name; a link has no name server, so that without this no name is known but 'board'. */
  lookup?: LookupFunction | undefined;
  /** Handed to `lookup`; 4 when absent, since a link carries IPv4. */
  family?: number | undefined;
  noDelay?: boolean | undefined;
  keepAlive?: boolean | undefined;
  keepAliveInitialDelay?: number | undefined;
  /** ms without traffic after which 'timeout' is emitted, as by setTimeout(). */
  timeout?: number | undefined;
}

/** Where to listen. */
export interface ListenOptions {
  port?: number | string | undefined;
  /** Our own address, 0.0.0.0, or absent: any of ours. */
  host?: string | undefined;
  /** Connections that may wait to be accepted. */
  backlog?: number | undefined;
  /** Taken and without effect: there is nobody to share a port with. */
  exclusive?: boolean | undefined;
  /** Closes the server when it aborts. */
  signal?: AbortSignal | undefined;
}

/** What connect() takes: as node:net's. */
export type ConnectArguments =
  | [options: ConnectOptions, listener?: () => void]
  | [port: number | string, listener?: () => void]
  | [port: number | string, host: string | undefined, listener?: () => void];

/** What listen() takes: as node:net's. */
export type ListenArguments =
  | [listener?: () => void]
  | [options: ListenOptions, listener?: () => void]
  | [port: number | string | null | undefined, listener?: () => void]
  | [port: number | string | null | undefined, host: string, listener?: () => void]
  | [port: number | string | null | undefined, backlog: number, listener?: () => void]
  | [port: number | string | null | undefined, host: string | undefined, backlog: number, listener?: () => void];

/** A connection to be made, every argument looked at. */
export interface ConnectRequest extends ConnectOptions {
  port: number;
  localPort: number;
}

/** As node:net, which waits up to this many connections unless told otherwise. */
const BACKLOG = 511;
/** What node:net takes for `family`: any, IPv4, IPv6. */
const FAMILIES: readonly unknown[] = [undefined, 0, 4, 6, 'IPv4', 'IPv6'];

export function connectArguments(args: ConnectArguments): [ConnectRequest, (() => void) | undefined] {
  const [first, second] = args;
  if (isPath(first)) throw noPath('connected to', first);
  const options: ConnectOptions =
    typeof first === 'object' && first !== null
      ? first
      : { port: first, host: typeof second === 'string' ? second : undefined };
  return [checkConnect(options), listenerOf(args)];
}

function checkConnect(options: ConnectOptions): ConnectRequest {
  const { port, host, localAddress, localPort, lookup, family } = options;
  if (port === undefined) {
    const { path } = options as { path?: unknown };
    if (typeof path === 'string') throw noPath('connected to', path);
    throw missing('The "options" or "port" argument must be specified');
  }
  if (typeof port !== 'number' && typeof port !== 'string')
    throw wrongType('options.port', 'one of type number or string', port);
  if (Boolean(localAddress) && tryParseAddress(String(localAddress)) === undefined)
    throw badAddress(String(localAddress));
  if (localPort) checkNumber(localPort, 'options.localPort');
  if (lookup !== undefined) checkFunction(lookup, 'options.lookup');
  if (Boolean(host) && typeof host !== 'string') throw wrongType('hostname', 'of type string', host);
  if (!FAMILIES.includes(family))
    throw wrongValue(`The property 'options.family' must be one of: 0, 4, 6. Received ${String(family)}`);
  return { ...options, port: checkPort(port), localPort: checkPort(localPort ?? 0) };
}

export function listenArguments(
  args: ListenArguments,
): [ListenOptions & { port: number; backlog: number }, (() => void) | undefined] {
  const [first, second, third] = args;
  if (isPath(first)) throw noPath('listened on', first);
  const listener = listenerOf(args);
  const backlog = [second, third].find((value) => typeof value === 'number') ?? BACKLOG;
  if (typeof first === 'object' && first !== null) {
    const options = checkListen(first);
    return [{ ...options, port: portOf(options.port), backlog: options.backlog ?? backlog }, listener];
  }
  const port = typeof first === 'function' ? undefined : first;
  return [{ port: portOf(port), host: typeof second === 'string' ? second : undefined, backlog }, listener];
}

function checkListen(options: ListenOptions): ListenOptions {
  if (options.signal !== undefined) checkSignal(options.signal, 'options.signal');
  if ('port' in options) return options;
  const { path } = options as { path?: unknown };
  if (typeof path === 'string') throw noPath('listened on', path);
  throw wrongValue(`The argument 'options' must have the property "port". Received ${JSON.stringify(options)}`);
}

/** Absent means 0: any port that is free. */
function portOf(port: unknown): number {
  if (port === undefined || port === null) return 0;
  if (typeof port !== 'number' && typeof port !== 'string')
    throw wrongValue(`The argument 'options' is invalid. Received ${JSON.stringify({ port })}`);
  return checkPort(port, 0, 'options.port');
}

/** A string that is no number is a path to node:net. */
function isPath(value: unknown): value is string {
  return typeof value === 'string' && !(Number(value) >= 0);
}

function noPath(what: string, path: string): TypeError {
  return wrongValue(
    `A path cannot be ${what}: a link carries IPv4 and no local sockets; give a port. Received '${path}'`,
  );
}

function listenerOf(args: readonly unknown[]): (() => void) | undefined {
  const last = args[args.length - 1];
  return typeof last === 'function' ? (last as () => void) : undefined;
}
