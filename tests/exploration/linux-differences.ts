// Where the Linux kernel does otherwise than the oracle allows, and why: each reason with what Linux then sends, so that
// nothing else passes for it. None of them is a fault of either side; each says who else reads the RFC so.

import { atOrBefore, before, plus } from './circle.js';
import type { Connection } from './connection.js';
import { isAnswer } from './explore.js';
import type { LinuxCell } from './linux-cells.js';
import { lengthOf } from './oracle.js';

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

export interface Difference {
  reason: string;
  holds: (cell: LinuxCell) => boolean;
}

const isSilent = ({ heard }: LinuxCell): boolean => heard.length === 0;

const hears = ({ heard }: LinuxCell, flags: number, seq: number, ack?: number): boolean =>
  isAnswer({ flags, seq: seq >>> 0, ack }, heard);

/** <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
const hearsAck = (cell: LinuxCell): boolean => hears(cell, ACK, cell.connection.snd.nxt, cell.connection.rcv.nxt);

const isSynchronised = ({ state }: Connection): boolean => !['CLOSED', 'LISTEN', 'SYN-SENT'].includes(state);

const endOf = ({ segment }: LinuxCell): number => plus(segment.seq, lengthOf(segment));

/** Linux's test: both edges belong to the window, also for what merely ends or begins there. */
function isInWiderWindow(cell: LinuxCell): boolean {
  const { rcv } = cell.connection;
  return atOrBefore(rcv.nxt, endOf(cell)) && atOrBefore(cell.segment.seq, plus(rcv.nxt, rcv.wnd));
}

export const DIFFERENCES: readonly Difference[] = [
  {
    reason: 'A SYN with FIN is no SYN that anybody sends in earnest: LISTEN drops it in silence.',
    holds: (cell) => cell.connection.state === 'LISTEN' && has(cell, SYN) && has(cell, FIN) && isSilent(cell),
  },
  {
    reason:
      'SYN-SENT, behind an ACK of something else: beside the RST, if any, the SYN is repeated at once, since the answer came from a connection of old that is now gone.',
    holds: (cell) => {
      const { snd, state } = cell.connection;
      if (state !== 'SYN-SENT' || !has(cell, ACK) || cell.segment.ack === snd.nxt) return false;
      const others = cell.heard.filter(({ flags, seq }) => !(flags === SYN && seq === snd.iss));
      return others.length < cell.heard.length && cell.allowed.some(({ answer }) => isAnswer(answer, others));
    },
  },
  {
    reason: 'SYN-SENT: text that comes with the SYN-ACK is left for the peer to repeat, which 3.10.7.3 allows ("may").',
    holds: (cell) =>
      cell.connection.state === 'SYN-SENT' &&
      (has(cell, FIN) || cell.segment.text > 0) &&
      hears(cell, ACK, cell.connection.snd.nxt, plus(cell.segment.seq, 1)),
  },
  {
    reason:
      'SYN-RECEIVED: a half-open connection looks at the ACK first; a wrong one draws a RST, whatever the sequence number.',
    holds: (cell) =>
      cell.connection.state === 'SYN-RECEIVED' &&
      has(cell, ACK) &&
      cell.segment.ack !== cell.connection.snd.nxt &&
      hears(cell, RST, cell.segment.ack),
  },
  {
    reason: 'SYN-RECEIVED: another SYN in the window draws a RST, as RFC 793 had it, and not a challenge (RFC 5961).',
    holds: (cell) =>
      cell.connection.state === 'SYN-RECEIVED' &&
      has(cell, SYN) &&
      (has(cell, ACK) ? hears(cell, RST, cell.segment.ack) : hears(cell, RST | ACK, 0, endOf(cell))),
  },
  {
    reason: 'TIME-WAIT: a SYN with FIN reopens nothing: the listener, which it has come to, drops it in silence.',
    holds: (cell) => cell.connection.state === 'TIME-WAIT' && has(cell, SYN) && has(cell, FIN) && isSilent(cell),
  },
  {
    reason:
      'TIME-WAIT: a RST in the window ends it in silence (RFC 793; tcp_rfc1337 is off), where RFC 1337 ignores and RFC 5961 challenges.',
    holds: (cell) => cell.connection.state === 'TIME-WAIT' && has(cell, RST) && isInWiderWindow(cell) && isSilent(cell),
  },
  {
    reason: 'TIME-WAIT: a segment without the ACK bit is acknowledged like any other.',
    holds: (cell) => cell.connection.state === 'TIME-WAIT' && !has(cell, ACK) && !has(cell, RST) && hearsAck(cell),
  },
  {
    reason:
      'Behind the peer’s FIN, another FIN in sequence is taken and acknowledged as the first was; no honest peer sends two.',
    holds: (cell) => {
      const { rcv, snd } = cell.connection;
      return has(cell, FIN) && endOf(cell) === plus(rcv.nxt, 1) && hears(cell, ACK, snd.nxt, plus(rcv.nxt, 1));
    },
  },
  {
    reason: 'A segment without ACK, SYN and RST is dropped in silence before its sequence number is looked at.',
    holds: (cell) =>
      isSynchronised(cell.connection) && !has(cell, ACK) && !has(cell, SYN) && !has(cell, RST) && isSilent(cell),
  },
  {
    reason:
      'A RST counts as inside the window when any octet of its segment is, or when it ends or begins at an edge: it is challenged where RFC 5961 has silence.',
    holds: (cell) => isSynchronised(cell.connection) && has(cell, RST) && isInWiderWindow(cell) && hearsAck(cell),
  },
  {
    reason: 'What ends at RCV.NXT or begins at the window’s right edge is taken as acceptable, and has nothing to say.',
    holds: (cell) => {
      const { rcv } = cell.connection;
      const isAtEdge = endOf(cell) === rcv.nxt || cell.segment.seq === plus(rcv.nxt, rcv.wnd);
      return isSynchronised(cell.connection) && isAtEdge && isSilent(cell);
    },
  },
  {
    reason:
      'An ACK older than anything that this connection ever had acknowledged is too old, however large the window: MAX.SND.WND of RFC 5961 is bounded by what was acknowledged.',
    holds: (cell) =>
      isSynchronised(cell.connection) &&
      has(cell, ACK) &&
      before(cell.segment.ack, cell.connection.snd.una) &&
      hearsAck(cell),
  },
];

function has({ segment }: LinuxCell, flag: number): boolean {
  return (segment.flags & flag) !== 0;
}

/** Why Linux does otherwise here; undefined: nobody has said. */
export function reasonOf(cell: LinuxCell): string | undefined {
  return DIFFERENCES.find(({ holds }) => holds(cell))?.reason;
}
