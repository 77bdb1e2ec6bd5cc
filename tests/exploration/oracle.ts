// What RFC 9293 section 3.10.7, with RFC 5961, allows a TCP to do about one segment: every alternative that the text
// leaves, each with the rule that allows it. Written from the RFC, in its order, and knowing nothing of the core.

import type { Answer, Connection, Segment, StateName } from './connection.js';
import type { Rule } from './rules.js';
import { between, before, atOrBefore, plus } from './circle.js';

/** One outcome that is allowed. */
export interface Allowed {
  rule: Rule;
  state: StateName;
  /** undefined: silence. */
  answer: Answer | undefined;
  /** What the variables are then; undefined: there is no connection whose they could be, or they may be anything. */
  una?: number;
  rcvNxt?: number;
  /** SND.WND may be one of these. */
  windows?: readonly number[] | undefined;
  /** The segment was dropped: nothing of the connection has changed. */
  isDropped?: boolean;
}

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

export function judge(connection: Connection, seg: Segment): Allowed[] {
  switch (connection.state) {
    case 'CLOSED':
      return [closed(seg)];
    case 'LISTEN':
      return [listen(seg)];
    case 'SYN-SENT':
      return [synSent(connection, seg)];
    default:
      return otherStates(connection, seg);
  }
}

/** SEG.LEN: text, SYN and FIN. */
export function lengthOf({ flags, text }: Segment): number {
  return text + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0);
}

/** 3.10.7.1 */
function closed(seg: Segment): Allowed {
  if (seg.flags & RST) return { rule: 'CLOSED, RST', state: 'CLOSED', answer: undefined };
  if (seg.flags & ACK)
    return { rule: 'CLOSED, ACK', state: 'CLOSED', answer: { flags: RST, seq: seg.ack, ack: undefined } };
  const answer = { flags: RST | ACK, seq: 0, ack: plus(seg.seq, lengthOf(seg)) };
  return { rule: 'CLOSED, no ACK', state: 'CLOSED', answer };
}

/** 3.10.7.2 */
function listen(seg: Segment): Allowed {
  if (seg.flags & RST) return { rule: 'LISTEN, RST', state: 'LISTEN', answer: undefined };
  if (seg.flags & ACK)
    return { rule: 'LISTEN, ACK', state: 'LISTEN', answer: { flags: RST, seq: seg.ack, ack: undefined } };
  if (!(seg.flags & SYN)) return { rule: 'LISTEN, other', state: 'LISTEN', answer: undefined };
  const rcvNxt = plus(seg.seq, 1);
  const answer = { flags: SYN | ACK, seq: undefined, ack: rcvNxt };
  return { rule: 'LISTEN, SYN', state: 'SYN-RECEIVED', answer, rcvNxt };
}

/** 3.10.7.3 */
function synSent(connection: Connection, seg: Segment): Allowed {
  const { snd } = connection;
  const stays = { state: connection.state, una: snd.una, isDropped: true };
  if (seg.flags & ACK && (atOrBefore(seg.ack, snd.iss) || before(snd.nxt, seg.ack))) {
    if (seg.flags & RST) return { rule: 'SYN-SENT, bad ACK and RST', ...stays, answer: undefined };
    return { rule: 'SYN-SENT, bad ACK', ...stays, answer: { flags: RST, seq: seg.ack, ack: undefined } };
  }
  if (seg.flags & RST) {
    if (seg.flags & ACK) return { rule: 'SYN-SENT, RST', state: 'CLOSED', answer: undefined };
    return { rule: 'SYN-SENT, RST without ACK', ...stays, answer: undefined };
  }
  if (!(seg.flags & SYN)) return { rule: 'SYN-SENT, other', ...stays, answer: undefined };
  const rcvNxt = plus(seg.seq, 1);
  if (!(seg.flags & ACK)) {
    const answer = { flags: SYN | ACK, seq: snd.iss, ack: rcvNxt };
    return { rule: 'SYN-SENT, SYN', state: 'SYN-RECEIVED', answer, una: snd.una, rcvNxt, windows: [seg.wnd] };
  }
  // The sixth step and those behind it: the text and the FIN that came with the SYN.
  const behind = { nxt: plus(rcvNxt, seg.text + (seg.flags & FIN ? 1 : 0)) };
  return {
    rule: 'SYN-SENT, SYN and ACK',
    state: seg.flags & FIN ? 'CLOSE-WAIT' : 'ESTABLISHED',
    answer: acknowledgment(snd.nxt, behind.nxt),
    una: seg.ack,
    rcvNxt: behind.nxt,
    windows: [seg.wnd],
  };
}

