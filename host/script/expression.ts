import { UnsupportedStatement } from './failure.js';
import { tokenize, type Token } from './lexer.js';
import type { TcpInfo } from './tcp-info.js';

/** Operators of Python by how tightly they bind, loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['|'],
  ['&'],
  ['+', '-'],
  ['*', '/', '%'],
];

/**
 * `assert tcpi_state == TCP_CLOSE_WAIT, tcpi_state`: the assertions that scripts write in Python, as far as they compare
 * fields of TCP_INFO. Returns what did not hold; undefined: all did.
 */
export function checkAssertions(code: string, info: TcpInfo, line: number): string | undefined {
  for (const statement of code.split(/[;\n]/).map((part) => part.trim())) {
    if (statement === '' || statement.startsWith('#')) continue;
    const match = /^assert\b(.*)$/.exec(statement);
    if (match === null) throw new UnsupportedStatement(line, `the code '${statement}'`);
    const reader = new Evaluator(joinOperators(tokenize(match[1] as string)), info, line);
    const [held, fields] = [reader.evaluate(), reader.fields];
    if (!held) return [...fields].map(([name, value]) => `${name} = ${value}`).join(', ');
  }
  return undefined;
}

/** `=` `=` is one operator here. */
function joinOperators(tokens: Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token.text === '=' && last?.kind === 'symbol' && ['=', '!', '<', '>'].includes(last.text)) last.text += '=';
    else joined.push(token);
  }
  return joined;
}

class Evaluator {
  readonly fields = new Map<string, number>();
  #at = 0;

  constructor(
    private readonly tokens: Token[],
    private readonly info: TcpInfo,
    private readonly line: number,
  ) {}

  evaluate(): boolean {
    const value = this.#level(0);
    // Behind a comma stands what Python would print.
    if (this.#text() !== ',' && this.tokens[this.#at]?.kind !== 'end') this.#refuse();
    return value !== 0;
  }

  #text(): string {
    return this.tokens[this.#at]?.text ?? '';
  }

  #level(level: number): number {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#primary();
    let value = this.#level(level + 1);
    while (operators.includes(this.#text())) {
      const operator = this.#text();
      this.#at += 1;
      value = apply(operator, value, this.#level(level + 1));
    }
    return value;
  }

  #primary(): number {
    const token = this.tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'integer' || token?.kind === 'float') return token.value;
    if (token?.text === '(') {
      const value = this.#level(0);
      if (this.#text() !== ')') this.#refuse();
      this.#at += 1;
      return value;
    }
    if (token?.kind !== 'word') return this.#refuse();
    const constant = this.info.constants[token.text];
    if (constant !== undefined) return constant;
    const field = this.info.fields[token.text];
    if (field === undefined) throw new UnsupportedStatement(this.line, `the field ${token.text} of TCP_INFO`);
    this.fields.set(token.text, field);
    return field;
  }

  #refuse(): never {
    throw new UnsupportedStatement(this.line, `an assertion with '${this.#text()}'`);
  }
}

function apply(operator: string, a: number, b: number): number {
  switch (operator) {
    case 'or':
      return a !== 0 || b !== 0 ? 1 : 0;
    case 'and':
      return a !== 0 && b !== 0 ? 1 : 0;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}
