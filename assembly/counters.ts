// What has happened, counted: names in numbers.ts, Counter and Drop.

import { COUNTERS } from "./memory-map";
import { Counter } from "./numbers";

// @ts-ignore: decorator
@inline export function count(name: i32): void {
  const at = COUNTERS + ((<usize>name) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

// @ts-ignore: decorator
@inline export function countDrop(reason: i32): void {
  count(Counter.DROPS + reason);
}

/** The counter's value; 0 for a name that is not one. */
export function counter(name: i32): u32 {
  return <u32>name < <u32>Counter.COUNT ? load<u32>(COUNTERS + ((<usize>name) << 2)) : 0;
}
