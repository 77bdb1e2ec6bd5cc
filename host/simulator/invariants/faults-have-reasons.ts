import { Fault } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';

const NAMES = new Map(Object.entries(Fault as Record<string, number>).map(([name, value]) => [value, name]));

export const faultsHaveReasons: Invariant = {
  name: 'faults-have-reasons',
  sentence:
    'An application is told of a fault only when the other has aborted, let go early or lost its memory, or the line was dead.',
  watch: (world) => ({
    onFailed(side) {
      if (side.conversation.mayFail(side)) return;
      const who = side.isOpener ? 'opener' : 'listener';
      world.violated(
        `conversation ${side.conversation.number}: the ${who} is told of ${NAMES.get(side.fault) ?? side.fault} for no reason`,
      );
    },
  }),
};
