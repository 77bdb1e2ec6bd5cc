// Echo beside the core: what comes to TCP port 7 or UDP port 7 goes back where it came from (RFC 862).

import { Fault, ListenFlag, Option } from "../numbers";
import { CONNECTIONS, UDP } from "../sizes";
import { stack } from "../stack";
import { close } from "../tcp/user-calls/close";
import { accept, listen } from "../tcp/user-calls/open";
import { receive, receiveAt, receiveReady } from "../tcp/user-calls/receive";
import { send, sendAt, sendRoom } from "../tcp/user-calls/send";
import { option } from "../tcp/user-calls/option";
import { echoDatagrams, openDatagrams } from "./echo/datagrams";
import { isListening } from "./listening";

export * from "../index";
export { build, buildOctets, name, nameOctets } from "./board";

const PORT: i32 = 7;
/** ms between attempts while every listener is taken. */
const LISTEN_AGAIN_MS: i32 = 1000;

/** ms of silence after which a peer is asked whether it still exists: a board has few connections to lose to dead ones. */
const PROBE_AFTER_MS: i32 = 60000;


@unmanaged
class Server {
  listener: i32;
}

const server: Server = changetype<Server>(memory.data(offsetof<Server>(), 4));
/** The connections' handles; 0: none. */
const HANDLES: usize = memory.data(CONNECTIONS * 4, 4);

/** The server's turn: ms until it wants another, -1: after the next event. */
export function application(now: u32): i32 {
  stack.now = now; // the calls below are made at this time
  if (!isListening(server.listener, PORT)) restart();
  if (server.listener < 0) return LISTEN_AGAIN_MS;
  let wait: i32 = -1;
  for (let i = 0; i < CONNECTIONS; i++) {
    const at = HANDLES + ((<usize>i) << 2);
    if (load<i32>(at) != 0 || accepts(at)) serve(at);
    if (load<i32>(at) != 0) wait = PROBE_AFTER_MS; // a connection may end by a timer, which is no event
  }
  if (UDP) echoDatagrams();
  return wait;
}

// start() has forgotten every handle.
function restart(): void {
  memory.fill(HANDLES, 0, CONNECTIONS * 4);
  server.listener = listen(0, PORT, CONNECTIONS, ListenFlag.REUSE_ADDRESS, 0, 0);
  if (UDP) openDatagrams(PORT);
}

function accepts(at: usize): bool {
  const handle = accept(server.listener);
  if (handle == Fault.AGAIN) return false;
  assert(handle > 0);
  option(handle, Option.NODELAY, 1); // an echo that waits is none
  option(handle, Option.KEEPALIVE_IDLE, PROBE_AFTER_MS);
  option(handle, Option.KEEPALIVE, 1);
  store<i32>(at, handle);
  return true;
}

// Moves octets from ring to ring until one of them is at its end: the peer's FIN or fault lets the connection go, and
// what has been echoed until then is still delivered.
function serve(at: usize): void {
  const handle = load<i32>(at);
  while (true) {
    const ready = receiveReady(handle);
    if (ready == Fault.AGAIN) return;
    const room = ready > 0 ? sendRoom(handle) : -1;
    if (room == 0) return;
    if (room < 0) break;
    const part = min(ready, room);
    memory.copy(<usize>sendAt(handle), <usize>receiveAt(handle), part);
    receive(handle, part);
    send(handle, part, 0);
  }
  close(handle);
  store<i32>(at, 0);
}
