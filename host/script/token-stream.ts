import { UnsupportedStatement } from './failure.js';
import type { Token, TokenKind } from './lexer.js';

/** The tokens of a script, read from the front. */
export class TokenStream {
  #at = 0;

  constructor(private readonly tokens: Token[]) {}

  get next(): Token {
    return this.peek(0);
  }

  get line(): number {
    return this.next.line;
  }

  peek(ahead: number): Token {
    return this.tokens[Math.min(this.#at + ahead, this.tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  is(kind: TokenKind, text?: string): boolean {
    return this.next.kind === kind && (text === undefined || this.next.text === text);
  }

  isSymbol(text: string): boolean {
    return this.is('symbol', text);
  }

  isNumber(): boolean {
    return this.is('integer') || this.is('float');
  }

  /** Takes the token when it fits, and says whether it did. */
  accept(kind: TokenKind, text?: string): boolean {
    if (!this.is(kind, text)) return false;
    this.#at += 1;
    return true;
  }

  expect(kind: TokenKind, text?: string): Token {
    if (!this.is(kind, text)) this.refuse(text ?? `a ${kind}`);
    return this.take();
  }

  symbol(text: string): void {
    this.expect('symbol', text);
  }

  number(): number {
    if (!this.isNumber()) this.refuse('a number');
    return this.take().value;
  }

  integer(): number {
    return this.expect('integer').value;
  }

  /** A number, or undefined for `...`. */
  integerOrAny(): number | undefined {
    return this.accept('ellipsis') ? undefined : this.integer();
  }

  /** Octets as hexadecimal digits in quotes. */
  hex(): number[] {
    const digits = this.next.text.replaceAll(' ', '');
    if (!this.is('string') || !/^([0-9a-fA-F]{2})*$/.test(digits)) this.refuse('octets in hexadecimal, in quotes,');
    this.take();
    return (digits.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  }

  /** The runner reads TCP over IPv4; what it cannot read it does not honour. */
  refuse(wanted: string): never {
    // What is missing at the end of a line is looked for on the next, but is missing here.
    const line = this.#at === 0 ? this.line : (this.tokens[this.#at - 1] as Token).line;
    throw new UnsupportedStatement(line, `'${this.next.text}' where ${wanted} should stand`);
  }
}
