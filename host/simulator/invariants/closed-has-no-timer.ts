import { State } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';

export const closedHasNoTimer: Invariant = {
  name: 'closed-has-no-timer',
  sentence: 'No timer runs in CLOSED, and in TIME-WAIT none but that of 2 MSL.',
  watch: (world) => ({
    afterTurn({ rows, count }) {
      for (let i = 0; i < count; i++) {
        const row = rows[i];
        if (row === undefined || (row.state !== State.CLOSED && row.state !== State.TIME_WAIT)) continue;
        if (row.retransmissionLeft >= 0 || row.delayedAckLeft >= 0 || row.keepaliveLeft >= 0) {
          world.violated('a timer runs that has nothing to do any more');
        }
        const lives = row.lifeLeft >= 0;
        if (lives !== (row.state === State.TIME_WAIT))
          world.violated('the timer of 2 MSL runs in CLOSED, or not in TIME-WAIT');
      }
    },
  }),
};
