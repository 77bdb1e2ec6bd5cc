import { UnsupportedStatement } from './failure.js';
import { tokenize } from './lexer.js';
import { parseCall } from './parse-call.js';
import { parsePacket } from './parse-packet.js';
import { parseBlockingEnd, parseTime } from './parse-time.js';
import { preprocess } from './preprocess.js';
import type { Action, Script, ScriptOption, Statement } from './syntax.js';
import { TokenStream } from './token-stream.js';

/** Reads a script in packetdrill's dialect. Throws UnsupportedStatement with the line it cannot read. */
export function parseScript(text: string): Script {
  const tokens = new TokenStream(tokenize(preprocess(text)));
  const options: ScriptOption[] = [];
  const statements: Statement[] = [];
  while (!tokens.is('end')) {
    if (tokens.is('option')) options.push(parseScriptOption(tokens));
    else statements.push(parseStatement(tokens));
  }
  return { options, statements };
}

/** `--name=value` or `--name`. */
function parseScriptOption(tokens: TokenStream): ScriptOption {
  const { text, line } = tokens.take();
  const [name = '', ...rest] = text.replace(/^--?/, '').split('=');
  return { line, name, value: rest.join('=') };
}

function parseStatement(tokens: TokenStream): Statement {
  const line = tokens.line;
  const time = parseTime(tokens);
  const blocksUntil = parseBlockingEnd(tokens);
  const action = parseAction(tokens);
  if (action.kind === 'call') action.blocksUntil = blocksUntil;
  else if (blocksUntil !== undefined) tokens.refuse('a call behind a time with an end');
  return { line, time, action };
}

function parseAction(tokens: TokenStream): Action {
  if (tokens.is('code')) return { kind: 'code', text: tokens.take().text.trim() };
  if (tokens.is('shell')) return { kind: 'shell', text: tokens.take().text.trim() };
  if (tokens.isSymbol('<') || tokens.isSymbol('>')) return parsePacket(tokens);
  if (tokens.is('word')) return parseCall(tokens);
  throw new UnsupportedStatement(tokens.line, `'${tokens.next.text}' where a packet or a call should stand`);
}
