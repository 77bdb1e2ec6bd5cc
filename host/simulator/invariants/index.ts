// All of them, in the order in which they look.
import type { Invariant } from '../observer.js';
import { deliveredIsAPrefix } from './delivered-is-a-prefix.js';
import { faultsHaveReasons } from './faults-have-reasons.js';
import { streamsEndEqual } from './streams-end-equal.js';
import { wellFormed } from './well-formed.js';

export const INVARIANTS: readonly Invariant[] = [wellFormed, deliveredIsAPrefix, faultsHaveReasons, streamsEndEqual];
