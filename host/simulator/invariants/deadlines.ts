import { Config } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';
import type { Row } from '../row.js';

/** The bound of the timers may be early, but each look at it must bring it nearer to the truth. */
const EMPTY_LOOKS_MOST = 4;

export const deadlines: Invariant = {
  name: 'deadlines',
  sentence:
    'deadline() is never later than the first timer and not 0 when nothing is due; when no timer runs it is -1, at most a few empty looks later.',
  watch(world) {
    const emptyLooks = world.stations.map(() => 0);
    const promised = world.stations.map(() => 0);
    return {
      onArrived(at) {
        emptyLooks[at.index] = 0;
      },
      afterTurn(station) {
        if (!station.isDrained) return;
        const { deadline, rows, count, index } = station;
        let first = Infinity;
        for (let i = 0; i < count; i++) first = Math.min(first, firstTimer(rows[i]));
        if (first !== Infinity && (deadline < 0 || deadline > first)) {
          world.violated(`a timer runs out in ${first} ms and the deadline is ${deadline}`);
        }
        const isStepping = station.plan.serial || station.plan.config.some(([name]) => name === Config.STEP);
        if (deadline === 0 && !isStepping) world.violated('output answered 0 and the deadline is 0');
        const isEmpty = first === Infinity && deadline >= 0;
        if (!isEmpty) emptyLooks[index] = 0;
        else if (world.time >= (promised[index] ?? 0)) emptyLooks[index] = (emptyLooks[index] ?? 0) + 1;
        promised[index] = station.wakeAt;
        if ((emptyLooks[index] ?? 0) > EMPTY_LOOKS_MOST && station.plan.serial === false) {
          world.violated(`no timer runs and the deadline is ${deadline}, time and again`);
        }
      },
    };
  },
};

function firstTimer(row: Row | undefined): number {
  let first = Infinity;
  if (row === undefined) return first;
  for (const left of [row.retransmissionLeft, row.delayedAckLeft, row.keepaliveLeft, row.lifeLeft]) {
    if (left >= 0 && left < first) first = left;
  }
  return first;
}
