import { tryParseAddress } from '../address.js';
import { UnsupportedStatement } from './failure.js';
import type { Call, Expression } from './syntax.js';

/** The arguments of one call, read by position; what is missing or of another kind is not supported. */
export class Arguments {
  constructor(
    readonly call: Call,
    readonly line: number,
  ) {}

  at(index: number): Expression {
    return this.call.args[index] ?? this.refuse(`${this.call.name}() with ${this.call.args.length} arguments`);
  }

  has(index: number): boolean {
    return index < this.call.args.length;
  }

  isEllipsis(index: number): boolean {
    return this.at(index).kind === 'ellipsis';
  }

  number(index: number): number {
    return this.numberOf(this.at(index));
  }

  numberOf(expression: Expression): number {
    if (expression.kind === 'number') return expression.value;
    return this.refuse(`${this.call.name}() with something else where a number should stand`);
  }

  /** A constant's name: SOL_SOCKET. */
  word(index: number): string {
    const expression = this.at(index);
    return expression.kind === 'word' ? expression.name : this.refuse(`${this.call.name}() without a constant's name`);
  }

  /** `MSG_OOB|MSG_DONTWAIT` or 0. */
  words(index: number): string[] {
    return this.wordsOf(this.at(index));
  }

  wordsOf(expression: Expression): string[] {
    if (expression.kind === 'number' && expression.value === 0) return [];
    const parts = expression.kind === 'or' ? expression.parts : [expression];
    return parts.map((part) => (part.kind === 'word' ? part.name : this.refuse('flags that are not constants')));
  }

  /** `[1]`; also `1` alone. */
  listed(index: number): Expression {
    const expression = this.at(index);
    return expression.kind === 'list' ? (expression.items[0] ?? expression) : expression;
  }

  /** The peer's or our own address: `...`, `@2`, or a sockaddr structure. */
  address(index: number): { label?: number; address?: number; port?: number } {
    const expression = this.at(index);
    if (expression.kind === 'ellipsis') return {};
    if (expression.kind === 'peer') return { label: expression.label };
    if (expression.kind !== 'struct') return this.refuse('an address of another kind');
    const port = this.#inside(expression.fields.get('sin_port'), 'htons');
    const address = this.#inside(expression.fields.get('sin_addr'), 'inet_addr');
    return {
      ...(port?.kind === 'number' && { port: port.value }),
      ...(address?.kind === 'string' && { address: tryParseAddress(address.value) ?? this.refuse('an IPv4 address') }),
    };
  }

  /** Nothing is looked for here, so that nothing may be asked for: `...`, 0 or NULL. */
  unspecified(...indices: number[]): void {
    for (const index of indices) {
      if (!this.has(index)) continue;
      const expression = this.at(index);
      const isEmpty = expression.kind === 'ellipsis' || (expression.kind === 'number' && expression.value === 0);
      if (!isEmpty && !(expression.kind === 'word' && expression.name === 'NULL'))
        this.refuse(`${this.call.name}() with its argument ${index + 1} written out`);
    }
  }

  #inside(expression: Expression | undefined, name: string): Expression | undefined {
    if (expression?.kind !== 'call') return expression;
    return expression.name === name ? expression.args[0] : this.refuse(`${expression.name}() in an address`);
  }

  refuse(what: string): never {
    throw new UnsupportedStatement(this.line, what);
  }
}
