// A filter over events, in words: 'tcp and port 80 and not ack', 'connection 3 or (udp and host 192.168.7.2)'.
import { Flag, Protocol } from '../../assembly/numbers.js';
import { tryParseAddress } from '../address.js';
import { UsageError } from '../usage-error.js';
import type { TraceEvent } from './event.js';

/** Whether an event is let through. */
export type Filter = (event: TraceEvent) => boolean;

/** Words that stand alone. */
const WORDS: Readonly<Record<string, Filter>> = {
  tcp: protocol(Protocol.TCP),
  udp: protocol(Protocol.UDP),
  icmp: protocol(Protocol.ICMP),
  syn: flag(Flag.SYN),
  fin: flag(Flag.FIN),
  rst: flag(Flag.RST),
  ack: flag(Flag.ACK),
  psh: flag(Flag.PSH),
  urg: flag(Flag.URG),
  text: (event) => event.type === 'datagram' && (event.datagram.tcp?.length ?? event.datagram.udp?.length ?? 0) > 0,
  in: (event) => event.type === 'datagram' && event.from === 'board',
  out: (event) => event.type === 'datagram' && event.from === 'laptop',
  state: (event) => Object.values(event.states).some(({ before, after }) => before !== after),
  repeat: (event) => event.type === 'datagram' && event.repeat > 0,
  drop: (event) => event.type !== 'state' && event.drop !== '',
  lost: (event) => event.type === 'datagram' && event.fate === 'lost',
};

const FORMS = `${Object.keys(WORDS).join(', ')}, port N, host A.B.C.D, connection N, with and, or, not and parentheses`;

/** Reads a filter; `and` binds closer than `or`, `not` closest. */
export function parseFilter(text: string): Filter {
  const tokens = text.match(/\(|\)|[^\s()]+/g) ?? [];
  const parser = new Parser(
    text,
    tokens.map((token) => token.toLowerCase()),
  );
  return parser.whole();
}

class Parser {
  readonly #text: string;
  readonly #tokens: string[];

  constructor(text: string, tokens: string[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  whole(): Filter {
    const filter = this.#either();
    if (this.#tokens.length > 0) this.#fail(`'${this.#tokens[0] ?? ''}' has no place there`);
    return filter;
  }

  #either(): Filter {
    const parts = [this.#both()];
    while (this.#takes('or')) parts.push(this.#both());
    return (event) => parts.some((part) => part(event));
  }

  #both(): Filter {
    const parts = [this.#one()];
    while (this.#takes('and')) parts.push(this.#one());
    return (event) => parts.every((part) => part(event));
  }

  #one(): Filter {
    if (this.#takes('not')) {
      const filter = this.#one();
      return (event) => !filter(event);
    }
    if (this.#takes('(')) {
      const filter = this.#either();
      if (!this.#takes(')')) this.#fail('a parenthesis is not closed');
      return filter;
    }
    return this.#word();
  }

  #word(): Filter {
    const token = this.#tokens.shift();
    if (token === 'port') return port(this.#number(0xffff));
    if (token === 'connection') return connection(this.#number(2 ** 31));
    if (token === 'host') return host(this.#address());
    return WORDS[token ?? ''] ?? this.#fail(token === undefined ? 'it ends too early' : `it cannot be '${token}'`);
  }

  #number(most: number): number {
    const text = this.#tokens.shift() ?? '';
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    return value >= 1 && value <= most ? value : this.#fail(`'${text}' is no such number`);
  }

  #address(): string {
    const text = this.#tokens.shift() ?? '';
    return tryParseAddress(text) === undefined ? this.#fail(`'${text}' is not an IPv4 address`) : text;
  }

  #takes(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #fail(why: string): never {
    throw new UsageError(`The filter '${this.#text}' cannot be read, ${why}; its words are ${FORMS}.`);
  }
}

function protocol(number: number): Filter {
  return (event) => (event.type === 'datagram' ? event.datagram.protocol === number : number === Protocol.TCP);
}

function flag(bit: number): Filter {
  return (event) => event.type === 'datagram' && ((event.datagram.tcp?.flags ?? 0) & bit) !== 0;
}

function connection(number: number): Filter {
  return (event) => event.connection === number;
}

function port(number: number): Filter {
  return (event) => {
    if (event.type === 'state') return [event.local, event.remote].some((end) => end.endsWith(`:${String(number)}`));
    if (event.type === 'copy') return false;
    const { sourcePort, destinationPort } = event.datagram.tcp ?? event.datagram.udp ?? {};
    return sourcePort === number || destinationPort === number;
  };
}

function host(address: string): Filter {
  return (event) => {
    if (event.type === 'state') return [event.local, event.remote].some((end) => end.startsWith(`${address}:`));
    return event.type === 'datagram' && (event.datagram.source === address || event.datagram.destination === address);
  };
}
