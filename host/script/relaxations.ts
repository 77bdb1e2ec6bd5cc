import { type Leniency, STRICT } from './compare.js';
import type { Peer } from './peer.js';
import { add, difference } from './sequence.js';
import type { TcpPacket } from './syntax.js';

/** Whose scripts may be fitted to this stack. */
export const PEERS = ['freebsd', 'linux', 'openbsd', 'netbsd'] as const;
export type PeerName = (typeof PEERS)[number];

/** How near to a script's window edge a SEQ counts as meant for the edge. */
const EDGE = 2;

/**
 * What `--peer` looks away from, each time in words. Without a peer it looks away from nothing: every question is
 * answered no.
 */
export class Relaxations {
  readonly made: string[] = [];

  constructor(private readonly peer: PeerName | undefined) {}

  get leniency(): Leniency {
    const isRelaxed = this.peer !== undefined;
    return isRelaxed ? { synOptions: true, window: true, timestamps: true } : STRICT;
  }

  note(line: number, what: string): void {
    this.made.push(`line ${line}: ${what}`);
  }

  /** A difference that comes from another stack's choices: noted with --peer, refused without. */
  allow(line: number, what: string): boolean {
    if (this.peer === undefined) return false;
    this.note(line, what);
    return true;
  }

  /** packetdrill does not look at what leaves behind the last segment that a script expects. */
  mayEndEarly(line: number, what: string): boolean {
    return this.allow(line, `${what}, behind the last segment that the script speaks of`);
  }

  /**
   * A segment that a script places at the edge of its own stack's receive window is placed at the edge of ours. The
   * script's edge is known from the windows that it expects us to send, or from the buffer that it asks about.
   */
  rebase(packet: TcpPacket, peer: Peer, line: number): TcpPacket {
    if (this.peer === undefined) return packet;
    const ours = difference(peer.lastAck, peer.edge);
    const offset = difference(peer.lastAck, packet.seq);
    const far = (size: number): number => Math.min(Math.abs(offset - size), Math.abs(offset + packet.length - size));
    const [window] = [...peer.scriptWindows].filter((size) => far(size) <= EDGE).sort((a, b) => far(a) - far(b));
    if (window === undefined || window === ours) return packet;
    const seq = add(packet.seq, ours - window);
    this.note(line, `SEQ ${packet.seq} at the edge of a window of ${window} moved to ${seq}, ours being ${ours}`);
    return { ...packet, seq };
  }
}