const acknowledgment = (seq: number, ack: number): Answer => ({ flags: ACK, seq, ack });

/** The segment is dropped, and answered or not: nothing changes. */
function dropped(connection: Connection, rule: Rule, answer: Answer | undefined): Allowed {
  const { state, snd, rcv } = connection;
  return { rule, state, answer, una: snd.una, rcvNxt: rcv.nxt, windows: [snd.wnd], isDropped: true };
}

/** <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, and the segment is dropped. */
function refused(connection: Connection, rule: Rule): Allowed {
  return dropped(connection, rule, acknowledgment(connection.snd.nxt, connection.rcv.nxt));
}

/** 3.10.7.4 */
function otherStates(connection: Connection, seg: Segment): Allowed[] {
  // Checks 1 to 3 of the second step replace what the first says of a RST, and the fourth what it says of a SYN.
  if (seg.flags & RST) return reset(connection, seg);
  const isAcceptable = isInWindow(connection, seg);
  if (seg.flags & SYN) return synchronize(connection, seg, isAcceptable);
  if (!isAcceptable) return unacceptable(connection, seg);
  if (!(seg.flags & ACK)) return [dropped(connection, 'no ACK', undefined)];
  return acknowledge(connection, seg);
}

/** The four cases of the acceptability test. */
function isInWindow({ rcv }: Connection, seg: Segment): boolean {
  const length = lengthOf(seg);
  const isInside = (seq: number): boolean => between(rcv.nxt, seq, plus(rcv.nxt, rcv.wnd));
  if (rcv.wnd === 0) return length === 0 && seg.seq === rcv.nxt;
  return isInside(seg.seq) || (length > 0 && isInside(plus(seg.seq, length - 1)));
}

function unacceptable(connection: Connection, seg: Segment): Allowed[] {
  const refusal = refused(connection, 'unacceptable');
  const { rcv } = connection;
  // A window probe: its ACK may be believed, its text may not.
  if (rcv.wnd !== 0 || !(seg.flags & ACK) || (seg.seq !== rcv.nxt && seg.seq !== plus(rcv.nxt, 1))) return [refusal];
  const believed = acknowledge(connection, { ...seg, seq: rcv.nxt, flags: seg.flags & ~FIN, text: 0 });
  return [
    refusal,
    ...believed.map((allowed) => ({
      ...allowed,
      rule: 'zero window' as const,
      isDropped: false,
      answer: allowed.answer ?? acknowledgment(connection.snd.nxt, rcv.nxt),
    })),
  ];
}

/** Second step. */
function reset(connection: Connection, seg: Segment): Allowed[] {
  const { state, rcv, isPassive } = connection;
  if (seg.seq !== rcv.nxt) {
    if (!between(rcv.nxt, seg.seq, plus(rcv.nxt, rcv.wnd))) return [dropped(connection, 'RST outside', undefined)];
    return [refused(connection, 'RST inside')];
  }
  if (state === 'SYN-RECEIVED' && isPassive)
    return [{ rule: 'RST exact, passive', state: 'LISTEN', answer: undefined }];
  const ends: Allowed = { rule: 'RST exact', state: 'CLOSED', answer: undefined };
  return state === 'TIME-WAIT' ? [ends, dropped(connection, 'RST in TIME-WAIT', undefined)] : [ends];
}

/**
 * The SYN that began the connection, again, in SYN-RECEIVED. Alone it asks for our SYN-ACK again; with an ACK it is trimmed
 * off, as what lies left of the window may be, and the rest is heard: so ends a simultaneous open.
 */
