import { Fault } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';

export const staleHandles: Invariant = {
  name: 'stale-handles',
  sentence: 'A handle that was let go is an error for good, whoever has its slot now.',
  watch: (world) => ({
    afterTurn(station) {
      const { call } = station.machine;
      for (const side of world.sidesOf(station)) {
        if (side.formerHandle === 0) continue;
        const answers = [call.status(side.formerHandle), call.receiveReady(side.formerHandle)];
        if (answers.some((answer) => answer !== Fault.BAD_HANDLE)) {
          world.violated(`a handle that was let go is still good: it answers ${answers.join(' and ')}`);
        }
      }
    },
  }),
};
