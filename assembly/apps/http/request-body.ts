// The body of a request: so many octets, or chunks (RFC 9112 sections 6 and 7.1). It is read where it lies, in the
// receive ring; only what frames it is taken away here.

import { Fault } from "../../numbers";
import { receive, receiveAt, receiveReady } from "../../tcp/user-calls/receive";
import { clearToken, Exchange, fail, Reading, Seen } from "./exchange";
import { hexadecimalValue, isBlank, Octet } from "./octets";
import { readHeadOctet } from "./request-head";

/** The most that another digit may be put behind, so that a chunk has less than 2^31 octets. */
const CHUNK_MAX: u32 = 0x07ffffff;
/** Octets of the line with a chunk's size: nobody sends extensions, but they are to be skipped. */
const CHUNK_LINE_MAX: u16 = 1024;

/** The head is read and its body is wanted: how that is framed. */
export function startBody(exchange: Exchange): void {
  exchange.headOctets = 0;
  if (exchange.has(Seen.CHUNKED)) exchange.reading = Reading.CHUNK_SIZE;
  else exchange.reading = exchange.left != 0 ? Reading.CHUNK_DATA : Reading.BODY_READ;
  exchange.tokenOctets = 0;
}

/**
 * Octets of the body readable at receiveAt(): 0 behind the last, AGAIN when there are none yet, another fault when there
 * will be none. A body that ends too early and one that is framed badly are faults like a reset.
 */
export function bodyReady(exchange: Exchange): i32 {
  while (exchange.reading != Reading.BODY_READ) {
    const ready = receiveReady(exchange.handle);
    if (ready <= 0) return ready == 0 ? Fault.RESET : ready;
    if (exchange.reading == Reading.CHUNK_DATA) return <i32>min(<u32>ready, exchange.left);
    const octet: u32 = load<u8>(<usize>receiveAt(exchange.handle));
    receive(exchange.handle, 1);
    inFraming(exchange, octet);
    if (exchange.status >= 400) return Fault.RESET;
  }
  return 0;
}

/** Octets of the body have been used. */
export function consumeBody(exchange: Exchange, length: u32): void {
  receive(exchange.handle, length);
  exchange.left -= length;
  if (exchange.left != 0) return;
  exchange.reading = exchange.has(Seen.CHUNKED) ? Reading.CHUNK_END : Reading.BODY_READ;
}

function inFraming(exchange: Exchange, octet: u32): void {
  switch (exchange.reading) {
    case Reading.CHUNK_SIZE:
    case Reading.CHUNK_EXTENSION:
      inChunkLine(exchange, octet);
      break;
    case Reading.CHUNK_END:
      inChunkEnd(exchange, octet);
      break;
    case Reading.NAME:
    case Reading.VALUE:
      readHeadOctet(exchange, octet);
      break;
    default:
      unreachable(); // everything else is read before the body, or is the body
  }
}

// The size in hexadecimal and perhaps extensions, which are skipped.
function inChunkLine(exchange: Exchange, octet: u32): void {
  exchange.headOctets += 1;
  if (exchange.headOctets > CHUNK_LINE_MAX) return fail(exchange, 431);
  if (exchange.has(Seen.CARRIAGE_RETURN)) {
    exchange.unset(Seen.CARRIAGE_RETURN);
    if (octet != Octet.LF) return fail(exchange, 400);
  }
  if (octet == Octet.CR) return exchange.set(Seen.CARRIAGE_RETURN);
  if (octet == Octet.LF) return endChunkLine(exchange);
  if (exchange.reading == Reading.CHUNK_SIZE) inChunkSize(exchange, octet);
}

function inChunkSize(exchange: Exchange, octet: u32): void {
  const digit = hexadecimalValue(octet);
  if (digit < 0) {
    if (octet != Octet.SEMICOLON && !isBlank(octet)) return fail(exchange, 400);
    exchange.reading = Reading.CHUNK_EXTENSION;
    return;
  }
  if (exchange.left > CHUNK_MAX) return fail(exchange, 413);
  exchange.left = (exchange.left << 4) | digit;
  exchange.tokenOctets = 1;
}

function endChunkLine(exchange: Exchange): void {
  if (exchange.tokenOctets == 0) return fail(exchange, 400); // no digit
  exchange.headOctets = 0;
  clearToken(exchange);
  if (exchange.left != 0) {
    exchange.reading = Reading.CHUNK_DATA;
    return;
  }
  exchange.set(Seen.TRAILER);
  exchange.reading = Reading.NAME;
}

function inChunkEnd(exchange: Exchange, octet: u32): void {
  if (octet == Octet.CR && !exchange.has(Seen.CARRIAGE_RETURN)) return exchange.set(Seen.CARRIAGE_RETURN);
  exchange.unset(Seen.CARRIAGE_RETURN);
  if (octet != Octet.LF) return fail(exchange, 400);
  exchange.reading = Reading.CHUNK_SIZE;
}
