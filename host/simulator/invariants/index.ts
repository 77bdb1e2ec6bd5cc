// All of them, in the order in which they look.
import type { Invariant } from '../observer.js';
import { acknowledgments } from './acknowledgments.js';
import { acksArePaid } from './acks-are-paid.js';
import { advertisedEdge } from './advertised-edge.js';
import { closedHasNoTimer } from './closed-has-no-timer.js';
import { connectionsApart } from './connections-apart.js';
import { deadlines } from './deadlines.js';
import { deliveredIsAPrefix } from './delivered-is-a-prefix.js';
import { faultsHaveReasons } from './faults-have-reasons.js';
import { noTrafficLoop } from './no-traffic-loop.js';
import { outstandingIsTimed } from './outstanding-is-timed.js';
import { repeatsBackOff } from './repeats-back-off.js';
import { ringsAreApart } from './rings-are-apart.js';
import { sequenceOrder } from './sequence-order.js';
import { slotsComeBack } from './slots-come-back.js';
import { streamsEndEqual } from './streams-end-equal.js';
import { textIsWhatWasWritten } from './text-is-what-was-written.js';
import { timeWait } from './time-wait.js';
import { wellFormed } from './well-formed.js';
import { whatArrivedCounts } from './what-arrived-counts.js';
import { windowIsTold } from './window-is-told.js';

export const INVARIANTS: readonly Invariant[] = [
  wellFormed,
  textIsWhatWasWritten,
  deliveredIsAPrefix,
  sequenceOrder,
  advertisedEdge,
  acknowledgments,
  acksArePaid,
  whatArrivedCounts,
  outstandingIsTimed,
  windowIsTold,
  repeatsBackOff,
  timeWait,
  closedHasNoTimer,
  deadlines,
  noTrafficLoop,
  ringsAreApart,
  connectionsApart,
  faultsHaveReasons,
  streamsEndEqual,
  slotsComeBack,
];
