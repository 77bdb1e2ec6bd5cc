// The head of a request, read octet by octet as it comes, in any fragmentation. Of all the words in it only the one
// being read is kept, up to 24 octets; a longer one means nothing here, and only its octets are counted.

import {
  appendToToken,
  begins,
  clearToken,
  Exchange,
  fail,
  is,
  Method,
  Reading,
  Resource,
  Seen,
  tokenAt,
} from "./exchange";
import { fieldEnds, inFieldName, inFieldValue } from "./fields";
import { isTokenOctet, Octet } from "./octets";

/** Octets of a request line and its fields together: more than browsers send, as little as common servers take. */
const HEAD_OCTETS_MAX: u16 = 8192;
/** "/bytes/" */
const BYTES_PREFIX: u32 = 7;
/** Digits of 2^31 - 1. */
const BYTES_DIGITS: u32 = 10;
/** "HTTP/1.1" */
const VERSION_OCTETS: u32 = 8;

/** Takes one octet of the head, or of a chunked body's trailer. */
export function readHeadOctet(exchange: Exchange, octet: u32): void {
  exchange.headOctets += 1;
  if (exchange.headOctets > HEAD_OCTETS_MAX) return fail(exchange, exchange.reading < Reading.NAME ? 414 : 431);
  if (exchange.has(Seen.CARRIAGE_RETURN)) {
    exchange.unset(Seen.CARRIAGE_RETURN);
    if (octet != Octet.LF) return fail(exchange, 400); // a CR stands only before a LF (RFC 9112 section 2.2)
  }
  if (octet == Octet.CR) return exchange.set(Seen.CARRIAGE_RETURN);
  if (octet == Octet.LF) return endLine(exchange); // also without a CR before it, as RFC 9112 section 2.2 allows
  if (octet == Octet.DELETE || (octet < Octet.SPACE && octet != Octet.HTAB)) return fail(exchange, 400);
  inLine(exchange, octet);
}

function inLine(exchange: Exchange, octet: u32): void {
  switch (exchange.reading) {
    case Reading.START:
      exchange.reading = Reading.METHOD;
      inMethod(exchange, octet);
      break;
    case Reading.METHOD:
      inMethod(exchange, octet);
      break;
    case Reading.TARGET:
      inTarget(exchange, octet);
      break;
    case Reading.AUTHORITY:
      inAuthority(exchange, octet);
      break;
    case Reading.QUERY:
      if (octet == Octet.SPACE) endTarget(exchange);
      break;
    case Reading.VERSION:
      appendToToken(exchange, octet);
      break;
    case Reading.NAME:
      inFieldName(exchange, octet);
      break;
    case Reading.VALUE:
      inFieldValue(exchange, octet);
      break;
    default:
      unreachable(); // a head that is read takes no more octets
  }
}

function endLine(exchange: Exchange): void {
  switch (exchange.reading) {
    case Reading.START:
      break; // an empty line before a request (RFC 9112 section 2.2)
    case Reading.METHOD:
    case Reading.TARGET:
    case Reading.AUTHORITY:
    case Reading.QUERY:
      fail(exchange, 400); // HTTP/0.9 is not spoken here
      break;
    case Reading.VERSION:
      endVersion(exchange);
      break;
    case Reading.NAME:
      if (exchange.tokenOctets != 0) fail(exchange, 400);
      else exchange.reading = exchange.has(Seen.TRAILER) ? Reading.BODY_READ : Reading.HEAD_READ;
      break;
    case Reading.VALUE:
      exchange.reading = Reading.NAME;
      fieldEnds(exchange);
      clearToken(exchange);
      break;
    default:
      unreachable(); // a head that is read takes no more octets
  }
}

function inMethod(exchange: Exchange, octet: u32): void {
  if (octet != Octet.SPACE) {
    if (isTokenOctet(octet)) appendToToken(exchange, octet);
    else fail(exchange, 400);
    return;
  }
  if (exchange.tokenOctets == 0) return fail(exchange, 400);
  exchange.method = methodNamed(exchange);
  exchange.reading = Reading.TARGET;
  clearToken(exchange);
}

function methodNamed(exchange: Exchange): u8 {
  if (is(exchange, "GET")) return Method.GET;
  if (is(exchange, "HEAD")) return Method.HEAD;
  if (is(exchange, "POST")) return Method.POST;
  if (is(exchange, "PUT") || is(exchange, "DELETE") || is(exchange, "CONNECT")) return Method.KNOWN;
  if (is(exchange, "OPTIONS") || is(exchange, "TRACE") || is(exchange, "PATCH")) return Method.KNOWN;
  return Method.OTHER;
}

function inTarget(exchange: Exchange, octet: u32): void {
  if (octet == Octet.SPACE) return endTarget(exchange);
  if (octet == Octet.QUESTION_MARK || octet == Octet.HASH) {
    exchange.reading = Reading.QUERY;
    return;
  }
  appendToToken(exchange, octet);
  if (is(exchange, "http://")) exchange.reading = Reading.AUTHORITY; // the absolute form (RFC 9112 section 3.2.2)
}

// An absolute target's authority is skipped: whatever the name, it led here.
function inAuthority(exchange: Exchange, octet: u32): void {
  const ends = octet == Octet.SLASH || octet == Octet.SPACE || octet == Octet.QUESTION_MARK || octet == Octet.HASH;
  if (!ends) return;
  clearToken(exchange);
  appendToToken(exchange, Octet.SLASH);
  exchange.reading = Reading.TARGET;
  if (octet != Octet.SLASH) inTarget(exchange, octet);
}

function endTarget(exchange: Exchange): void {
  if (exchange.tokenOctets == 0) return fail(exchange, 400);
  exchange.resource = resourceNamed(exchange);
  exchange.reading = Reading.VERSION;
  clearToken(exchange);
}

function resourceNamed(exchange: Exchange): u8 {
  if (is(exchange, "/")) return Resource.PAGE;
  if (is(exchange, "/netstat.json")) return Resource.NETSTAT;
  if (is(exchange, "/echo")) return Resource.ECHO;
  return isBytes(exchange) ? Resource.BYTES : Resource.NONE;
}

// "/bytes/N", N from 0 to 2^31 - 1.
function isBytes(exchange: Exchange): bool {
  const octets: u32 = exchange.tokenOctets;
  if (!begins(exchange, "/bytes/") || octets == BYTES_PREFIX || octets > BYTES_PREFIX + BYTES_DIGITS) return false;
  let value: u64 = 0;
  for (let i = BYTES_PREFIX; i < octets; i++) {
    const digit = <u32>load<u8>(tokenAt(exchange) + i) - Octet.ZERO;
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  if (value > <u64>i32.MAX_VALUE) return false;
  exchange.length = <u32>value;
  return true;
}

function endVersion(exchange: Exchange): void {
  const at = tokenAt(exchange);
  const major = <u32>load<u8>(at, 5) - Octet.ZERO;
  const minor = <u32>load<u8>(at, 7) - Octet.ZERO;
  const isVersion =
    exchange.tokenOctets == VERSION_OCTETS &&
    begins(exchange, "HTTP/") &&
    load<u8>(at, 6) == Octet.DOT &&
    major < 10 &&
    minor < 10;
  if (!isVersion) return fail(exchange, 400);
  if (major != 1) return fail(exchange, 505);
  if (minor != 0) exchange.set(Seen.HTTP_1_1);
  exchange.reading = Reading.NAME;
  clearToken(exchange);
}
