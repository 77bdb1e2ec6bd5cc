import type { Invariant } from '../observer.js';
import type { Side } from '../side.js';

export const deliveredIsAPrefix: Invariant = {
  name: 'delivered-is-a-prefix',
  sentence: 'The octets delivered are a prefix of the octets sent, and no end of stream comes before the last of them.',
  watch: (world) => ({
    onDelivered(side: Side, at: number, length: number) {
      const { stream, sent } = side.peer;
      const { octets } = side.station.machine;
      if (side.received + length > sent) world.violated(`${side.received + length} octets delivered, ${sent} sent`);
      if (stream.matches(octets, at, side.received, length)) return;
      const wrong = stream.firstDifference(octets, at, side.received, length);
      const place = stream.find(octets, at + wrong, Math.min(8, length - wrong));
      world.violated(
        `conversation ${side.conversation.number}: octet ${side.received + wrong} delivered is wrong` +
          (place >= 0 ? `, it looks like octet ${place}` : ', and from no stream'),
      );
    },
    onEnded(side: Side) {
      const { peer } = side;
      const isWhole = side.received === peer.sent && (peer.isShut || peer.isDone);
      if (!isWhole) world.violated(`the stream ends behind ${side.received} octets of ${peer.sent}`);
    },
  }),
};
