import type { Invariant } from '../observer.js';

export const streamsEndEqual: Invariant = {
  name: 'streams-end-equal',
  sentence:
    'At the end every application is done, and what it received is what the other sent, unless a fault was reported.',
  watch: (world) => ({
    atEnd() {
      for (const { number, sides, excuseText } of world.conversations) {
        for (const side of sides) {
          const who = `conversation ${number}: the ${side.isOpener ? 'opener' : 'listener'}`;
          const hasBegun = side.isDone || side.handle !== 0;
          if (!side.isDone && !(excuseText !== undefined && !hasBegun)) {
            world.violated(`${who} waits for ever, ${side.received} of ${side.peer.sent} octets received`);
          }
          if (excuseText !== undefined) continue;
          if (side.received !== side.peer.sent || side.sent !== side.plan.total) {
            world.violated(`${who} received ${side.received} of ${side.peer.sent} octets and nobody was told`);
          }
        }
      }
    },
  }),
};