function repeatedSyn(connection: Connection, seg: Segment): Allowed[] {
  const { snd, rcv } = connection;
  const refusal = refused(connection, 'unacceptable');
  if (!(seg.flags & ACK))
    return [refusal, dropped(connection, 'SYN repeated', { flags: SYN | ACK, seq: snd.iss, ack: rcv.nxt })];
  const rest = { ...seg, flags: seg.flags & ~SYN, seq: rcv.nxt };
  const trimmed = acknowledge(connection, rest).map((allowed) => ({ ...allowed, rule: 'SYN trimmed' as const }));
  // That the SYN was heard may be said at once.
  const told = trimmed.map((allowed) => ({ ...allowed, answer: allowed.answer ?? acknowledgment(snd.nxt, rcv.nxt) }));
  return [refusal, ...trimmed, ...told];
}

/** Fourth step. */
function synchronize(connection: Connection, seg: Segment, isAcceptable: boolean): Allowed[] {
  const { state, isPassive, rcv } = connection;
  if (state === 'SYN-RECEIVED' && plus(seg.seq, 1) === rcv.nxt) return repeatedSyn(connection, seg);
  if (state === 'SYN-RECEIVED' && isPassive) {
    if (!isAcceptable) return [refused(connection, 'unacceptable')];
    return [{ rule: 'SYN, passive', state: 'LISTEN', answer: undefined }, refused(connection, 'SYN challenged')];
  }
  const challenged = refused(connection, 'SYN challenged');
  // A connection is opened by a SYN alone, and where somebody listens.
  if (state !== 'TIME-WAIT' || !isPassive || seg.flags & ACK || !isBeyond(seg.seq, rcv.nxt)) return [challenged];
  const rcvNxt = plus(seg.seq, 1);
  const answer = { flags: SYN | ACK, seq: undefined, ack: rcvNxt };
  return [challenged, { rule: 'SYN reopens', state: 'SYN-RECEIVED', answer, rcvNxt }];
}

/** A SYN that is no old duplicate begins where the last life ended, or beyond, as far as half of the circle. */
const isBeyond = (seq: number, nxt: number): boolean => (seq - nxt) >>> 0 <= 2 ** 31;

/** Fifth step, and on to the eighth. */
function acknowledge(connection: Connection, seg: Segment): Allowed[] {
  const { state, snd } = connection;
  const isNew = before(snd.una, seg.ack) && atOrBefore(seg.ack, snd.nxt);
  const isInRange = atOrBefore(plus(snd.una, -snd.largestWindow), seg.ack) && atOrBefore(seg.ack, snd.nxt);
  if (state === 'SYN-RECEIVED' && !isNew) {
    const answer = { flags: RST, seq: seg.ack, ack: undefined };
    const reset = dropped(connection, 'SYN-RECEIVED, bad ACK', answer);
    return isInRange ? [reset] : [reset, refused(connection, 'ACK out of range')];
  }
  if (!isInRange) return [refused(connection, 'ACK out of range')];
  const isFinAcknowledged = connection.hasSentFin && seg.ack === snd.nxt;
  const after: Connection = {
    ...connection,
    snd: { ...snd, una: isNew ? seg.ack : snd.una },
  };
  const windows = windowsAfter(connection, seg, isNew);
  switch (state) {
    case 'SYN-RECEIVED':
      return textAndFin({ ...after, state: 'ESTABLISHED' }, seg, 'SYN acknowledged', [seg.wnd]);
    case 'FIN-WAIT-1':
      if (isFinAcknowledged) return textAndFin({ ...after, state: 'FIN-WAIT-2' }, seg, 'FIN acknowledged', windows);
      return textAndFin(after, seg, 'acknowledged', windows);
    case 'CLOSING':
      if (isFinAcknowledged) return behindFin({ ...after, state: 'TIME-WAIT' }, seg, 'CLOSING, acknowledged', windows);
      return behindFin(after, seg, 'CLOSING, ignored', windows);
    case 'LAST-ACK':
      if (isFinAcknowledged) return [{ rule: 'LAST-ACK, acknowledged', state: 'CLOSED', answer: undefined }];
      return behindFin(after, seg, 'acknowledged', windows);
    case 'CLOSE-WAIT':
      return behindFin(after, seg, 'acknowledged', windows);
    case 'TIME-WAIT':
      return behindFin(after, seg, 'TIME-WAIT', windows);
    default:
      return textAndFin(after, seg, 'acknowledged', windows);
  }
}

