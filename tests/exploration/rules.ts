// The rules that the oracle cites, by the places where they stand.

export const RULES = {
  'CLOSED, RST': 'RFC 9293 3.10.7.1: an incoming segment containing a RST is discarded',
  'CLOSED, no ACK': 'RFC 9293 3.10.7.1: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>',
  'CLOSED, ACK': 'RFC 9293 3.10.7.1: <SEQ=SEG.ACK><CTL=RST>',
  'LISTEN, RST': 'RFC 9293 3.10.7.2, first: an incoming RST should be ignored',
  'LISTEN, ACK': 'RFC 9293 3.10.7.2, second: any acknowledgment is bad; <SEQ=SEG.ACK><CTL=RST>',
  'LISTEN, SYN': 'RFC 9293 3.10.7.2, third: <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>, SYN-RECEIVED',
  'LISTEN, other': 'RFC 9293 3.10.7.2, fourth: drop the segment',
  'SYN-SENT, bad ACK': 'RFC 9293 3.10.7.3, first: SEG.ACK =< ISS or SEG.ACK > SND.NXT: <SEQ=SEG.ACK><CTL=RST>',
  'SYN-SENT, bad ACK and RST': 'RFC 9293 3.10.7.3, first: ... unless the RST bit is set, if so drop the segment',
  'SYN-SENT, RST': 'RFC 9293 3.10.7.3, second: the ACK was acceptable: connection reset, CLOSED',
  'SYN-SENT, RST without ACK': 'RFC 9293 3.10.7.3, second: otherwise (no ACK), drop the segment',
  'SYN-SENT, SYN and ACK':
    'RFC 9293 3.10.7.3, fourth: our SYN is acknowledged: ESTABLISHED, <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, then the sixth step',
  'SYN-SENT, SYN': 'RFC 9293 3.10.7.3, fourth: otherwise SYN-RECEIVED, <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>',
  'SYN-SENT, other': 'RFC 9293 3.10.7.3, fifth: neither SYN nor RST: drop the segment',
  unacceptable: 'RFC 9293 3.10.7.4, first: not acceptable: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, drop the segment',
  'zero window': 'RFC 9293 3.10.7.4, first: RCV.WND is zero: special allowance for valid ACKs, URGs and RSTs',
  'RST outside': 'RFC 9293 3.10.7.4, second (RFC 5961 3), check 1: outside the window: silently drop the segment',
  'RST exact, passive': 'RFC 9293 3.10.7.4, second, check 2, SYN-RECEIVED by a passive OPEN: return to LISTEN',
  'RST exact': 'RFC 9293 3.10.7.4, second (RFC 5961 3), check 2: SEG.SEQ = RCV.NXT: reset the connection, CLOSED',
  'RST in TIME-WAIT': 'RFC 1337 3, fix F1: ignore RST segments in TIME-WAIT',
  'RST inside': 'RFC 9293 3.10.7.4, second (RFC 5961 3), check 3: in the window and not exact: challenge ACK',
  'SYN, passive': 'RFC 9293 3.10.7.4, fourth, SYN-RECEIVED by a passive OPEN: return to LISTEN',
  'SYN challenged': 'RFC 9293 3.10.7.4, fourth (RFC 5961 4): challenge ACK, irrespective of the sequence number',
  'SYN repeated': 'RFC 9293 3.8.1: the peer’s SYN, come again, says that our SYN-ACK was lost: it is sent again',
  'SYN trimmed':
    'RFC 9293 3.10.7.4, first, and 3.5, figure 8: what lies left of the window, a SYN among it, is trimmed off and the rest is heard',
  'SYN reopens': 'RFC 9293 3.6.1 (MAY-2): a SYN beyond the last sequence number reopens a connection in TIME-WAIT',
  'no ACK': 'RFC 9293 3.10.7.4, fifth: the ACK bit is off: drop the segment',
  'ACK out of range':
    'RFC 9293 3.10.7.4, fifth (RFC 5961 5, MAY-12): not in SND.UNA - MAX.SND.WND .. SND.NXT: discard it and send an ACK',
  'SYN-RECEIVED, bad ACK': 'RFC 9293 3.10.7.4, fifth, SYN-RECEIVED: not acceptable: <SEQ=SEG.ACK><CTL=RST>',
  acknowledged: 'RFC 9293 3.10.7.4, fifth: SND.UNA and the window are taken; a duplicate can be ignored',
  'SYN acknowledged': 'RFC 9293 3.10.7.4, fifth, SYN-RECEIVED: ESTABLISHED',
  'FIN acknowledged': 'RFC 9293 3.10.7.4, fifth, FIN-WAIT-1: our FIN is acknowledged: FIN-WAIT-2',
  'CLOSING, ignored': 'RFC 9293 3.10.7.4, fifth, CLOSING: our FIN is not acknowledged: ignore the segment',
  'CLOSING, acknowledged': 'RFC 9293 3.10.7.4, fifth, CLOSING: our FIN is acknowledged: TIME-WAIT',
  'LAST-ACK, acknowledged': 'RFC 9293 3.10.7.4, fifth, LAST-ACK: our FIN is acknowledged: CLOSED',
  'TIME-WAIT': 'RFC 9293 3.10.7.4, fifth, TIME-WAIT: acknowledge it, and restart the 2 MSL time-out',
  text: 'RFC 9293 3.10.7.4, seventh: the text is taken and acknowledged: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>',
  'text beyond a gap':
    'RFC 9293 3.10.7.4, first and seventh (SHLD-31, MAY-13; RFC 5681 4.2): held, and a duplicate ACK',
  'text after CLOSE': 'RFC 9293 3.6.1 (SHLD-3): text after CLOSE: a RST to show that it was lost',
  'text behind FIN': 'RFC 9293 3.10.7.4, seventh, CLOSE-WAIT and later: ignore the segment text',
  FIN: 'RFC 9293 3.10.7.4, eighth: RCV.NXT advances over the FIN, which is acknowledged',
  'FIN behind FIN': 'RFC 9293 3.10.7.4, eighth, CLOSE-WAIT and later: remain in the state',
} as const;

export type Rule = keyof typeof RULES;
