import { acknowledgment, arrives, calls, type Case, sends } from './case.js';
import type { StartState } from './states.js';

// What 3.10.7.1 to 3.10.7.3 say of CLOSED, LISTEN and SYN-SENT, and 3.10.7.4 of SYN-RECEIVED behind a passive OPEN.

const CLOSED_OFF =
  '3.10.7.1: "If the ACK bit is off, sequence number zero is used, <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>".';
const CLOSED_ON = '3.10.7.1: "If the ACK bit is on, <SEQ=SEG.ACK><CTL=RST>".';
const CLOSED_RST = '3.10.7.1: "An incoming segment containing a RST is discarded."';

/** No listener, no connection: `state()` sees nothing before or after. */
export const closed: readonly Case[] = [
  {
    input: 'syn',
    cite: `${CLOSED_OFF} The SYN counts in SEG.LEN.`,
    lines: [arrives('S  100:100(0) win 1000 <mss 1000>'), sends('R. 0:0(0) ack 1')],
  },
  {
    input: 'syn-with-text',
    cite: `${CLOSED_OFF} SEG.LEN counts the SYN and the text.`,
    lines: [arrives('S  100:110(10) win 1000'), sends('R. 0:0(0) ack 11')],
  },
  {
    input: 'syn-fin',
    cite: `${CLOSED_OFF} SEG.LEN counts the SYN and the FIN.`,
    lines: [arrives('SF 100:100(0) win 1000'), sends('R. 0:0(0) ack 2')],
  },
  {
    input: 'fin',
    cite: `${CLOSED_OFF} SEG.LEN counts the FIN.`,
    lines: [arrives('F  100:100(0) win 1000'), sends('R. 0:0(0) ack 101')],
  },
  {
    input: 'text',
    cite: `${CLOSED_OFF} SEG.LEN counts the text.`,
    lines: [arrives('P  100:120(20) win 1000'), sends('R. 0:0(0) ack 120')],
  },
  { input: 'no-flags', cite: CLOSED_OFF, lines: [arrives('-  100:100(0) win 1000'), sends('R. 0:0(0) ack 100')] },
  { input: 'urg', cite: CLOSED_OFF, lines: [arrives('U  100:101(1) win 1000 urg 1'), sends('R. 0:0(0) ack 101')] },
  { input: 'syn-ack', cite: CLOSED_ON, lines: [arrives('S. 100:100(0) ack 777 win 1000'), sends('R  777:777(0)')] },
  { input: 'ack', cite: CLOSED_ON, lines: [arrives('.  100:100(0) ack 777 win 1000'), sends('R  777:777(0)')] },
  {
    input: 'ack-with-text',
    cite: CLOSED_ON,
    lines: [arrives('P. 100:150(50) ack 777 win 1000'), sends('R  777:777(0)')],
  },
  { input: 'fin-ack', cite: CLOSED_ON, lines: [arrives('F. 100:100(0) ack 777 win 1000'), sends('R  777:777(0)')] },
  {
    input: 'urg-ack',
    cite: CLOSED_ON,
    lines: [arrives('U. 100:101(1) ack 777 win 1000 urg 1'), sends('R  777:777(0)')],
  },
  { input: 'rst', cite: CLOSED_RST, lines: [arrives('R  100:100(0)')] },
  { input: 'rst-ack', cite: CLOSED_RST, lines: [arrives('R. 100:100(0) ack 777')] },
  { input: 'rst-with-text', cite: CLOSED_RST, lines: [arrives('R  100:110(10)')] },
];

const LISTEN_RST = '3.10.7.2, first: "An incoming RST should be ignored."';
const LISTEN_ACK =
  '3.10.7.2, second: "Any acknowledgment is bad if it arrives on a connection still in the LISTEN state": <SEQ=SEG.ACK><CTL=RST>.';
const LISTEN_OTHER = '3.10.7.2, fourth: other data or control "should not be reached. Drop the segment and return."';

