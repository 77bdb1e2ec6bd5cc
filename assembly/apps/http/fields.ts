// The fields of a request that this server obeys: Host, Content-Length, Transfer-Encoding, Connection, Expect. All
// others are read over.

import { appendToToken, clearToken, Exchange, fail, is, Reading, Seen, tokenAt, TOKEN_OCTETS } from "./exchange";
import { isBlank, isTokenOctet, lowerCase, Octet } from "./octets";

namespace Field {
  export const OTHER: u8 = 0;
  export const HOST: u8 = 1;
  export const CONTENT_LENGTH: u8 = 2;
  export const TRANSFER_ENCODING: u8 = 3;
  export const CONNECTION: u8 = 4;
  export const EXPECT: u8 = 5;
}

/** A blank within or before a name is an error, and so is a line folded the old way (RFC 9112 sections 5.1 and 5.2). */
export function inFieldName(exchange: Exchange, octet: u32): void {
  if (octet != Octet.COLON) {
    if (isTokenOctet(octet)) appendToToken(exchange, lowerCase(octet));
    else fail(exchange, 400);
    return;
  }
  if (exchange.tokenOctets == 0) return fail(exchange, 400);
  exchange.field = exchange.has(Seen.TRAILER) ? Field.OTHER : fieldNamed(exchange);
  exchange.reading = Reading.VALUE;
  clearToken(exchange);
}

function fieldNamed(exchange: Exchange): u8 {
  if (is(exchange, "host")) return Field.HOST;
  if (is(exchange, "content-length")) return Field.CONTENT_LENGTH;
  if (is(exchange, "transfer-encoding")) return Field.TRANSFER_ENCODING;
  if (is(exchange, "connection")) return Field.CONNECTION;
  return is(exchange, "expect") ? Field.EXPECT : Field.OTHER;
}

export function inFieldValue(exchange: Exchange, octet: u32): void {
  switch (exchange.field) {
    case Field.OTHER:
    case Field.HOST:
      break;
    case Field.CONTENT_LENGTH:
      if (exchange.tokenOctets != 0 || !isBlank(octet)) appendToToken(exchange, octet);
      break;
    case Field.TRANSFER_ENCODING:
    case Field.CONNECTION:
    case Field.EXPECT:
      if (octet == Octet.COMMA || isBlank(octet)) itemEnds(exchange);
      else appendToToken(exchange, lowerCase(octet));
      break;
    default:
      unreachable(); // fieldNamed() knows no other
  }
}

export function fieldEnds(exchange: Exchange): void {
  switch (exchange.field) {
    case Field.OTHER:
      break;
    case Field.HOST:
      if (exchange.hosts < 2) exchange.hosts += 1;
      break;
    case Field.CONTENT_LENGTH:
      contentLengthEnds(exchange);
      break;
    case Field.TRANSFER_ENCODING:
    case Field.CONNECTION:
    case Field.EXPECT:
      itemEnds(exchange);
      break;
    default:
      unreachable(); // fieldNamed() knows no other
  }
}

// One item of a list. An empty one is nothing (RFC 9110 section 5.6.1).
function itemEnds(exchange: Exchange): void {
  if (exchange.tokenOctets == 0) return;
  if (exchange.field == Field.TRANSFER_ENCODING) {
    // Nothing may follow "chunked" (RFC 9112 section 6.1), and no other coding is known here.
    if (exchange.has(Seen.CHUNKED)) fail(exchange, 400);
    else if (is(exchange, "chunked")) exchange.set(Seen.CHUNKED);
    else fail(exchange, 501);
  } else if (exchange.field == Field.CONNECTION) {
    if (is(exchange, "close")) exchange.set(Seen.CLOSE);
    if (is(exchange, "keep-alive")) exchange.set(Seen.KEEP_ALIVE);
  } else if (is(exchange, "100-continue")) {
    exchange.set(Seen.CONTINUE);
  }
  clearToken(exchange);
}

// A body may have 2^31 - 1 octets. A second field must say the same again (RFC 9112 section 6.3).
function contentLengthEnds(exchange: Exchange): void {
  const at = tokenAt(exchange);
  let octets: u32 = exchange.tokenOctets;
  if (octets > TOKEN_OCTETS) return fail(exchange, 413);
  while (octets > 0 && isBlank(load<u8>(at + octets - 1))) octets -= 1;
  if (octets == 0) return fail(exchange, 400);
  let value: u64 = 0;
  for (let i: u32 = 0; i < octets; i++) {
    const digit = <u32>load<u8>(at + i) - Octet.ZERO;
    if (digit > 9) return fail(exchange, 400);
    if (value <= <u64>i32.MAX_VALUE) value = value * 10 + digit;
  }
  if (value > <u64>i32.MAX_VALUE) return fail(exchange, 413);
  if (exchange.has(Seen.LENGTH) && exchange.left != <u32>value) return fail(exchange, 400);
  exchange.set(Seen.LENGTH);
  exchange.left = <u32>value;
}
