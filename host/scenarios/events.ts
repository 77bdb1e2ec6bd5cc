// What a world has seen, as the events from which ladders, captures and JSON lines are made: in the order of the laptop's end
// of the cable, where a capture would be taken.
import type { CopyEvent, DatagramEvent, StateEvent, TraceEvent } from '../trace/event.js';
import type { Passage, Transition } from './passage.js';
import { outcomeOf } from './table.js';
import type { Deed, World } from './world.js';

/** An event, or an act that was done between two. */
export type Moment = { time: number; rank: number; event: TraceEvent } | { time: number; rank: number; deed: Deed };

/** In one moment: what arrives, what a timer does, what somebody does, what leaves. */
const RANK = { arrives: 0, timeout: 1, deed: 2, call: 3, leaves: 4 } as const;

/** All that has happened so far. What is still on its way is told as such. */
export function momentsOf(world: World): Moment[] {
  const moments: Moment[] = [
    ...world.passages.flatMap(passageMoments),
    ...world.transitions
      .filter((transition) => !transition.isMerged && transition.passage === undefined)
      .map(stateMoment),
    ...world.deeds.map((deed) => ({ time: deed.time, rank: RANK.deed, deed })),
  ];
  moments.sort((one, other) => one.time - other.time || one.rank - other.rank);
  number(moments);
  return moments;
}

export function eventsOf(world: World): TraceEvent[] {
  return momentsOf(world).flatMap((moment) => ('event' in moment ? [moment.event] : []));
}

function passageMoments(passage: Passage): Moment[] {
  const [first, second] = passage.arrivals;
  const isOut = passage.from === 'laptop';
  const arrivesHere = !isOut && first !== undefined;
  const time = arrivesHere ? first.time : passage.time;
  const event = datagramEvent(passage, time);
  const moments: Moment[] = [{ time, rank: arrivesHere ? RANK.arrives : RANK.leaves, event }];
  if (second === undefined) return moments;
  const again = { time: second.time, rank: RANK.arrives };
  const states = second.receiver === undefined ? {} : { [isOut ? 'board' : 'laptop']: second.receiver };
  if (!isOut) {
    const copy: DatagramEvent = { ...event, time: second.time / 1000, fate: 'copy', drop: second.drop, states };
    return [...moments, { ...again, event: copy }];
  }
  const copy: CopyEvent = {
    type: 'copy',
    time: second.time / 1000,
    number: passage.number,
    connection: passage.connection,
    drop: second.drop,
    states,
  };
  return [...moments, { ...again, event: copy }];
}

function datagramEvent(passage: Passage, time: number): DatagramEvent {
  const [first] = passage.arrivals;
  const outcome = outcomeOf(passage);
  const receiver = passage.from === 'laptop' ? 'board' : 'laptop';
  const event: DatagramEvent = {
    type: 'datagram',
    // Of the passage, until the events are in their order.
    number: passage.number,
    time: time / 1000,
    from: passage.from,
    octets: passage.octets,
    datagram: passage.datagram,
    connection: passage.connection,
    cause: passage.cause,
    repeat: passage.repeat,
    drop: first?.drop ?? '',
    fate: outcome === 'travelling' ? 'unknown' : outcome === 'dropped' ? 'taken' : outcome,
    states: {
      ...(passage.sender !== undefined && { [passage.from]: passage.sender }),
      ...(first?.receiver !== undefined && { [receiver]: first.receiver }),
    },
  };
  if (passage.relative !== undefined) event.relative = passage.relative;
  return event;
}

function stateMoment({ time, end, connection, before, after, by, local, remote }: Transition): Moment {
  const reason = by === 'timeout' ? 'timeout' : 'call';
  const event: StateEvent = {
    type: 'state',
    time: time / 1000,
    end,
    connection,
    reason,
    local,
    remote,
    states: { [end]: { before, after, inferred: false } },
  };
  return { time, rank: RANK[reason], event };
}

/** Frames are numbered in the order of the capture, and copies name the frame of which they are one. */
function number(moments: readonly Moment[]): void {
  const numbers = new Map<number, number>();
  let count = 0;
  for (const moment of moments) {
    if (!('event' in moment)) continue;
    const { event } = moment;
    if (event.type === 'datagram') {
      count += 1;
      if (event.fate !== 'copy') numbers.set(event.number, count);
      event.number = count;
    } else if (event.type === 'copy') {
      event.number = numbers.get(event.number) ?? event.number;
    }
  }
}
