// Why the segment in hand is dropped: counted, and kept for the record and for whoever called input.

import { countDrop } from "../../counters";
import { Drop } from "../../numbers";
import { stack } from "../../stack";

/** The segment goes no further. Answers false, so that a step can say so in one word. */
export function dropped(reason: i32): bool {
  countDrop(reason);
  stack.verdict = reason;
  return false;
}

export function startVerdict(): void {
  stack.verdict = Drop.NONE;
}
