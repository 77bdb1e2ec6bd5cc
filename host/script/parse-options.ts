import type { OptionsMode, SackBlock, TcpOption } from './syntax.js';
import type { TokenStream } from './token-stream.js';

/** `<mss 1460,nop,wscale 7>`; `<...>` for any; `<sackOK,...>` for these among others. */
export function parseOptions(tokens: TokenStream): { options: TcpOption[]; optionsMode: OptionsMode } {
  tokens.symbol('<');
  const options: TcpOption[] = [];
  let optionsMode: OptionsMode = 'exact';
  while (!tokens.accept('symbol', '>')) {
    if (tokens.accept('ellipsis')) optionsMode = options.length === 0 ? 'any' : 'contains';
    else options.push(parseOption(tokens));
    if (!tokens.isSymbol('>')) tokens.symbol(',');
  }
  return { options, optionsMode };
}

function parseOption(tokens: TokenStream): TcpOption {
  const name = tokens.take();
  switch (name.text) {
    case 'nop':
    case 'eol':
    case 'sackOK':
      return { kind: name.text };
    case 'mss':
    case 'wscale':
      return { kind: name.text, value: tokens.integerOrAny() };
    case 'sack':
      return { kind: 'sack', blocks: parseBlocks(tokens) };
    case 'TS':
      return parseTimestamps(tokens);
    case 'hex':
      return { kind: 'hex', octets: tokens.hex() };
    default:
      return tokens.refuse(`a TCP option that this runner knows, not '${name.text}',`);
  }
}

function parseBlocks(tokens: TokenStream): SackBlock[] {
  const blocks: SackBlock[] = [];
  while (tokens.is('integer')) {
    const left = tokens.integer();
    tokens.symbol(':');
    blocks.push({ left: left >>> 0, right: tokens.integer() >>> 0 });
  }
  return blocks;
}

function parseTimestamps(tokens: TokenStream): TcpOption {
  const val = tokens.accept('word', 'val') ? tokens.integerOrAny() : undefined;
  tokens.expect('word', 'ecr');
  return { kind: 'TS', val, ecr: tokens.integerOrAny() };
}
