// What a gateway could not do, for people: each thing once in a while, however often it happens.
import type { Trouble } from '../gateway/target.js';

/** The same sentence is not said again within this time. */
const QUIET_MS = 10_000;
/** Sentences that are remembered; a board that tries every port must not fill the memory. */
const REMEMBERED = 256;

export class Troubles {
  readonly #say: (line: string) => void;
  readonly #said = new Map<string, number>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  nat({ protocol, from, to, what, why }: Trouble): void {
    const board = from.split(':')[0] ?? from;
    const where = `${protocol.toUpperCase()} from ${board} to ${to}`;
    if (what === 'denied') this.#tell(`${where} was denied by '${why}'; --allow lets it through.`);
    else this.#tell(`${where} failed: ${REASONS[why] ?? why}.`);
  }

  forward(to: string, link: string, code: string): void {
    if (code === 'ENETDOWN') this.#tell(`A connection to ${to} was reset: the link ${link} is away; plug it in again.`);
    else this.#tell(`A connection to ${to} was reset: ${REASONS[code] ?? code}.`);
  }

  #tell(sentence: string): void {
    const now = Date.now();
    const before = this.#said.get(sentence);
    if (before !== undefined && now - before < QUIET_MS) return;
    this.#said.delete(sentence);
    this.#said.set(sentence, now);
    const [oldest] = this.#said.keys();
    if (this.#said.size > REMEMBERED && oldest !== undefined) this.#said.delete(oldest);
    this.#say(sentence);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'there is no answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'it was reset by the other end',
  ENOBUFS: 'every connection that the stack has room for is taken',
  EMFILE: 'this program may open no more files; raise the limit with ulimit -n',
};
