// A web server beside the core: /, /netstat.json, /bytes/N and POST /echo over HTTP/1.1 on port 80, one exchange at a
// time for each connection.

import { Fault, ListenFlag, Option } from "../numbers";
import { CONNECTIONS } from "../sizes";
import { stack } from "../stack";
import { accept, listen } from "../tcp/user-calls/open";
import { option } from "../tcp/user-calls/option";
import { starved } from "../tcp/user-calls/status";
import { keepUptime, startUptime } from "./board";
import { Exchange, exchangeAt, forget, Phase, take } from "./http/exchange";
import { abandons, finish, serve, yieldsIn } from "./http/service";
import { isListening, sooner } from "./listening";

export * from "../index";
export { build, buildOctets, name, nameOctets } from "./board";

const PORT: i32 = 80;
/** ms between attempts while every listener is taken. */
const LISTEN_AGAIN_MS: i32 = 1000;
/** ms between turns at most: the uptime is counted in them, and `now` wraps after four times as many. */
const TURN_MS: i32 = 0x40000000;


@unmanaged
class Server {
  listener: i32;
}

const server: Server = changetype<Server>(memory.data(offsetof<Server>(), 4));

/** The server's turn: ms until it wants another. */
export function application(now: u32): i32 {
  stack.now = now; // the calls below are made at this time
  if (!isListening(server.listener, PORT)) restart(now);
  if (server.listener < 0) return LISTEN_AGAIN_MS;
  keepUptime(now);
  let wait = TURN_MS;
  for (let i = 0; i < CONNECTIONS; i++) {
    const exchange = exchangeAt(i);
    if (exchange.phase != Phase.FREE || accepts(exchange, now)) wait = sooner(wait, serve(exchange, now));
  }
  return starved() ? sooner(wait, yieldOne(now)) : wait;
}

// start() has forgotten the listener and every connection.
function restart(now: u32): void {
  startUptime(now);
  for (let i = 0; i < CONNECTIONS; i++) forget(exchangeAt(i));
  server.listener = listen(0, PORT, CONNECTIONS, ListenFlag.REUSE_ADDRESS, 0, 0);
}

function accepts(exchange: Exchange, now: u32): bool {
  const handle = accept(server.listener);
  if (handle == Fault.AGAIN) return false;
  assert(handle > 0);
  option(handle, Option.NODELAY, 1); // an answer is written in one go, and its end must not wait for an ACK
  take(exchange, handle, now);
  return true;
}

// A handshake waits for a free TCB: of the connections that are kept alive the one idle for longest gives way, unless
// another is ending already. Answers the ms until there may be more to do.
function yieldOne(now: u32): i32 {
  let wait: i32 = -1;
  let longest: i32 = -1;
  for (let i = 0; i < CONNECTIONS; i++) {
    const exchange = exchangeAt(i);
    const left = yieldsIn(exchange, now);
    if (exchange.phase == Phase.CLOSING) {
      if (left > 0) return left;
      if (abandons(exchange)) return -1;
      continue; // its answer has not been acknowledged
    }
    wait = sooner(wait, left);
    if (left == 0 && (longest < 0 || now - exchange.since > now - exchangeAt(longest).since)) longest = i;
  }
  if (longest < 0) return wait;
  finish(exchangeAt(longest), now);
  return 0;
}
