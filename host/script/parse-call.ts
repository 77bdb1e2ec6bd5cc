import type { Call, Expression } from './syntax.js';
import type { TokenStream } from './token-stream.js';

/** `read(4, ..., 1000) = -1 ECONNRESET (Connection reset by peer)`. */
export function parseCall(tokens: TokenStream): Call {
  const name = tokens.expect('word').text;
  const args = parseArguments(tokens);
  tokens.symbol('=');
  const line = tokens.line;
  const result = parseExpression(tokens);
  // A word on a later line begins the next statement.
  const errno = tokens.is('word') && tokens.line === line ? tokens.take().text : undefined;
  const note = tokens.isSymbol('(') && tokens.line === line ? parseNote(tokens) : '';
  return { kind: 'call', name, args, result, errno, note, blocksUntil: undefined };
}

function parseArguments(tokens: TokenStream): Expression[] {
  tokens.symbol('(');
  const args = parseList(tokens, ')');
  return args;
}

function parseList(tokens: TokenStream, close: string): Expression[] {
  const items: Expression[] = [];
  while (!tokens.accept('symbol', close)) {
    items.push(parseExpression(tokens));
    if (!tokens.isSymbol(close)) tokens.symbol(',');
  }
  return items;
}

/** One or several joined by `|`. */
function parseExpression(tokens: TokenStream): Expression {
  const first = parsePrimary(tokens);
  if (!tokens.isSymbol('|')) return first;
  const parts = [first];
  while (tokens.accept('symbol', '|')) parts.push(parsePrimary(tokens));
  return { kind: 'or', parts };
}

function parsePrimary(tokens: TokenStream): Expression {
  if (tokens.accept('ellipsis')) return { kind: 'ellipsis' };
  if (tokens.isNumber()) return { kind: 'number', value: tokens.number() };
  if (tokens.is('string')) return { kind: 'string', value: tokens.take().text };
  if (tokens.is('address')) return { kind: 'string', value: tokens.take().text };
  if (tokens.accept('symbol', '[')) return { kind: 'list', items: parseList(tokens, ']') };
  if (tokens.accept('symbol', '{')) return parseStruct(tokens);
  if (tokens.accept('symbol', '@')) return { kind: 'peer', label: tokens.integer() };
  const name = tokens.expect('word').text;
  return tokens.isSymbol('(') ? { kind: 'call', name, args: parseArguments(tokens) } : { kind: 'word', name };
}

/** `{fd=3, events=POLLIN, revents=0}`; fields without a name are numbered. */
function parseStruct(tokens: TokenStream): Expression {
  const fields = new Map<string, Expression>();
  while (!tokens.accept('symbol', '}')) {
    const isNamed = tokens.is('word') && tokens.peek(1).text === '=';
    const name = isNamed ? tokens.take().text : String(fields.size);
    if (isNamed) tokens.symbol('=');
    fields.set(name, parseExpression(tokens));
    if (!tokens.isSymbol('}')) tokens.symbol(',');
  }
  return { kind: 'struct', fields };
}

/** Words in parentheses: a reader's reminder of what an error means, and F_GETFL's flags. */
function parseNote(tokens: TokenStream): string {
  tokens.symbol('(');
  const words: string[] = [];
  for (let depth = 1; ;) {
    if (tokens.is('end')) tokens.refuse('a closing parenthesis');
    const token = tokens.take();
    if (token.kind === 'symbol' && token.text === '(') depth += 1;
    if (token.kind === 'symbol' && token.text === ')') depth -= 1;
    if (depth === 0) return words.join(' ');
    words.push(token.text);
  }
}
