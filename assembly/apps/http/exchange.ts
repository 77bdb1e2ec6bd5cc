// One connection of the HTTP server: the request being read, the answer being written, and where each of them stands.
//
//   0 handle i32      | 4 since u32                | 8 length u32                | 12 left u32
//  16 row u16         | 18 status u16              | 20 headOctets u16           | 22 flags u16
//  24 piece u8        | 25 phase u8 | 26 reading u8 | 27 method u8 | 28 resource u8 | 29 field u8
//  30 tokenOctets u8  | 31 hosts u8                | 32 token: 24 octets

import { CONNECTIONS } from "../../sizes";
import { close } from "../../tcp/user-calls/close";

/** What a connection is at. */
export namespace Phase {
  export const FREE: u8 = 0;
  export const REQUEST: u8 = 1; // a request head is being read, or awaited
  export const CONTINUE: u8 = 2; // 100 Continue is being written
  export const HEAD: u8 = 3; // the head of the answer is being written
  export const BODY: u8 = 4; // its body; that of the request may be arriving still
  export const END: u8 = 5; // the answer is in the ring
  export const CLOSING: u8 = 6; // FIN is queued; what the peer goes on sending is thrown away
}

/** Where reading stands within a request (RFC 9112 sections 2.1, 3, 5 and 7.1). */
export namespace Reading {
  export const START: u8 = 0; // between requests: empty lines are skipped
  export const METHOD: u8 = 1;
  export const TARGET: u8 = 2;
  export const AUTHORITY: u8 = 3; // of an absolute target: skipped
  export const QUERY: u8 = 4; // skipped
  export const VERSION: u8 = 5;
  export const NAME: u8 = 6; // a field's name, or the empty line
  export const VALUE: u8 = 7;
  export const HEAD_READ: u8 = 8;
  export const CHUNK_SIZE: u8 = 9;
  export const CHUNK_EXTENSION: u8 = 10; // skipped
  export const CHUNK_DATA: u8 = 11;
  export const CHUNK_END: u8 = 12; // the CRLF behind the data
  export const BODY_READ: u8 = 13;
}

export namespace Method {
  export const OTHER: u8 = 0;
  export const GET: u8 = 1;
  export const HEAD: u8 = 2;
  export const POST: u8 = 3;
  export const KNOWN: u8 = 4; // to HTTP, and to no resource here
}

export namespace Resource {
  export const NONE: u8 = 0;
  export const PAGE: u8 = 1;
  export const NETSTAT: u8 = 2;
  export const BYTES: u8 = 3;
  export const ECHO: u8 = 4;
}

/** What has been seen of the request, and settled of the answer. */
export namespace Seen {
  export const HTTP_1_1: u16 = 1; // or a later minor version
  export const CLOSE: u16 = 2; // the connection ends behind this answer
  export const KEEP_ALIVE: u16 = 4; // asked for by a client of HTTP/1.0
  export const LENGTH: u16 = 8; // Content-Length
  export const CHUNKED: u16 = 16; // the request's body comes in chunks
  export const CONTINUE: u16 = 32; // Expect: 100-continue
  export const CARRIAGE_RETURN: u16 = 64; // the octet before was a CR
  export const TRAILER: u16 = 128; // fields behind a chunked body
  export const ANSWER_CHUNKED: u16 = 256; // the answer's body goes in chunks
  export const SEPARATE: u16 = 512; // a row stands before this one
  export const ANSWERED: u16 = 1024; // the connection has had an answer: it is being kept alive
  export const MOVED: u16 = 2048; // octets of a body have moved in this turn
}

/** Octets of the longest word that means anything here: "/bytes/2147483647" has 17. */
export const TOKEN_OCTETS: u32 = 24;


