import type { Time } from './syntax.js';
import type { TokenStream } from './token-stream.js';

/** Script times are seconds with a fraction; everything behind the parser counts microseconds. */
const microseconds = (seconds: number): number => Math.round(seconds * 1_000_000);

/** `1.5`, `+.2`, `1~2`, `+.1~+.2`, `*`; nothing: at once behind the statement before. */
export function parseTime(tokens: TokenStream): Time {
  if (tokens.accept('symbol', '*')) return { kind: 'any' };
  const isRelative = tokens.accept('symbol', '+');
  if (!isRelative && !tokens.isNumber()) return { kind: 'relative', at: 0 };
  const from = microseconds(tokens.number());
  if (!tokens.accept('symbol', '~')) return { kind: isRelative ? 'relative' : 'absolute', at: from };
  tokens.accept('symbol', '+');
  const to = microseconds(tokens.number());
  return { kind: isRelative ? 'relative-range' : 'absolute-range', from, to };
}

/** The end of `a...b`, on the scale of the time before it. */
export function parseBlockingEnd(tokens: TokenStream): number | undefined {
  if (!tokens.is('ellipsis')) return undefined;
  tokens.take();
  tokens.accept('symbol', '+');
  return microseconds(tokens.number());
}
