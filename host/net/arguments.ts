/** Where to connect to. */
export interface ConnectOptions {
  port: number | string;
  /** An IPv4 address, or 'board': the other end of the link, which is also the default. */
  host?: string | undefined;
  /** 0 or absent: a random one (RFC 6056). */
  localPort?: number | undefined;
  localAddress?: string | undefined;
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
  /** Closes the server when it aborts. */
  signal?: AbortSignal | undefined;
}

export type ConnectArguments =
  | [options: ConnectOptions, listener?: () => void]
  | [port: number | string, listener?: () => void]
  | [port: number | string, host: string | undefined, listener?: () => void];

export type ListenArguments =
  | [listener?: () => void]
  | [options: ListenOptions, listener?: () => void]
  | [port: number | string | undefined, listener?: () => void]
  | [port: number | string | undefined, host: string, listener?: () => void]
  | [port: number | string | undefined, backlog: number, listener?: () => void]
  | [port: number | string | undefined, host: string | undefined, backlog: number, listener?: () => void];

/** As node:net, which waits up to this many connections unless told otherwise. */
const BACKLOG = 511;

export function connectArguments(args: ConnectArguments): [ConnectOptions, (() => void) | undefined] {
  const [first, second] = args;
  const listener = listenerOf(args);
  if (typeof first === 'object') {
    if ((first as ConnectOptions | null)?.port === undefined)
      throw missing("The 'port' of the options must be given; a path cannot be connected to.");
    return [first, listener];
  }
  return [{ port: first, host: typeof second === 'string' ? second : undefined }, listener];
}

export function listenArguments(
  args: ListenArguments,
): [ListenOptions & { backlog: number }, (() => void) | undefined] {
  const listener = listenerOf(args);
  const [first, second, third] = args;
  if (typeof first === 'object') {
    if (first.port === undefined && 'path' in first)
      throw missing("The 'port' of the options must be given; a path cannot be listened on.");
    return [{ ...first, backlog: first.backlog ?? BACKLOG }, listener];
  }
  const backlog = [second, third].find((value) => typeof value === 'number') ?? BACKLOG;
  const port = typeof first === 'function' ? undefined : first;
  return [{ port, host: typeof second === 'string' ? second : undefined, backlog }, listener];
}

/** A port as node:net takes it: a number or its digits, from `least` to 65535. */
export function checkPort(port: unknown, least = 0): number {
  const isNumeric = typeof port === 'number' || (typeof port === 'string' && port.trim() !== '');
  const number = isNumeric ? Number(port) : NaN;
  if (Number.isInteger(number) && number >= least && number <= 0xffff) return number;
  const error = new RangeError(`Port should be >= ${String(least)} and < 65536. Received ${describe(port)}.`);
  throw Object.assign(error, { code: 'ERR_SOCKET_BAD_PORT' });
}

function listenerOf(args: readonly unknown[]): (() => void) | undefined {
  const last = args[args.length - 1];
  return typeof last === 'function' ? (last as () => void) : undefined;
}

function missing(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: 'ERR_MISSING_ARGS' });
}

function describe(value: unknown): string {
  return value === undefined || value === null ? String(value) : `type ${typeof value} (${JSON.stringify(value)})`;
}