export const listening: readonly Case[] = [
  { input: 'rst', cite: LISTEN_RST, lines: [arrives('R  100:100(0)')] },
  { input: 'rst-ack', cite: LISTEN_RST, lines: [arrives('R. 100:100(0) ack 777')] },
  { input: 'ack', cite: LISTEN_ACK, lines: [arrives('.  100:100(0) ack 777 win 1000'), sends('R  777:777(0)')] },
  {
    input: 'ack-with-text',
    cite: LISTEN_ACK,
    lines: [arrives('P. 100:150(50) ack 777 win 1000'), sends('R  777:777(0)')],
  },
  { input: 'syn-ack', cite: LISTEN_ACK, lines: [arrives('S. 100:100(0) ack 777 win 1000'), sends('R  777:777(0)')] },
  { input: 'fin-ack', cite: LISTEN_ACK, lines: [arrives('F. 100:100(0) ack 777 win 1000'), sends('R  777:777(0)')] },
  {
    input: 'urg-ack',
    cite: LISTEN_ACK,
    lines: [arrives('U. 100:101(1) ack 777 win 1000 urg 1'), sends('R  777:777(0)')],
  },
  { input: 'fin', cite: LISTEN_OTHER, lines: [arrives('F  100:100(0) win 1000')] },
  { input: 'text', cite: LISTEN_OTHER, lines: [arrives('P  100:120(20) win 1000')] },
  { input: 'urg', cite: LISTEN_OTHER, lines: [arrives('U  100:101(1) win 1000 urg 1')] },
  { input: 'no-flags', cite: LISTEN_OTHER, lines: [arrives('-  100:100(0) win 1000')] },
  {
    input: 'syn',
    cite: '3.10.7.2, third: a SYN is answered with <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>, RCV.NXT being SEG.SEQ+1, and the state is SYN-RECEIVED.',
    lines: [arrives('S  100:100(0) win 1000 <mss 1000>'), sends('S. 0:0(0) ack 1 <...>')],
    after: 'SYN-RECEIVED',
  },
  {
    input: 'syn-without-mss',
    cite: '3.10.7.2, third, and 3.7.1: a SYN without the MSS option is as good as one with it.',
    lines: [arrives('S  100:100(0) win 1000'), sends('S. 0:0(0) ack 1 <mss ...>')],
    after: 'SYN-RECEIVED',
  },
];

const BAD_ACK =
  '3.10.7.3, first: "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset (unless the RST bit is set, if so drop the segment and return) <SEQ=SEG.ACK><CTL=RST>".';
const SENT_OTHER = '3.10.7.3, fifth: "if neither of the SYN or RST bits is set, then drop the segment and return."';
const REFUSED = calls('getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0');

