// The connections that may have something due, in order of arrival. Output takes the first, sends one segment for it and
// puts it at the end, so that nobody waits for another's bulk. Idle connections are never looked at.

import { stack } from "../stack";
import { Endpoint } from "./tcb";

/** The connection may have something due. */
export function ready(entry: Endpoint): void {
  if (entry.isReady) return;
  entry.isReady = 1;
  entry.readyNext = 0;
  const at = changetype<usize>(entry);
  if (stack.readyLast != 0) changetype<Endpoint>(stack.readyLast).readyNext = at;
  else stack.readyFirst = at;
  stack.readyLast = at;
}

/** Takes the first off the list; null: nobody. */
export function takeReady(): Endpoint | null {
  const at = stack.readyFirst;
  if (at == 0) return null;
  const entry = changetype<Endpoint>(at);
  stack.readyFirst = entry.readyNext;
  if (stack.readyFirst == 0) stack.readyLast = 0;
  entry.isReady = 0;
  return entry;
}
