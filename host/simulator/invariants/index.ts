// All of them, in the order in which they look.
import type { Invariant } from '../observer.js';
import { acknowledgments } from './acknowledgments.js';
import { acksArePaid } from './acks-are-paid.js';
import { advertisedEdge } from './advertised-edge.js';
import { closedHasNoTimer } from './closed-has-no-timer.js';
import { congestionWindow } from './congestion-window.js';
import { connectionsApart } from './connections-apart.js';
import { datagramsComeThrough } from './datagrams-come-through.js';
import { forgeriesAreRefused } from './forgeries-are-refused.js';
import { idlePeersAreProbed } from './idle-peers-are-probed.js';
import { pathsAreKept } from './paths-are-kept.js';
import { deadlines } from './deadlines.js';
import { deliveredIsAPrefix } from './delivered-is-a-prefix.js';
import { faultsHaveReasons } from './faults-have-reasons.js';
import { finWait2Ends } from './fin-wait-2-ends.js';
import { nagle } from './nagle.js';
import { sackedIsNotRepeated } from './sacked-is-not-repeated.js';
import { noTrafficLoop } from './no-traffic-loop.js';
import { optionsAgree } from './options-agree.js';
import { outstandingIsTimed } from './outstanding-is-timed.js';
import { patience } from './patience.js';
import { probesBackOff } from './probes-back-off.js';
import { repeatsBackOff } from './repeats-back-off.js';
import { resetsAreTold } from './resets-are-told.js';
import { ringsAreApart } from './rings-are-apart.js';
import { roundTrip } from './round-trip.js';
import { sackTellsTheTruth } from './sack-tells-the-truth.js';
import { sequenceOrder } from './sequence-order.js';
import { slotsComeBack } from './slots-come-back.js';
import { staleHandles } from './stale-handles.js';
import { streamsEndEqual } from './streams-end-equal.js';
import { textIsWhatWasWritten } from './text-is-what-was-written.js';
import { timeWait } from './time-wait.js';
import { urgentPointer } from './urgent-pointer.js';
import { wellFormed } from './well-formed.js';
import { whatArrivedCounts } from './what-arrived-counts.js';
import { whatMayLeaveLeaves } from './what-may-leave-leaves.js';
import { windowIsBelieved } from './window-is-believed.js';
import { windowIsTold } from './window-is-told.js';

export const INVARIANTS: readonly Invariant[] = [
  wellFormed,
  optionsAgree,
  textIsWhatWasWritten,
  urgentPointer,
  deliveredIsAPrefix,
  sequenceOrder,
  windowIsBelieved,
  advertisedEdge,
  acknowledgments,
  sackTellsTheTruth,
  acksArePaid,
  whatArrivedCounts,
  outstandingIsTimed,
  whatMayLeaveLeaves,
  nagle,
  congestionWindow,
  sackedIsNotRepeated,
  roundTrip,
  windowIsTold,
  repeatsBackOff,
  probesBackOff,
  patience,
  timeWait,
  finWait2Ends,
  closedHasNoTimer,
  deadlines,
  noTrafficLoop,
  ringsAreApart,
  connectionsApart,
  staleHandles,
  resetsAreTold,
  faultsHaveReasons,
  streamsEndEqual,
  slotsComeBack,
  forgeriesAreRefused,
  idlePeersAreProbed,
  pathsAreKept,
  datagramsComeThrough,
];