export const synSent: readonly Case[] = [
  { input: 'ack-left', cite: BAD_ACK, lines: [arrives('.  0:0(0) ack 0 win 1000'), sends('R  0:0(0)')] },
  { input: 'ack-right', cite: BAD_ACK, lines: [arrives('.  0:0(0) ack 2 win 1000'), sends('R  2:2(0)')] },
  { input: 'ack-at', cite: SENT_OTHER, lines: [arrives('.  0:0(0) ack 1 win 1000')] },
  { input: 'ack-left-with-text', cite: BAD_ACK, lines: [arrives('P. 0:10(10) ack 0 win 1000'), sends('R  0:0(0)')] },
  { input: 'ack-at-with-text', cite: SENT_OTHER, lines: [arrives('P. 0:10(10) ack 1 win 1000')] },
  { input: 'text', cite: SENT_OTHER, lines: [arrives('P  0:10(10) win 1000')] },
  { input: 'urg', cite: SENT_OTHER, lines: [arrives('U  0:1(1) win 1000 urg 1')] },
  {
    input: 'fin',
    cite: '3.10.7.3, fifth, and 3.10.7.4, eighth: "Do not process the FIN if the state is CLOSED, LISTEN, or SYN-SENT".',
    lines: [arrives('F  0:0(0) win 1000')],
  },
  { input: 'fin-ack-at', cite: SENT_OTHER, lines: [arrives('F. 0:0(0) ack 1 win 1000')] },
  { input: 'fin-ack-right', cite: BAD_ACK, lines: [arrives('F. 0:0(0) ack 2 win 1000'), sends('R  2:2(0)')] },
  { input: 'no-flags', cite: SENT_OTHER, lines: [arrives('-  0:0(0) win 1000')] },
  {
    input: 'rst',
    cite: '3.10.7.3, second: a RST without an acceptable ACK: "Otherwise (no ACK), drop the segment and return."',
    lines: [arrives('R  0:0(0)')],
  },
  { input: 'rst-ack-left', cite: `${BAD_ACK} A RST draws none.`, lines: [arrives('R. 0:0(0) ack 0')] },
  { input: 'rst-ack-right', cite: `${BAD_ACK} A RST draws none.`, lines: [arrives('R. 0:0(0) ack 2')] },
  {
    input: 'rst-ack-at',
    cite: '3.10.7.3, second (UN-3): "If the ACK was acceptable, then signal to the user \'error: connection reset\', drop the segment, enter CLOSED state". The user of a connect() knows it as refused.',
    lines: [arrives('R. 0:0(0) ack 1'), REFUSED],
    after: 'CLOSED',
  },
  {
    input: 'syn-ack',
    cite: '3.10.7.3, fourth: a SYN that acknowledges ours: ESTABLISHED, and <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> is sent.',
    lines: [arrives('S. 500:500(0) ack 1 win 1000 <mss 1000>'), sends('.  1:1(0) ack 1')],
    after: 'ESTABLISHED',
  },
  {
    input: 'syn-ack-left',
    cite: BAD_ACK,
    lines: [arrives('S. 500:500(0) ack 0 win 1000 <mss 1000>'), sends('R  0:0(0)')],
  },
  {
    input: 'syn-ack-right',
    cite: BAD_ACK,
    lines: [arrives('S. 500:500(0) ack 2 win 1000 <mss 1000>'), sends('R  2:2(0)')],
  },
  {
    input: 'syn',
    cite: '3.10.7.3, fourth: a SYN without ACK: "Otherwise, enter SYN-RECEIVED, form a SYN,ACK segment <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>" (MUST-10).',
    lines: [arrives('S  500:500(0) win 1000 <mss 1000>'), sends('S. 0:0(0) ack 1 <...>')],
    after: 'SYN-RECEIVED',
  },
  {
    input: 'syn-ack-with-text',
    cite: '3.10.7.3, fourth: "If there are other controls or text in the segment, then continue processing at the sixth step".',
    lines: [
      arrives('S. 0:10(10) ack 1 win 1000 <mss 1000>'),
      sends('.  1:1(0) ack 11'),
      calls('read(3, ..., 100) = 10'),
    ],
    after: 'ESTABLISHED',
  },
  {
    input: 'syn-ack-with-fin',
    cite: '3.10.7.3, fourth, then 3.10.7.4, eighth: the FIN that comes with the SYN is processed in ESTABLISHED.',
    lines: [arrives('SF. 0:0(0) ack 1 win 1000 <mss 1000>'), sends('.  1:1(0) ack 2'), calls('read(3, ..., 100) = 0')],
    after: 'CLOSE-WAIT',
  },
];

const UNACCEPTABLE =
  '3.10.7.4, first: "If an incoming segment is not acceptable, an acknowledgment should be sent in reply": <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>.';
const TO_LISTEN =
  '"If the connection was initiated with a passive OPEN, then return this connection to the LISTEN state and return."';

