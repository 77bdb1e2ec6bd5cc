import { UsageError } from '../usage-error.js';
import type { EmulatedOptions } from './emulated.js';
import { parseBandwidth, parseDuration, parseShare, parseWhole } from './quantities.js';
import type { StreamAddress } from './stream.js';

/** What a URL says, with its words turned into numbers. */
export type LinkSpec =
  | { scheme: 'slip'; path: string; baud: number; rtscts: boolean; dtr?: boolean; rts?: boolean }
  | { scheme: 'emulated'; app: string; faults: EmulatedOptions }
  | { scheme: 'stream'; address: StreamAddress; isListening: boolean }
  | { scheme: 'tun'; device: string; address: string | undefined; peer: string | undefined; mtu: number };

const FORMS = 'slip:/dev/ttyACM0, emulated:?app=http, unix:/path, tcp:host:port or tun:slip0';

/** The usual speed of a board's serial line. */
const BAUD = 115_200;

/** Reads `slip:/dev/ttyACM0?baud=115200`, `emulated:?loss=3%&delay=20ms`, `unix:/path`, `tcp:host:port`, `tun:slip0`. */
export function parseLinkUrl(url: string): LinkSpec {
  const match = /^([a-z]+):([^?]*)(?:\?(.*))?$/s.exec(url);
  const [, scheme = '', target = '', query = ''] = match ?? [];
  const read = READERS[scheme];
  if (read === undefined) throw new UsageError(`'${url}' is not a link; write ${FORMS}.`);
  const options = new Options(url, query);
  const spec = read(target, options, url);
  options.refuseOthers();
  return spec;
}

type Reader = (target: string, options: Options, url: string) => LinkSpec;

const READERS: Readonly<Record<string, Reader>> = {
  slip: readSlip,
  emulated: readEmulated,
  unix: readUnix,
  tcp: readTcp,
  tun: readTun,
};

function readSlip(target: string, options: Options, url: string): LinkSpec {
  if (target === '') throw new UsageError(`'${url}' names no serial device; write slip:/dev/ttyACM0.`);
  const baud = options.read('baud', (text, what) => parseWhole(text, what, 50, 20_000_000)) ?? BAUD;
  const rtscts = options.flag('rtscts');
  const dtr = options.choice('dtr');
  const rts = options.choice('rts');
  return {
    ...{ scheme: 'slip', path: target, baud, rtscts },
    ...(dtr !== undefined && { dtr }),
    ...(rts !== undefined && { rts }),
  };
}

function readEmulated(target: string, options: Options, url: string): LinkSpec {
  if (target !== '')
    throw new UsageError(`'${url}' names a device, which an emulated link has not; write emulated:?app=http.`);
  return { scheme: 'emulated', app: options.read('app', (text) => text) ?? 'http', faults: readFaults(options) };
}

function readUnix(target: string, options: Options, url: string): LinkSpec {
  if (target === '') throw new UsageError(`'${url}' names no socket; write unix:/path/to/socket.`);
  return { scheme: 'stream', address: { path: target }, isListening: options.flag('listen') };
}

function readTcp(target: string, options: Options, url: string): LinkSpec {
  const match = /^(?:\/\/)?(\[[0-9a-fA-F:]+\]|[^:/]+):(\d+)$/.exec(target);
  const port = Number(match?.[2]);
  if (match === null || !(port >= 1 && port <= 0xffff))
    throw new UsageError(`'${url}' is not a TCP address; write tcp:127.0.0.1:4000.`);
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
  return { scheme: 'stream', address: { host, port }, isListening: options.flag('listen') };
}

function readTun(target: string, options: Options, url: string): LinkSpec {
  // Linux's limit, and what it refuses in a name.
  if (!/^[^\s/:]{0,15}$/.test(target))
    throw new UsageError(`'${url}' names no network device; write tun:slip0, at most 15 characters.`);
  return {
    scheme: 'tun',
    device: target,
    address: options.read('address', (text) => text),
    peer: options.read('peer', (text) => text),
    mtu: options.read('mtu', (text, what) => parseWhole(text, what, 68, 65_535)) ?? 1500,
  };
}

function readFaults(options: Options): EmulatedOptions {
  const faults: EmulatedOptions = {};
  const set = <K extends keyof EmulatedOptions>(name: K, value: EmulatedOptions[K] | undefined): void => {
    if (value !== undefined) faults[name] = value;
  };
  set('delayMs', options.read('delay', parseDuration));
  set('jitterMs', options.read('jitter', parseDuration));
  set('bandwidth', options.read('bandwidth', parseBandwidth));
  set(
    'queueOctets',
    options.read('queue', (text, what) => parseWhole(text, what, 1, 1e9)),
  );
  set('loss', options.read('loss', parseShare));
  set('reorder', options.read('reorder', parseShare));
  set('duplicate', options.read('duplicate', parseShare));
  set('corrupt', options.read('corrupt', parseShare));
  set(
    'seed',
    options.read('seed', (text, what) => parseWhole(text, what, 0, 2 ** 31)),
  );
  return faults;
}

/**
 * The options behind the question mark. A percent sign stands for itself, so that loss=3% can be written as people say it; a
 * browser's URL would call that malformed.
 */
class Options {
  #url: string;
  #values = new Map<string, string>();
  #known: string[] = [];

  constructor(url: string, query: string) {
    this.#url = url;
    for (const part of query.split('&').filter((text) => text !== '')) {
      const [name = '', ...value] = part.split('=');
      if (this.#values.has(name)) throw new UsageError(`'${url}' gives ${name} twice; give it once.`);
      this.#values.set(name, value.length === 0 ? '1' : value.join('='));
    }
  }

  read<T>(name: string, parse: (text: string, what: string) => T): T | undefined {
    this.#known.push(name);
    const text = this.#values.get(name);
    this.#values.delete(name);
    return text === undefined ? undefined : parse(text, `The ${name}`);
  }

  flag(name: string): boolean {
    return this.choice(name) ?? false;
  }

  /** On, off, or left alone. */
  choice(name: string): boolean | undefined {
    return this.read(name, (text) => {
      if (text === '1' || text === '0') return text === '1';
      throw new UsageError(`'${this.#url}' sets ${name} to '${text}'; write ${name}=1 or ${name}=0.`);
    });
  }

  refuseOthers(): void {
    const [other] = this.#values.keys();
    if (other === undefined) return;
    throw new UsageError(`'${this.#url}' has no option '${other}'; its options are ${this.#known.join(', ')}.`);
  }
}
