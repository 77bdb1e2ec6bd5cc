import { formatAddress, tryParseAddress } from '../address.js';
import { UsageError } from '../usage-error.js';

/** Whether a board may reach a stretch of addresses at a stretch of ports. */
export interface Rule {
  readonly allows: boolean;
  /** As it was written, with its action in front: deny 10.0.0.0/8:*. */
  readonly text: string;
  readonly firstAddress: number;
  readonly lastAddress: number;
  readonly firstPort: number;
  readonly lastPort: number;
}

/**
 * Reads `10.0.0.0/8:80`, `8.8.8.8:53`, `192.168.1.0/24:8000-8999`, `*:*`. The port is not left out: a rule that opens more
 * than was meant is worse than one that takes three letters longer.
 */
export function parseAccessRule(action: 'allow' | 'deny', text: string): Rule {
  const match = /^(\*|[\d.]+)(?:\/(\d{1,2}))?:(\*|\d{1,5}(?:-\d{1,5})?)$/.exec(text);
  const [, address = '', length, ports = ''] = match ?? [];
  const range = match === null ? undefined : addressRange(address, length, text);
  const between = match === null ? undefined : portRange(ports);
  if (range === undefined || between === undefined)
    throw new UsageError(`'${text}' is not a rule; write addresses and ports, such as 10.0.0.0/8:80 or *:8000-8999.`);
  return { allows: action === 'allow', text: `${action} ${text}`, ...range, ...between };
}

type AddressRange = Pick<Rule, 'firstAddress' | 'lastAddress'>;
type PortRange = Pick<Rule, 'firstPort' | 'lastPort'>;

const ADDRESS_MAX = 0xffffffff;
const PORT_MAX = 0xffff;

function addressRange(address: string, lengthText: string | undefined, rule: string): AddressRange | undefined {
  if (address === '*') return lengthText === undefined ? { firstAddress: 0, lastAddress: ADDRESS_MAX } : undefined;
  const length = Number(lengthText ?? 32);
  const firstAddress = tryParseAddress(address);
  if (firstAddress === undefined || length > 32) return undefined;
  const size = 2 ** (32 - length);
  const begin = Math.floor(firstAddress / size) * size;
  if (begin !== firstAddress)
    throw new UsageError(`'${rule}' sets bits behind its first ${length}; write ${formatAddress(begin)}/${length}.`);
  return { firstAddress, lastAddress: begin + size - 1 };
}

function portRange(text: string): PortRange | undefined {
  if (text === '*') return { firstPort: 0, lastPort: PORT_MAX };
  const [first = '', last = first] = text.split('-');
  const range = { firstPort: Number(first), lastPort: Number(last) };
  return range.firstPort <= range.lastPort && range.lastPort <= PORT_MAX ? range : undefined;
}

/** What stands behind all rules of the user's: the network is open, the laptop's loopback is not. */
const DEFAULTS: readonly Rule[] = [
  parseAccessRule('deny', '127.0.0.0/8:*'),
  // A connection to 0.0.0.0 reaches the laptop itself on more than one system.
  parseAccessRule('deny', '0.0.0.0/8:*'),
  parseAccessRule('allow', '*:*'),
];

/** The rules of a gateway: the first that matches decides. */
export class Rules {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[] = []) {
    this.#rules = [...rules, ...DEFAULTS];
  }

  /** The rule that decides. */
  judge(address: string, port: number): Rule {
    const number = tryParseAddress(address) ?? 0;
    const rule = this.#rules.find(
      ({ firstAddress, lastAddress, firstPort, lastPort }) =>
        number >= firstAddress && number <= lastAddress && port >= firstPort && port <= lastPort,
    );
    if (rule === undefined) throw new Error(`No rule decides about ${address}:${String(port)}: the last takes all.`);
    return rule;
  }
}