/** What SND.WND may be; in TIME-WAIT it says nothing any more. By WL1 and WL2 alone an ACK that comes late would leave a window that it has made too wide. */
function windowsAfter({ snd }: Connection, seg: Segment, isNew: boolean): number[] {
  if (before(seg.ack, snd.una)) return [snd.wnd];
  const isNewer = before(snd.wl1, seg.seq) || (snd.wl1 === seg.seq && atOrBefore(snd.wl2, seg.ack));
  if (isNewer) return [seg.wnd];
  return isNew ? [snd.wnd, seg.wnd] : [snd.wnd];
}

/** Seventh and eighth step in ESTABLISHED, FIN-WAIT-1 and FIN-WAIT-2. */
function textAndFin(after: Connection, seg: Segment, rule: Rule, windows: readonly number[]): Allowed[] {
  const { snd, rcv, state } = after;
  const quiet: Allowed = { rule, state, answer: undefined, una: snd.una, rcvNxt: rcv.nxt, windows };
  if (lengthOf(seg) === 0) return [quiet];
  const edge = plus(rcv.nxt, rcv.wnd);
  if (before(rcv.nxt, seg.seq)) {
    const held: Allowed = { ...quiet, rule: 'text beyond a gap', answer: acknowledgment(snd.nxt, rcv.nxt) };
    return [held, ...lost(after, seg)];
  }
  const fin = plus(seg.seq, seg.text);
  const end = before(edge, fin) ? edge : fin;
  const isFinished = (seg.flags & FIN) !== 0 && before(fin, edge) && atOrBefore(rcv.nxt, fin);
  const nxt = isFinished ? plus(fin, 1) : joined(after, end);
  const taken: Allowed = {
    ...quiet,
    rule: isFinished ? 'FIN' : 'text',
    state: isFinished ? stateBehindFin(state) : state,
    answer: acknowledgment(snd.nxt, nxt),
    rcvNxt: nxt,
    windows: isFinished && state === 'FIN-WAIT-2' ? undefined : windows,
  };
  return [taken, ...(before(rcv.nxt, end) ? lost(after, seg) : [])];
}

/** RCV.NXT when all up to `end` is there: text that was held joins what closes its gap. */
function joined({ held }: Connection, end: number): number {
  return held !== undefined && atOrBefore(held.from, end) && before(end, held.to) ? held.to : end;
}

/** Text for a user who has called CLOSE: a RST may say so. */
function lost({ isLetGo, snd }: Connection, seg: Segment): Allowed[] {
  if (!isLetGo || seg.text === 0) return [];
  // Its form is that of 3.10.7.1, since the connection is gone, or that of an abort.
  return [seg.ack, snd.nxt].map((seq) => ({
    rule: 'text after CLOSE' as const,
    state: 'CLOSED' as const,
    answer: { flags: RST, seq, ack: undefined },
  }));
}

function stateBehindFin(state: StateName): StateName {
  if (state === 'FIN-WAIT-1') return 'CLOSING';
  return state === 'FIN-WAIT-2' ? 'TIME-WAIT' : 'CLOSE-WAIT';
}

/** The same steps in the states that the peer's FIN has led to: text is ignored, and a FIN changes no state. */
function behindFin(after: Connection, seg: Segment, rule: Rule, windows: readonly number[]): Allowed[] {
  const { snd, rcv, state } = after;
  const known = state === 'TIME-WAIT' ? undefined : windows;
  const isFin = (seg.flags & FIN) !== 0;
  const cited = isFin ? 'FIN behind FIN' : seg.text > 0 ? 'text behind FIN' : rule;
  const ignored: Allowed = { rule: cited, state, answer: undefined, una: snd.una, rcvNxt: rcv.nxt, windows: known };
  if (!isFin && state !== 'TIME-WAIT') return [ignored];
  return [ignored, { ...ignored, answer: acknowledgment(snd.nxt, rcv.nxt) }];
}
