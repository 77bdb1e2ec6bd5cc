import { acknowledgment, arrives, calls, type Case, range } from './case.js';
import { RECEIVING, type StartState } from './states.js';

// What the eight steps of 3.10.7.4 say of the states behind SYN-RECEIVED.

const UNACCEPTABLE =
  '3.10.7.4, first: "If an incoming segment is not acceptable, an acknowledgment should be sent in reply": <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>.';
const CHALLENGE_SYN =
  '3.10.7.4, fourth (RFC 5961 section 4; UN-8): "if the SYN bit is set, irrespective of the sequence number, TCP endpoints MUST send a \'challenge ACK\'", and drop the segment.';
const RST_OUTSIDE =
  '3.10.7.4, second, check 1 (RFC 5961): "If the RST bit is set and the sequence number is outside the current receive window, silently drop the segment."';
const RST_INSIDE =
  '3.10.7.4, second, check 3 (RFC 5961; UN-6, UN-7): "yet is within the current receive window, TCP endpoints MUST send an acknowledgment (challenge ACK)".';
const IGNORED_TEXT =
  '"This should not occur since a FIN has been received from the remote side. Ignore the segment text."';

/** Steps one to five. */
export function sequenceAndControl(state: StartState): Case[] {
  const { una, rcv } = state;
  const acknowledges = acknowledgment(state);
  const empty = (flags: string, seq: number, ack = una): string =>
    arrives(`${flags} ${range(seq, 0)} ack ${ack >>> 0} win 1000`);
  return [
    {
      input: 'ack-left',
      cite: `${UNACCEPTABLE} SEQ lies left of the window.`,
      lines: [empty('. ', rcv - 1), acknowledges],
    },
    {
      input: 'ack-at',
      cite: '3.10.7.4, fifth: "If the ACK is a duplicate (SEG.ACK =< SND.UNA), it can be ignored." A segment without text is not acknowledged.',
      lines: [empty('. ', rcv)],
    },
    {
      input: 'ack-right-edge',
      cite: '3.10.7.4, first: RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND is acceptable, and a segment without text is not acknowledged.',
      lines: [arrives(`.  EDGE-1:EDGE-1(0) ack ${una} win 1000`)],
    },
    {
      input: 'ack-right',
      cite: `${UNACCEPTABLE} SEQ lies right of the window.`,
      lines: [arrives(`.  EDGE:EDGE(0) ack ${una} win 1000`), acknowledges],
    },
    {
      input: 'ack-unsent',
      cite: '3.10.7.4, fifth: "If the ACK acks something not yet sent (SEG.ACK > SND.NXT), then send an ACK, drop the segment, and return."',
      lines: [empty('. ', rcv, state.nxt + 1), acknowledges],
    },
    {
      input: 'ack-too-old',
      cite: '3.10.7.4, fifth (RFC 5961 section 5, MAY-12): an ACK older than SND.UNA - MAX.SND.WND: "MUST be discarded and an ACK sent back". The largest window so far is 1000.',
      lines: [empty('. ', rcv, una - 1001), acknowledges],
    },
    {
      input: 'no-ack',
      cite: '3.10.7.4, fifth: "if the ACK bit is off, drop the segment and return".',
      lines: [arrives(`P  ${range(rcv, 10)} win 1000`)],
    },
    {
      input: 'no-flags',
      cite: '3.10.7.4, fifth: "if the ACK bit is off, drop the segment and return".',
      lines: [arrives(`-  ${range(rcv, 0)} win 1000`)],
    },
    { input: 'syn-old', cite: CHALLENGE_SYN, lines: [arrives('S  0:0(0) win 1000 <mss 1000>'), acknowledges] },
    {
      input: 'syn-in-window',
      cite: CHALLENGE_SYN,
      lines: [arrives(`S  ${range(rcv + 10, 0)} win 1000 <mss 1000>`), acknowledges],
    },
    {
      input: 'syn-ack-old',
      cite: CHALLENGE_SYN,
      lines: [arrives(`S. 0:0(0) ack ${una} win 1000 <mss 1000>`), acknowledges],
    },
    {
      input: 'syn-ack-in-window',
      cite: CHALLENGE_SYN,
      lines: [arrives(`S. ${range(rcv, 0)} ack ${una} win 1000 <mss 1000>`), acknowledges],
    },
    { input: 'rst-in-window', cite: RST_INSIDE, lines: [arrives(`R  ${range(rcv + 1, 0)}`), acknowledges] },
    { input: 'rst-right-edge', cite: RST_INSIDE, lines: [arrives('R  EDGE-1:EDGE-1(0)'), acknowledges] },
    { input: 'rst-left', cite: RST_OUTSIDE, lines: [arrives(`R  ${range(rcv - 1, 0)}`)] },
    {
      input: 'rst-straddling',
      cite: `${RST_OUTSIDE} Its text reaches into the window, its sequence number does not.`,
      lines: [arrives(`R  ${range(rcv - 5, 10)}`)],
    },
    { input: 'rst-right', cite: RST_OUTSIDE, lines: [arrives('R  EDGE:EDGE(0)')] },
    resetExactly(state, 'rst-exact', 0),
    resetExactly(state, 'rst-with-text', 10),
  ];
}

