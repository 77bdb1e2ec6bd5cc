// A segment as a line of RFC 9293's figures: the states of both ends around its numbers, and what became of it.
import { Flag } from '../../assembly/numbers.js';
import type { Passage } from './passage.js';

/** SYN,ACK: as the figures spell it, ACK behind what matters more. */
const FIGURE_FLAGS: readonly (readonly [string, number])[] = [
  ['SYN', Flag.SYN],
  ['FIN', Flag.FIN],
  ['RST', Flag.RST],
  ['PSH', Flag.PSH],
  ['URG', Flag.URG],
  ['ACK', Flag.ACK],
];

export type Outcome = 'travelling' | 'taken' | 'lost' | 'damaged' | 'dropped';

/** What became of the first copy. */
export function outcomeOf({ isLost, arrivals, fault }: Passage): Outcome {
  if (isLost) return 'lost';
  const [first] = arrivals;
  if (first === undefined) return 'travelling';
  if (fault === 'corrupted') return 'damaged';
  return first.drop === '' ? 'taken' : 'dropped';
}

/** SYN-SENT --> <SEQ=0><CTL=SYN> --> SYN-RECEIVED. A segment that is lost ends in 'lost'. */
export function figureLine(passage: Passage): string {
  const isOut = passage.from === 'laptop';
  const sender = passage.sender?.after ?? '...';
  const arrow = isOut ? '-->' : '<--';
  const near = `${arrow} ${figureSegment(passage)} `;
  const receiver = receiverText(passage, arrow);
  return isOut ? `${sender} ${near}${receiver}` : `${receiver} ${near}${arrow} ${sender}`;
}

/** <SEQ=0><ACK=1><CTL=SYN,ACK>, with <LEN=n> when there is text. */
export function figureSegment({ datagram, relative }: Passage): string {
  const { tcp, udp, icmp } = datagram;
  if (udp !== undefined) return `<UDP><LEN=${udp.length}>`;
  if (icmp !== undefined) return `<ICMP=${icmp.type},${icmp.code}>`;
  if (tcp === undefined || relative === undefined) return '<IPv4>';
  const ack = (tcp.flags & Flag.ACK) !== 0 ? `<ACK=${relative.ack}>` : '';
  const length = tcp.length > 0 ? `<LEN=${tcp.length}>` : '';
  const names = FIGURE_FLAGS.filter(([name, bit]) => (tcp.flags & bit) !== 0 && name !== 'PSH').map(([name]) => name);
  return `<SEQ=${relative.seq}>${ack}${length}<CTL=${names.join(',')}>`;
}

function receiverText(passage: Passage, arrow: string): string {
  const isOut = passage.from === 'laptop';
  const [first] = passage.arrivals;
  const outcome = outcomeOf(passage);
  if (outcome === 'lost' || outcome === 'damaged') return outcome;
  const state = first?.receiver?.after ?? '...';
  return isOut ? `${arrow} ${state}` : state;
}
