import type { Link } from '../link/link.js';
import { encodeSlip, SlipDecoder } from './slip.js';

export interface BridgeCounts {
  /** Datagrams passed on to the board, and to the kernel. */
  toBoard: number;
  toKernel: number;
  /** Datagrams of the kernel that found the line's queue full. */
  dropped: number;
}

/**
 * Passes datagrams between a device of the kernel and a serial line, so that the kernel's own TCP is the board's peer.
 * No core stands in between: nothing is answered, delayed or mended here.
 */
export function bridge(kernel: Link, line: Link, onClosed: (error: Error | undefined) => void): BridgeCounts {
  const counts: BridgeCounts = { toBoard: 0, toKernel: 0, dropped: 0 };
  const decoder = new SlipDecoder(kernel.mtu ?? DATAGRAM_OCTETS_MAX, (datagram) => {
    counts.toKernel += 1;
    kernel.send(datagram);
  });
  const waiting: Uint8Array[] = [];
  const drain = (): void => {
    while (line.hasRoom) {
      const datagram = waiting.shift();
      if (datagram === undefined) return;
      counts.toBoard += 1;
      line.send(encodeSlip(datagram));
    }
  };
  line.attach({ receive: (octets) => decoder.push(octets), drain, closed: onClosed });
  kernel.attach({
    receive: (datagram) => {
      if (waiting.length >= WAITING_MAX) counts.dropped += 1;
      else waiting.push(datagram.slice());
      drain();
    },
    drain: () => undefined,
    closed: onClosed,
  });
  return counts;
}

/** As the kernel keeps for a serial line: more would only make TCP wait longer before it learns of the queue. */
const WAITING_MAX = 64;
const DATAGRAM_OCTETS_MAX = 65_535;