/** Second step, check 2: the connection is over, and the user of the earlier states hears of it. */
function resetExactly(state: StartState, input: string, octets: number): Case {
  const hears = state.name !== 'CLOSING' && state.name !== 'LAST-ACK';
  const rule = hears
    ? '"Users should also receive an unsolicited general \'connection reset\' signal. Enter the CLOSED state".'
    : '"If the RST bit is set, then enter the CLOSED state, delete the TCB, and return."';
  const text = octets > 0 ? ' A RST may carry text (SHLD-2).' : '';
  return {
    input,
    cite: `3.10.7.4, second, check 2 (RFC 5961; UN-5), then ${state.name}: ${rule}${text}`,
    lines: [
      arrives(`R  ${range(state.rcv, octets)}`),
      ...(hears ? [calls('getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0')] : []),
    ],
    after: 'CLOSED',
  };
}

/** Steps six to eight. */
export function textAndFin(state: StartState): Case[] {
  const { una, rcv } = state;
  const acknowledges = acknowledgment(state);
  const text = (flags: string, seq: number, octets: number, more = ''): string =>
    arrives(`${flags} ${range(seq, octets)} ack ${una} win 1000${more}`);
  const cases: Case[] = [
    {
      input: 'data-before',
      cite: `${UNACCEPTABLE} All of the text lies left of the window.`,
      lines: [text('P.', rcv - 10, 10), acknowledges],
    },
    {
      input: 'data-beyond',
      cite: `${UNACCEPTABLE} All of the text lies right of the window.`,
      lines: [arrives(`P. EDGE:EDGE+10(10) ack ${una} win 1000`), acknowledges],
    },
    ...(RECEIVING.has(state.name) ? receivesText(state, text) : ignoresText(state, text)),
  ];
  return [...cases, ...finishes(state, text)];
}

type Text = (flags: string, seq: number, octets: number, more?: string) => string;

function receivesText(state: StartState, text: Text): Case[] {
  const { rcv } = state;
  const duplicate = acknowledgment(state);
  const takes = (octets: number): string => acknowledgment(state, octets);
  return [
    {
      input: 'data-at',
      cite: "3.10.7.4, seventh: the text is moved into the user's buffer, RCV.NXT advances over it, and it is acknowledged.",
      lines: [text('P.', rcv, 10), takes(10), calls('read(4, ..., 100) = 10')],
    },
    {
      input: 'data-overlapping',
      cite: '3.10.7.4, first: "If a segment\'s contents straddle the boundary between old and new, only the new parts are processed."',
      lines: [text('P.', rcv - 5, 10), takes(5), calls('read(4, ..., 100) = 5')],
    },
    {
      input: 'data-behind-a-gap',
      cite: '3.10.7.4, first (SHLD-31): "Segments with higher beginning sequence numbers SHOULD be held for later processing"; RFC 5681 section 4.2 wants a duplicate ACK at once (MAY-13).',
      lines: [
        text('P.', rcv + 10, 10),
        duplicate,
        calls('read(4, ..., 100) = -1 EAGAIN (Resource temporarily unavailable)'),
        text('P.', rcv, 10),
        takes(20),
        calls('read(4, ..., 100) = 20'),
      ],
    },
    {
      input: 'urg',
      cite: '3.10.7.4, sixth: "RCV.UP <- max(RCV.UP,SEG.UP), and signal the user that the remote side has urgent data" (MUST-32).',
      lines: [
        text('PU.', rcv, 10, ' urg 10'),
        takes(10),
        calls('info(4, urgent) = 1'),
        calls('read(4, ..., 100) = 10'),
        calls('info(4, urgent) = 0'),
      ],
    },
    {
      input: 'urg-before-its-text',
      cite: '3.10.7.4, sixth: the pointer may run ahead of the text that the segment carries (MUST-31).',
      lines: [text('U.', rcv, 0, ' urg 500'), calls('info(4, urgent) = 1')],
    },
  ];
}

