// Writes an answer into the send ring, as far as that has room. Each step tells whether to go on: if not, the ring is
// full, the request's body has not come yet, or the connection is gone.

import { Fault } from "../../numbers";
import { abort } from "../../tcp/user-calls/abort";
import { receiveAt } from "../../tcp/user-calls/receive";
import { send, sendAt, sendRoom } from "../../tcp/user-calls/send";
import { begin, copy, end, hexadecimal, measure, measured, ringRoom, text } from "../writer";
import { Next } from "./document";
import { Exchange, forget, Method, Phase, release, Resource, Seen } from "./exchange";
import { writeNetstat } from "./netstat";
import { writePage } from "./page";
import { fill } from "./pattern";
import { bodyReady, consumeBody, startBody } from "./request-body";
import { writeContinue, writeHead } from "./response-head";
import { writeErrorPage } from "./status";

/** Octets around a chunk: its size in up to six digits, and two line ends. */
const CHUNK_FRAME: u32 = 10;
/** "0", and two line ends. */
const LAST_CHUNK: u32 = 5;
/** Octets of an echo that are worth a chunk of their own while more are waiting. */
const CHUNK_WORTH: u32 = 64;

/** 100 Continue: the client waits for it before it sends the body. */
export function sendContinue(exchange: Exchange): bool {
  if (emit(exchange, false) == WAITING) return false;
  exchange.phase = Phase.HEAD;
  return true;
}

export function sendHead(exchange: Exchange): bool {
  if (emit(exchange, false) == WAITING) return false;
  exchange.phase = exchange.method == Method.HEAD ? Phase.END : Phase.BODY;
  if (exchange.status == 200 && exchange.resource == Resource.ECHO) startBody(exchange);
  return true;
}

export function sendBody(exchange: Exchange): bool {
  if (exchange.status != 200) return sendErrorPage(exchange);
  switch (exchange.resource) {
    case Resource.PAGE:
    case Resource.NETSTAT:
      return sendDocument(exchange);
    case Resource.BYTES:
      return sendBytes(exchange);
    case Resource.ECHO:
      return sendEcho(exchange);
    default:
      return unreachable(); // a resource that is none was answered by 404
  }
}

function sendErrorPage(exchange: Exchange): bool {
  if (emit(exchange, false) == WAITING) return false;
  exchange.phase = Phase.END;
  return true;
}

function sendDocument(exchange: Exchange): bool {
  const isChunked = exchange.has(Seen.ANSWER_CHUNKED);
  const next = emit(exchange, isChunked);
  switch (next) {
    case Next.ROW:
      exchange.row += 1;
      return true;
    case Next.PIECE:
      exchange.piece += 1;
      exchange.row = 0;
      exchange.unset(Seen.SEPARATE);
      return true;
    case Next.END:
      return !isChunked || hasRoom(exchange, LAST_CHUNK) ? endBody(exchange) : false;
    default:
      return false; // no room
  }
}

function sendBytes(exchange: Exchange): bool {
  if (exchange.left == 0) {
    exchange.phase = Phase.END;
    return true;
  }
  const room = sendRoom(exchange.handle);
  if (room < 0) release(exchange);
  if (room <= 0) return false;
  const part = min(exchange.left, <u32>room);
  fill(<usize>sendAt(exchange.handle), exchange.length - exchange.left, part);
  send(exchange.handle, part, 0);
  exchange.left -= part;
  exchange.set(Seen.MOVED);
  return true;
}

function sendEcho(exchange: Exchange): bool {
  const ready = bodyReady(exchange);
  const isChunked = exchange.has(Seen.ANSWER_CHUNKED);
  const frame: u32 = isChunked ? CHUNK_FRAME : 0;
  if (ready == 0) return !isChunked || hasRoom(exchange, LAST_CHUNK) ? endBody(exchange) : false;
  if (ready < 0) {
    if (ready != Fault.AGAIN) cutOff(exchange);
    return false;
  }
  const worth = isChunked ? min(CHUNK_WORTH, <u32>ready) : 1;
  if (!hasRoom(exchange, frame + worth)) return false;
  const part = min(<u32>ready, <u32>ringRoom(exchange.handle) - frame);
  begin(exchange.handle);
  if (isChunked) chunkHead(part);
  copy(<usize>receiveAt(exchange.handle), part);
  if (isChunked) text("\r\n");
  end();
  consumeBody(exchange, part);
  exchange.set(Seen.MOVED);
  return true;
}

function endBody(exchange: Exchange): bool {
  if (exchange.has(Seen.ANSWER_CHUNKED)) {
    begin(exchange.handle);
    text("0\r\n\r\n");
    end();
  }
  exchange.phase = Phase.END;
  return true;
}

/** The promised body cannot be had any more: a RST says that it is not complete. */
export function cutOff(exchange: Exchange): void {
  abort(exchange.handle);
  forget(exchange);
}

/** What emit() answers instead of a Next when nothing could be written. */
const WAITING: i32 = -1;

// One piece of the answer: measured, then written if there is room for all of it.
function emit(exchange: Exchange, isChunk: bool): i32 {
  measure();
  const next = compose(exchange);
  const length = measured();
  if (length == 0) return next;
  if (!hasRoom(exchange, isChunk ? length + CHUNK_FRAME : length)) return WAITING;
  begin(exchange.handle);
  if (isChunk) chunkHead(length);
  compose(exchange);
  if (isChunk) text("\r\n");
  end();
  exchange.set(Seen.MOVED);
  if (next == Next.ROW) exchange.set(Seen.SEPARATE);
  return next;
}

function chunkHead(length: u32): void {
  hexadecimal(length);
  text("\r\n");
}

function compose(exchange: Exchange): i32 {
  if (exchange.phase == Phase.CONTINUE) writeContinue();
  else if (exchange.phase == Phase.HEAD) writeHead(exchange);
  else if (exchange.status != 200) writeErrorPage(exchange.status);
  else if (exchange.resource == Resource.PAGE) return writePage(exchange.piece, exchange.row);
  else return writeNetstat(exchange.piece, exchange.row, exchange.has(Seen.SEPARATE));
  return Next.PIECE;
}

// Whether the ring has room for a piece. A connection that is gone has none, and is let go.
function hasRoom(exchange: Exchange, octets: u32): bool {
  const room = ringRoom(exchange.handle);
  if (room < 0) release(exchange);
  return room >= <i32>octets;
}
