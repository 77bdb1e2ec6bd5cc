// The event record: what the last input, output, timer or user call did. Ladder, page and captures live on it.
// Layout in numbers.ts, RecordAt. RECORDS = 0 leaves it out.

import { RECORD } from "./memory-map";
import { RECORDS } from "./sizes";
import { RecordAt } from "./numbers";
import { stack } from "./stack";

/** Begins a record: everything but the number and the time is forgotten. */
export function beginRecord(kind: i32, protocol: u32, length: i32): void {
  if (!RECORDS) return;
  // Four stores: an engine leaves the module for memory.fill, which takes ten times as long.
  store<u64>(RECORD, 0, RecordAt.KIND);
  store<u64>(RECORD, 0, RecordAt.HANDLE);
  store<u64>(RECORD, 0, RecordAt.REMOTE_ADDRESS);
  store<u32>(RECORD, 0, RecordAt.LENGTH);
  store<u32>(RECORD, stack.now, RecordAt.NOW);
  store<u8>(RECORD, <u8>kind, RecordAt.KIND);
  store<u8>(RECORD, <u8>protocol, RecordAt.PROTOCOL);
  store<u16>(RECORD, <u16>length, RecordAt.LENGTH);
}

/** Whose record it is. */
export function recordEnds(localAddress: u32, remoteAddress: u32, ports: u32): void {
  if (!RECORDS) return;
  store<u32>(RECORD, localAddress, RecordAt.LOCAL_ADDRESS);
  store<u32>(RECORD, remoteAddress, RecordAt.REMOTE_ADDRESS);
  store<u16>(RECORD, <u16>(ports >> 16), RecordAt.LOCAL_PORT);
  store<u16>(RECORD, <u16>ports, RecordAt.REMOTE_PORT);
}

/** Where the connection is kept, its handle (0: none) and its state before. */
export function recordBefore(table: i32, handle: i32, state: i32): void {
  if (!RECORDS) return;
  store<u8>(RECORD, <u8>table, RecordAt.TABLE);
  store<i32>(RECORD, handle, RecordAt.HANDLE);
  store<u8>(RECORD, <u8>state, RecordAt.BEFORE);
  store<u8>(RECORD, <u8>state, RecordAt.AFTER);
}

// @ts-ignore: decorator
@inline export function recordProtocol(protocol: u32): void {
  if (RECORDS) store<u8>(RECORD, <u8>protocol, RecordAt.PROTOCOL);
}

// @ts-ignore: decorator
@inline export function recordAfter(state: i32): void {
  if (RECORDS) store<u8>(RECORD, <u8>state, RecordAt.AFTER);
}

// @ts-ignore: decorator
@inline export function recordCause(cause: i32, repeat: u32): void {
  if (!RECORDS) return;
  store<u8>(RECORD, <u8>cause, RecordAt.CAUSE);
  store<u8>(RECORD, <u8>repeat, RecordAt.REPEAT);
}

/** Ends the record: the number grows, which is how a reader knows that it is new. */
export function endRecord(drop: i32): void {
  if (!RECORDS) return;
  store<u8>(RECORD, <u8>drop, RecordAt.DROP);
  store<u32>(RECORD, load<u32>(RECORD) + 1);
}
