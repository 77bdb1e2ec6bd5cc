// An application's listener. start() forgets every handle without a word, so each turn begins by asking whether the
// listener is still there.

import { InfoAt, Table } from "../numbers";
import { info } from "../tcp/user-calls/info";

/** Whether `handle` still is a listener on `port`: after start() the same number may name something else. */
export function isListening(handle: i32, port: u32): bool {
  const at = handle > 0 ? info(handle) : -1;
  if (at < 0) return false;
  return load<u8>(<usize>at + InfoAt.TABLE) == Table.LISTENER && load<u16>(<usize>at + InfoAt.LOCAL_PORT) == port;
}

/** The earlier of two waits in ms, where -1 is "until the next event". */
export function sooner(a: i32, b: i32): i32 {
  return <i32>min(<u32>a, <u32>b);
}
