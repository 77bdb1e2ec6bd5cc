// The little language of 'slipway replay --break' (docs/replay.md):
//
//   expression  = conjunction { "or" conjunction }
//   conjunction = condition { "and" condition }
//   condition   = "not" condition | "(" expression ")" | operand [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand ]
//   operand     = [ ("laptop" | "board") "." ] name | number | word
//
// A name alone holds when its value is another than at the step before.

import { UsageError } from '../usage-error.js';
import { type Facts, FIELDS, isField } from './facts.js';

/** Whether the expression holds for what is known now, given what was known before this step. */
export type Condition = (now: Facts, before: Facts) => boolean;

type Value = string | number | undefined;
interface Operand {
  /** Set when it is a field, and not a number or a word. */
  field: string | undefined;
  value: (facts: Facts) => Value;
}

const TOKEN = /\s*(\(|\)|==|!=|<=|>=|<|>|&&|\|\||!|[\w.-]+)/y;
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
const WORDS: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '!': 'not' };

export function parseCondition(text: string): Condition {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: string[];

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  parse(): Condition {
    const condition = this.#either();
    const rest = this.#tokens[0];
    if (rest !== undefined) this.#refuse(`'${rest}' stands where 'and' or 'or' was expected`);
    return condition;
  }

  #either(): Condition {
    const conditions = [this.#both()];
    while (this.#take('or')) conditions.push(this.#both());
    return (now, before) => conditions.some((condition) => condition(now, before));
  }

  #both(): Condition {
    const conditions = [this.#one()];
    while (this.#take('and')) conditions.push(this.#one());
    return (now, before) => conditions.every((condition) => condition(now, before));
  }

  #one(): Condition {
    if (this.#take('not')) {
      const condition = this.#one();
      return (now, before) => !condition(now, before);
    }
    if (this.#take('(')) {
      const condition = this.#either();
      if (!this.#take(')')) this.#refuse("a ')' is missing");
      return condition;
    }
    return this.#comparison();
  }

  #comparison(): Condition {
    const left = this.#operand();
    const sign = this.#tokens[0] ?? '';
    if (!['==', '!=', ...Object.keys(COMPARISONS)].includes(sign)) {
      if (left.field === undefined) this.#refuse('a number or a word alone says nothing');
      return (now, before) => left.value(now) !== left.value(before);
    }
    this.#tokens.shift();
    const right = this.#operand();
    if (left.field === undefined && right.field === undefined)
      this.#refuse(`neither side is a field; the fields are ${FIELDS.join(', ')}`);
    return (now) => compare(left.value(now), sign, right.value(now));
  }

  #operand(): Operand {
    const token = this.#tokens.shift();
    if (token === undefined || /^[^\w-]/.test(token)) this.#refuse('a field, a number or a word is missing');
    const number = Number(token);
    if (!Number.isNaN(number)) return { field: undefined, value: () => number };
    if (isField(token)) return { field: token, value: (facts) => facts.get(token) };
    if (token.includes('.')) this.#refuse(`there is no field '${token}'; the fields are ${FIELDS.join(', ')}`);
    const word = token.toLowerCase();
    return { field: undefined, value: () => word };
  }

  #take(word: string): boolean {
    if (this.#tokens[0] !== word) return false;
    this.#tokens.shift();
    return true;
  }

  #refuse(why: string): never {
    throw new UsageError(`The expression '${this.#text}' cannot be read: ${why}.`);
  }
}

/** Words are compared without regard to case, since FIN-WAIT-1 is written both ways. What is not known equals nothing. */
function compare(left: Value, sign: string, right: Value): boolean {
  if (left === undefined || right === undefined) return sign === '!=' && left !== right;
  const [a, b] = [left, right].map((value) => (typeof value === 'string' ? value.toLowerCase() : value));
  if (sign === '==') return a === b;
  if (sign === '!=') return a !== b;
  return typeof a === 'number' && typeof b === 'number' && (COMPARISONS[sign]?.(a, b) ?? false);
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, token = ''] = match;
    tokens.push(WORDS[token] ?? (/^(and|or|not)$/i.test(token) ? token.toLowerCase() : token));
    if (text.slice(TOKEN.lastIndex).trim() === '') return tokens;
    if (TOKEN.lastIndex === 0) break;
  }
  throw new UsageError(
    `The expression '${text}' cannot be read; write it like state == FIN-WAIT-2, board.cwnd < 1460 or snd.una.`,
  );
}