function ignoresText(state: StartState, text: Text): Case[] {
  const { rcv, name } = state;
  return [
    { input: 'data-at', cite: `3.10.7.4, seventh, ${name}: ${IGNORED_TEXT}`, lines: [text('P.', rcv, 10)] },
    {
      input: 'data-overlapping',
      cite: `3.10.7.4, seventh, ${name}: ${IGNORED_TEXT}`,
      lines: [text('P.', rcv - 5, 10)],
    },
    {
      input: 'urg',
      cite: `3.10.7.4, sixth, ${name}: "This should not occur since a FIN has been received from the remote side. Ignore the URG."`,
      lines: [text('U.', rcv, 0, ' urg 5'), ...(name === 'TIME-WAIT' ? [] : [calls('info(4, urgent) = 0')])],
    },
  ];
}

/** Where a FIN leads, and whether it is one that has come before. */
const FINS: Readonly<Record<string, string>> = {
  ESTABLISHED: 'CLOSE-WAIT',
  'FIN-WAIT-1': 'CLOSING',
  'FIN-WAIT-2': 'TIME-WAIT',
};

function finishes(state: StartState, text: Text): Case[] {
  const { rcv, name } = state;
  const after = FINS[name];
  if (after === undefined) {
    return [
      {
        input: 'fin-again',
        cite: `3.10.7.4, first and eighth, ${name}: the peer's FIN, come again, is acknowledged. Remain in the ${name} state.`,
        lines: [text('F.', rcv - 1, 0), acknowledgment(state)],
      },
    ];
  }
  const rule = `3.10.7.4, eighth, ${name}: RCV.NXT advances over the FIN, it is acknowledged, and the state is ${after}.`;
  return [
    {
      input: 'fin',
      cite: rule,
      lines: [text('F.', rcv, 0), acknowledgment(state, 1), calls('read(4, ..., 100) = 0')],
      after,
    },
    {
      input: 'fin-with-text',
      cite: `${rule} The text before the FIN is delivered first.`,
      lines: [
        text('FP.', rcv, 10),
        acknowledgment(state, 11),
        calls('read(4, ..., 100) = 10'),
        calls('read(4, ..., 100) = 0'),
      ],
      after,
    },
    {
      input: 'fin-behind-a-gap',
      cite: '3.10.7.4, first: processing is done in SEG.SEQ order: a FIN beyond RCV.NXT waits for what is missing.',
      lines: [
        text('F.', rcv + 10, 0),
        acknowledgment(state),
        text('P.', rcv, 10),
        acknowledgment(state, 11),
        calls('read(4, ..., 100) = 10'),
      ],
      after,
    },
  ];
}

/** TIME-WAIT, where 1337 forbids a RST to end the wait, and a SYN has its own scripts. */
export function timeWait(state: StartState): Case[] {
  const RFC_1337 =
    'RFC 1337 section 3, fix F1: "Ignore RST segments in TIME-WAIT state", so that an old duplicate cannot end the wait.';
  const notAboutRst = sequenceAndControl(state).filter(
    ({ input }) => !input.startsWith('rst-') && input !== 'syn-in-window',
  );
  const rsts: Case[] = [
    { input: 'rst-exact', cite: RFC_1337, lines: [arrives(`R  ${range(state.rcv, 0)}`)] },
    {
      input: 'rst-in-window',
      cite: RST_INSIDE,
      lines: [arrives(`R  ${range(state.rcv + 1, 0)}`), acknowledgment(state)],
    },
    { input: 'rst-left', cite: RST_OUTSIDE, lines: [arrives(`R  ${range(state.rcv - 1, 0)}`)] },
    { input: 'rst-straddling', cite: RST_OUTSIDE, lines: [arrives(`R  ${range(state.rcv - 5, 10)}`)] },
    { input: 'rst-right', cite: RST_OUTSIDE, lines: [arrives('R  EDGE:EDGE(0)')] },
  ];
  return [...notAboutRst, ...rsts, ...textAndFin(state)];
}