export function synReceived(state: StartState): readonly Case[] {
  const acknowledges = acknowledgment(state);
  return [
    {
      input: 'ack-at',
      cite: '3.10.7.4, fifth, SYN-RECEIVED: "If SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state".',
      lines: [arrives('.  1:1(0) ack 1 win 1000')],
      after: 'ESTABLISHED',
    },
    {
      input: 'ack-left',
      cite: `${UNACCEPTABLE} SEQ lies left of the window.`,
      lines: [arrives('.  0:0(0) ack 1 win 1000'), acknowledges],
    },
    {
      input: 'ack-right',
      cite: `${UNACCEPTABLE} SEQ lies right of the window.`,
      lines: [arrives('.  EDGE:EDGE(0) ack 1 win 1000'), acknowledges],
    },
    {
      input: 'ack-unsent',
      cite: '3.10.7.4, fifth, SYN-RECEIVED: "If the segment acknowledgment is not acceptable, form a reset segment <SEQ=SEG.ACK><CTL=RST>".',
      lines: [arrives('.  1:1(0) ack 2 win 1000'), sends('R  2:2(0)')],
    },
    {
      input: 'ack-old',
      cite: '3.10.7.4, fifth, SYN-RECEIVED: SEG.ACK = SND.UNA acknowledges nothing: <SEQ=SEG.ACK><CTL=RST>.',
      lines: [arrives('.  1:1(0) ack 0 win 1000'), sends('R  0:0(0)')],
    },
    {
      input: 'no-ack',
      cite: '3.10.7.4, fifth: "if the ACK bit is off, drop the segment and return".',
      lines: [arrives('P  1:11(10) win 1000')],
    },
    {
      input: 'rst-exact',
      cite: `3.10.7.4, second, SYN-RECEIVED (MUST-11): ${TO_LISTEN} "The user need not be informed."`,
      lines: [arrives('R  1:1(0)'), calls('accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)')],
      after: 'CLOSED',
    },
    {
      input: 'rst-in-window',
      cite: '3.10.7.4, second, check 3 (RFC 5961): a RST in the window but not at RCV.NXT draws a challenge ACK.',
      lines: [arrives('R  2:2(0)'), acknowledges],
    },
    {
      input: 'rst-left',
      cite: '3.10.7.4, second, check 1 (RFC 5961): "If the RST bit is set and the sequence number is outside the current receive window, silently drop the segment."',
      lines: [arrives('R  0:0(0)')],
    },
    {
      input: 'rst-right',
      cite: '3.10.7.4, second, check 1 (RFC 5961): "If the RST bit is set and the sequence number is outside the current receive window, silently drop the segment."',
      lines: [arrives('R  EDGE:EDGE(0)')],
    },
    {
      input: 'rst-syn-repeated',
      cite: '3.10.7.4, second, check 1 (RFC 5961): a RST outside the window is dropped in silence, also one with the SYN that began the connection: the SYN is looked at behind it.',
      lines: [arrives('SR 0:0(0) win 1000')],
    },
    {
      input: 'syn-ack-repeated-unsent',
      cite: '3.10.7.4, first: the SYN is trimmed off; fifth, SYN-RECEIVED: "If the segment acknowledgment is not acceptable, form a reset segment <SEQ=SEG.ACK><CTL=RST>", and nothing else.',
      lines: [arrives('S. 0:0(0) ack 2 win 1000'), sends('R  2:2(0)')],
    },
    {
      input: 'syn-in-window',
      cite: `3.10.7.4, fourth, SYN-RECEIVED: ${TO_LISTEN}`,
      lines: [arrives('S  10:10(0) win 1000')],
      after: 'CLOSED',
    },
    {
      input: 'fin',
      cite: '3.10.7.4, fifth and eighth: the ACK enters ESTABLISHED, the FIN CLOSE-WAIT, and is acknowledged.',
      lines: [arrives('F. 1:1(0) ack 1 win 1000'), sends('.  1:1(0) ack 2')],
      after: 'CLOSE-WAIT',
    },
    {
      input: 'fin-without-ack',
      cite: '3.10.7.4, fifth: "if the ACK bit is off, drop the segment and return".',
      lines: [arrives('F  1:1(0) win 1000')],
    },
    {
      input: 'data-at',
      cite: '3.10.7.4, fifth and seventh: the ACK enters ESTABLISHED, and the text that comes with it is taken.',
      lines: [
        arrives('P. 1:11(10) ack 1 win 1000'),
        sends('.  1:1(0) ack 11'),
        calls('accept(3, ..., ...) = 4'),
        calls('read(4, ..., 100) = 10'),
      ],
      after: 'ESTABLISHED',
    },
    {
      input: 'data-before',
      cite: `${UNACCEPTABLE} All of the text lies left of the window.`,
      lines: [arrives('P. 4294967287:1(10) ack 1 win 1000'), acknowledges],
    },
    {
      input: 'data-beyond',
      cite: `${UNACCEPTABLE} All of the text lies right of the window.`,
      lines: [arrives('P. EDGE:EDGE+10(10) ack 1 win 1000'), acknowledges],
    },
    {
      input: 'urg',
      cite: '3.10.7.4, fifth, sixth and seventh: behind the ACK the urgent pointer is taken, and so is the text.',
      lines: [
        arrives('PU. 1:11(10) ack 1 win 1000 urg 10'),
        sends('.  1:1(0) ack 11'),
        calls('accept(3, ..., ...) = 4'),
        calls('info(4, urgent) = 1'),
      ],
      after: 'ESTABLISHED',
    },
  ];
}
