import { UnsupportedStatement } from './failure.js';

export type TokenKind =
  'integer' | 'float' | 'word' | 'string' | 'code' | 'shell' | 'option' | 'ellipsis' | 'address' | 'symbol' | 'end';

export interface Token {
  kind: TokenKind;
  /** The text; of strings, code and shell lines what stands between the delimiters. */
  text: string;
  /** Of integers and floats. */
  value: number;
  line: number;
}

type Rule = readonly [kind: TokenKind | 'blank', pattern: RegExp];

// In this order: the first that fits is taken.
const RULES: readonly Rule[] = [
  ['blank', /[ \t\r\n]+/y],
  ['blank', /\/\/[^\n]*/y],
  ['blank', /\/\*[^]*?\*\//y],
  ['code', /%\{([^]*?)\}%/y],
  ['shell', /`((?:\\.|[^`\\])*)`/y],
  ['string', /"((?:\\.|[^"\\])*)"/y],
  ['option', /--?[a-z][a-zA-Z0-9_]*(?:=[^\s]*)?/y],
  ['ellipsis', /\.\.\./y],
  ['address', /\d+\.\d+\.\d+\.\d+/y],
  ['integer', /0[xX][0-9a-fA-F]+/y],
  ['float', /-?\d*\.\d+/y],
  ['integer', /-?\d+/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*(?:#)?/y],
  ['symbol', /[^\s]/y],
];

/** Cuts a script into tokens; the last is of the kind 'end'. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const [kind, match] = firstMatch(text, at, line);
    if (kind !== 'blank') tokens.push(token(kind, match, line));
    line += countLines(match[0]);
    at += match[0].length;
  }
  tokens.push({ kind: 'end', text: 'the end of the script', value: 0, line });
  return tokens;
}

function firstMatch(text: string, at: number, line: number): [Rule[0], RegExpExecArray] {
  for (const [kind, pattern] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return [kind, match];
  }
  throw new UnsupportedStatement(line, `the character '${text[at] ?? ''}'`);
}

function token(kind: TokenKind, match: RegExpExecArray, line: number): Token {
  const text = match[1] ?? match[0];
  const isNumber = kind === 'integer' || kind === 'float';
  return { kind, text, value: isNumber ? Number(text) : 0, line };
}

function countLines(text: string): number {
  let lines = 0;
  for (const character of text) if (character === '\n') lines += 1;
  return lines;
}
