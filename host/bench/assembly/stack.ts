// The stack under the peer, in the few words that a program on a board has for it. With PEER_OWN they are calls of this
// project's ABI, made here as firmware makes them; otherwise another stack's own glue brings them along.

// @ts-ignore: top level decorators are not supported in TypeScript
@external("core", "start")
declare function coreStart(address: u32, a: u32, b: u32, c: u32, d: u32, now: u32): void;


@external("core", "configure")
declare function coreConfigure(name: i32, value: i32): i32;


@external("core", "listen")
declare function coreListen(address: u32, port: i32, backlog: i32, flags: i32, remote: u32, remotePort: i32): i32;


@external("core", "accept")
declare function coreAccept(listener: i32): i32;


@external("core", "input")
declare function coreInput(length: i32, now: u32): i32;


@external("core", "output")
declare function coreOutput(now: u32): i32;


@external("core", "deadline")
declare function coreDeadline(now: u32): i32;


@external("core", "receiveReady")
declare function coreReceiveReady(connection: i32): i32;


@external("core", "receive")
declare function coreReceive(connection: i32, octets: i32): i32;


@external("core", "sendRoom")
declare function coreSendRoom(connection: i32): i32;


@external("core", "send")
declare function coreSend(connection: i32, octets: i32, flags: i32): i32;


@external("core", "serialInput")
declare function coreSerialInput(length: i32, now: u32): i32;


@external("core", "serialOutput")
declare function coreSerialOutput(now: u32): i32;


@external("core", "close")
declare function coreClose(connection: i32): i32;


@external("stack", "stack_start")
declare function otherStart(now: u32): void;


@external("stack", "stack_take")
declare function otherTake(length: i32, now: u32): void;


@external("stack", "stack_hear")
declare function otherHear(length: i32, now: u32): void;


@external("stack", "stack_give")
declare function otherGive(now: u32): i32;


@external("stack", "stack_accept")
declare function otherAccept(): void;


@external("stack", "stack_write")
declare function otherWrite(octets: i32): i32;


@external("stack", "stack_close")
declare function otherClose(): void;

const IS_OWN: bool = isDefined(PEER_OWN);

const ADDRESS: u32 = 0xc0a80702;
const CONFIG_DELAYED_ACK = 8;
const BACKLOG = 256;

let listener: i32 = 0;
let connection: i32 = 0;

/** A stack that knows nothing yet, with a listener on port 7 that acknowledges every segment at once. */
export function start(now: u32): void {
  if (IS_OWN) {
    coreStart(ADDRESS, 1, 2, 3, 4, now);
    coreConfigure(CONFIG_DELAYED_ACK, 0);
    listener = coreListen(0, 7, BACKLOG, 0, 0, 0);
    if (listener <= 0) unreachable();
  } else {
    otherStart(now);
  }
}

/** A datagram has arrived, and the program consumes the text that came with it, if any. */
export function take(length: i32, now: u32): void {
  if (IS_OWN) {
    coreInput(length, now);
    // At the ring's end the text lies in two stretches.
    for (let ready = coreReceiveReady(connection); ready > 0; ready = coreReceiveReady(connection)) {
      coreReceive(connection, ready);
    }
  } else {
    otherTake(length, now);
  }
}

/** A datagram without text has arrived: the program has no reason to look. */
export function hear(length: i32, now: u32): void {
  if (IS_OWN) coreInput(length, now);
  else otherHear(length, now);
}

/** The next datagram that the stack sends: its octets; 0: none. */
export function give(now: u32): i32 {
  return IS_OWN ? coreOutput(now) : otherGive(now);
}

/** Raw octets have arrived on a line. */
export function takeRaw(length: i32, now: u32): void {
  if (!IS_OWN || coreSerialInput(length, now) !== length) unreachable();
}

/** The next datagram leaves as raw octets, chunk by chunk: how many they were. */
export function giveRaw(now: u32): i32 {
  if (!IS_OWN) unreachable();
  let raw = 0;
  for (let some = coreSerialOutput(now); some > 0; some = coreSerialOutput(now)) raw += some;
  return raw;
}

/** Until when the program may sleep. */
export function sleep(now: u32): void {
  if (IS_OWN) coreDeadline(now);
}

/** The program takes the connection that the handshake made. */
export function accept(): void {
  if (IS_OWN) {
    connection = coreAccept(listener);
    if (connection <= 0) unreachable();
  } else {
    otherAccept();
  }
}

/** The connection that the program holds, to come back to it. */
export function held(): i32 {
  return connection;
}

export function hold(handle: i32): void {
  connection = handle;
}

/** The program writes: its text lies in the ring already, as far as the ring is concerned. */
export function write(octets: i32): void {
  if (IS_OWN) {
    while (octets > 0) {
      const room = coreSendRoom(connection);
      if (room <= 0) unreachable();
      const some = min(room, octets);
      coreSend(connection, some, 0);
      octets -= some;
    }
  } else if (otherWrite(octets) !== octets) {
    unreachable();
  }
}

export function close(): void {
  if (IS_OWN) coreClose(connection);
  else otherClose();
}
