// The state of a peer that cannot be asked, concluded from the segments that pass (RFC 9293 section 3.3.2, figure 5).
// A segment that we send is believed to arrive once the peer has acknowledged it; until then its state stands as it was.
import { Flag, State } from '../../assembly/numbers.js';
import type { TcpSegment } from './decode-tcp.js';
import { stateName } from '../decode.js';
import type { StateChange } from './event.js';

export class PeerState {
  /** -1: nothing has been heard yet. */
  #state = -1;
  /** The number behind our FIN and behind the peer's; their acknowledgment ends a direction. */
  #afterOurFin: number | undefined;
  #afterPeersFin: number | undefined;

  /** Follows one segment of the connection, sent by us or by the peer. */
  follow(tcp: TcpSegment, sentByPeer: boolean): StateChange {
    const before = this.#state;
    this.#state = (tcp.flags & Flag.RST) !== 0 ? State.CLOSED : sentByPeer ? this.#heard(tcp) : this.#said(tcp);
    return { before: nameOf(before), after: nameOf(this.#state), inferred: true };
  }

  #heard(tcp: TcpSegment): number {
    let state = this.#state;
    const isSyn = (tcp.flags & Flag.SYN) !== 0;
    const hasAck = (tcp.flags & Flag.ACK) !== 0;
    if (isSyn) return hasAck ? (state === State.SYN_SENT ? state : State.SYN_RECEIVED) : State.SYN_SENT;
    if (state < 0 || state === State.SYN_RECEIVED || state === State.SYN_SENT) state = State.ESTABLISHED;
    if (hasAck && tcp.ack === this.#afterOurFin) state = ourFinTaken(state);
    if ((tcp.flags & Flag.FIN) !== 0) {
      this.#afterPeersFin = (tcp.seq + tcp.length + 1) >>> 0;
      state = finSent(state);
    }
    return state;
  }

  #said(tcp: TcpSegment): number {
    const hasAck = (tcp.flags & Flag.ACK) !== 0;
    const isSyn = (tcp.flags & Flag.SYN) !== 0;
    if ((tcp.flags & Flag.FIN) !== 0) this.#afterOurFin = (tcp.seq + tcp.length + 1) >>> 0;
    if (isSyn && !hasAck) {
      this.#afterOurFin = this.#afterPeersFin = undefined;
      return this.#state === State.SYN_SENT ? State.SYN_RECEIVED : -1;
    }
    if (!hasAck) return this.#state;
    if (this.#state === State.SYN_RECEIVED || (isSyn && this.#state === State.SYN_SENT)) return State.ESTABLISHED;
    return tcp.ack === this.#afterPeersFin ? peersFinTaken(this.#state) : this.#state;
  }
}

/** The peer has acknowledged our FIN. */
function ourFinTaken(state: number): number {
  if (state === State.ESTABLISHED) return State.CLOSE_WAIT;
  if (state === State.FIN_WAIT_1) return State.CLOSING;
  return state === State.FIN_WAIT_2 ? State.TIME_WAIT : state;
}

/** The peer has sent its FIN, perhaps again. */
function finSent(state: number): number {
  if (state === State.ESTABLISHED) return State.FIN_WAIT_1;
  return state === State.CLOSE_WAIT ? State.LAST_ACK : state;
}

/** We have acknowledged the peer's FIN. */
function peersFinTaken(state: number): number {
  if (state === State.FIN_WAIT_1) return State.FIN_WAIT_2;
  if (state === State.CLOSING) return State.TIME_WAIT;
  return state === State.LAST_ACK ? State.CLOSED : state;
}

function nameOf(state: number): string {
  return state < 0 ? '' : stateName(state);
}
