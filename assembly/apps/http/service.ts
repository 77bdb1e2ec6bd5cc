// The turn of one connection: as far as its octets, its ring and its time allow.

import { Fault, State } from "../../numbers";
import { receive, receiveReady, receiveAt } from "../../tcp/user-calls/receive";
import { shutdown } from "../../tcp/user-calls/close";
import { status } from "../../tcp/user-calls/status";
import { cutOff, sendBody, sendContinue, sendHead } from "./answer";
import { awaitRequest, Exchange, fail, Phase, Reading, release, Resource, Seen } from "./exchange";
import { judge } from "./judgement";
import { readHeadOctet } from "./request-head";

/** ms that a connection is kept without a request, and that a request's head may take from its first octet. */
const REQUEST_MS: u32 = 30000;
/** ms that an answer, or the body it echoes, may stand still: some way above the pauses of a line that recovers. */
const STILL_MS: u32 = 120000;
/**
 * ms in which what the peer goes on sending behind the last answer is read, so that no RST overtakes that answer, and in
 * which its FIN is awaited.
 */
const CLOSING_MS: u32 = 30000;
/** ms of idleness after which a connection yields when another waits: the next request may be under way already. */
const YIELD_MS: u32 = 500;
/** The same for a connection whose peer has got everything and does not close. */
const YIELD_CLOSING_MS: u32 = 2000;
/** The same for one that has not had its first answer: the request comes behind the handshake, on a slow line. */
const YIELD_FIRST_MS: u32 = 5000;

/** Serves a connection; ms until it has something to do even without an event. */
export function serve(exchange: Exchange, now: u32): i32 {
  while (goesOn(exchange, now)) {}
  if (exchange.has(Seen.MOVED)) {
    exchange.unset(Seen.MOVED);
    exchange.since = now;
  }
  if (exchange.phase == Phase.FREE) return -1;
  const limit = limitOf(exchange);
  const elapsed = now - exchange.since;
  if (elapsed < limit) return <i32>(limit - elapsed);
  expire(exchange, now);
  return 0;
}

/** ms for which a connection may still be kept although another waits; -1: it is busy. */
export function yieldsIn(exchange: Exchange, now: u32): i32 {
  const isIdle = exchange.phase == Phase.REQUEST && exchange.reading == Reading.START;
  if (!isIdle && exchange.phase != Phase.CLOSING) return -1;
  const kept = exchange.has(Seen.ANSWERED) ? YIELD_MS : YIELD_FIRST_MS;
  const limit = isIdle ? kept : YIELD_CLOSING_MS;
  return <i32>(limit - min(now - exchange.since, limit));
}

/** Resets a connection that has been closed, if the peer has got everything and only its FIN has not come. */
export function abandons(exchange: Exchange): bool {
  if (status(exchange.handle) != State.FIN_WAIT_2) return false;
  cutOff(exchange);
  return true;
}

/** Ends a connection behind what it has been sent. */
export function finish(exchange: Exchange, now: u32): void {
  shutdown(exchange.handle);
  exchange.phase = Phase.CLOSING;
  exchange.since = now;
}

function goesOn(exchange: Exchange, now: u32): bool {
  switch (exchange.phase) {
    case Phase.FREE:
      return false;
    case Phase.REQUEST:
      return readHead(exchange, now);
    case Phase.CONTINUE:
      return sendContinue(exchange);
    case Phase.HEAD:
      return sendHead(exchange);
    case Phase.BODY:
      return sendBody(exchange);
    case Phase.END:
      endAnswer(exchange, now);
      return true;
    case Phase.CLOSING:
      return drain(exchange);
    default:
      return unreachable(); // there are no other phases
  }
}

function readHead(exchange: Exchange, now: u32): bool {
  while (exchange.reading != Reading.HEAD_READ) {
    const ready = receiveReady(exchange.handle);
    if (ready == Fault.AGAIN) return false;
    if (ready < 0 || (ready == 0 && exchange.reading == Reading.START)) {
      release(exchange);
      return false;
    }
    if (exchange.reading == Reading.START) exchange.since = now;
    if (ready == 0)
      fail(exchange, 400); // the peer closed in the middle
    else readOctets(exchange, <u32>ready);
  }
  judge(exchange);
  exchange.phase = awaitsContinue(exchange) ? Phase.CONTINUE : Phase.HEAD;
  exchange.since = now;
  return true;
}

function readOctets(exchange: Exchange, ready: u32): void {
  const at = <usize>receiveAt(exchange.handle);
  let read: u32 = 0;
  while (read < ready && exchange.reading != Reading.HEAD_READ) {
    readHeadOctet(exchange, load<u8>(at + read));
    read += 1;
  }
  receive(exchange.handle, read);
}

function awaitsContinue(exchange: Exchange): bool {
  if (exchange.status != 200 || exchange.resource != Resource.ECHO) return false;
  const hasBody = exchange.left != 0 || exchange.has(Seen.CHUNKED);
  return hasBody && exchange.has(Seen.CONTINUE) && exchange.has(Seen.HTTP_1_1);
}

function endAnswer(exchange: Exchange, now: u32): void {
  if (exchange.has(Seen.CLOSE)) return finish(exchange, now);
  exchange.set(Seen.ANSWERED);
  awaitRequest(exchange);
  exchange.since = now;
}

// Behind the last answer: a close() with text unread would send a RST, which might overtake that answer.
function drain(exchange: Exchange): bool {
  const ready = receiveReady(exchange.handle);
  if (ready == Fault.AGAIN) return false;
  if (ready > 0) {
    receive(exchange.handle, ready);
    return true;
  }
  release(exchange);
  return false;
}

function limitOf(exchange: Exchange): u32 {
  switch (exchange.phase) {
    case Phase.REQUEST:
      return REQUEST_MS;
    case Phase.CONTINUE:
    case Phase.HEAD:
    case Phase.BODY:
      return STILL_MS;
    case Phase.CLOSING:
      return CLOSING_MS;
    default:
      return unreachable(); // a free one has no limit, and an answer that has ended does not stay so
  }
}

function expire(exchange: Exchange, now: u32): void {
  switch (exchange.phase) {
    case Phase.REQUEST:
      if (exchange.reading == Reading.START) return finish(exchange, now);
      fail(exchange, 408);
      break; // the turn that follows answers
    case Phase.CONTINUE:
    case Phase.HEAD:
    case Phase.BODY:
      cutOff(exchange);
      break;
    case Phase.CLOSING:
      release(exchange);
      break;
    default:
      unreachable(); // see limitOf()
  }
}