@unmanaged
export class Exchange {
  /** 0: no connection. */
  handle: i32;
  /** When it last moved, ms. */
  since: u32;
  /** Octets of the answer's body, where they are known beforehand. */
  length: u32;
  /** Octets still to come: of the request's body or of its chunk; of /bytes/N, which goes the other way. */
  left: u32;
  /** The next row of the piece of a document that is being written. */
  row: u16;
  /** 0 until something has been decided. */
  status: u16;
  headOctets: u16;
  flags: u16;
  /** The piece of a document that is being written. */
  piece: u8;
  phase: u8;
  reading: u8;
  method: u8;
  resource: u8;
  field: u8;
  /** Above TOKEN_OCTETS: too long to mean anything. */
  tokenOctets: u8;
  /** Host fields. */
  hosts: u8;
  /** The word being read. */
  token0: u64;
  token1: u64;
  token2: u64;

  // @ts-ignore: decorator
  @inline has(flag: u16): bool {
    return (this.flags & flag) != 0;
  }

  // @ts-ignore: decorator
  @inline set(flag: u16): void {
    this.flags |= flag;
  }

  // @ts-ignore: decorator
  @inline unset(flag: u16): void {
    this.flags &= ~flag;
  }
}

const EXCHANGES: usize = memory.data(CONNECTIONS * <i32>offsetof<Exchange>(), 8);

export function exchangeAt(index: i32): Exchange {
  return changetype<Exchange>(EXCHANGES + <usize>index * offsetof<Exchange>());
}

/** A connection has been accepted. */
export function take(exchange: Exchange, handle: i32, now: u32): void {
  exchange.handle = handle;
  exchange.since = now;
  exchange.flags = 0;
  awaitRequest(exchange);
}

/** Ready for the next request: of the connection's past only that it had an answer is remembered. */
export function awaitRequest(exchange: Exchange): void {
  exchange.phase = Phase.REQUEST;
  exchange.reading = Reading.START;
  exchange.flags &= Seen.ANSWERED;
  exchange.status = 0;
  exchange.headOctets = 0;
  exchange.length = 0;
  exchange.left = 0;
  exchange.piece = 0;
  exchange.row = 0;
  exchange.method = Method.OTHER;
  exchange.resource = Resource.NONE;
  exchange.hosts = 0;
  clearToken(exchange);
}

/** Lets the connection go; TCP delivers what is queued. */
export function release(exchange: Exchange): void {
  close(exchange.handle);
  forget(exchange);
}

/** The connection no longer exists. */
export function forget(exchange: Exchange): void {
  exchange.handle = 0;
  exchange.phase = Phase.FREE;
}

export function clearToken(exchange: Exchange): void {
  exchange.tokenOctets = 0;
  exchange.token0 = 0;
  exchange.token1 = 0;
  exchange.token2 = 0;
}

export function appendToToken(exchange: Exchange, octet: u32): void {
  if (exchange.tokenOctets > TOKEN_OCTETS) return;
  if (exchange.tokenOctets < TOKEN_OCTETS) store<u8>(tokenAt(exchange) + exchange.tokenOctets, octet);
  exchange.tokenOctets += 1;
}

export function tokenAt(exchange: Exchange): usize {
  return changetype<usize>(exchange) + offsetof<Exchange>("token0");
}

/** Whether the word is this text, of less than 24 octets. No octet of a word is zero, so equal words have equal lengths. */
export function is(exchange: Exchange, octets0: u64, octets1: u64 = 0, octets2: u64 = 0): bool {
  return exchange.token0 == octets0 && exchange.token1 == octets1 && exchange.token2 == octets2;
}

/** Whether the word begins with this text, of at most eight octets. */
export function begins(exchange: Exchange, octets: u64): bool {
  return (exchange.token0 & (u64.MAX_VALUE >> (clz(octets) & ~7))) == octets;
}

/** The request cannot be understood: where it ends and the next begins cannot be told, so the connection ends, too. */
export function fail(exchange: Exchange, status: u16): void {
  exchange.status = status;
  exchange.set(Seen.CLOSE);
  exchange.reading = Reading.HEAD_READ;
}
