// The states that a segment can meet, each with the lines that lead there and the numbers that then hold. The peer offers
// no option but an MSS, so that no segment carries any; the text is acknowledged at once, so that nothing comes later.

/** One of the eleven states, as the scripts of the matrix reach it. */
export interface StartState {
  /** As the RFC prints it. */
  name: string;
  /** The folder below segment-arrives/. */
  folder: string;
  lines: readonly string[];
  /** How state() is asked: a descriptor, or nothing for the connection without one. */
  handle: string;
  /** Relative numbers: SND.UNA, SND.NXT, RCV.NXT. */
  una: number;
  nxt: number;
  rcv: number;
}

const LISTEN = [
  '    0  socket(..., SOCK_STREAM, IPPROTO_TCP) = 3',
  '   +0  fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0',
  '   +0  bind(3, ..., ...) = 0',
  '   +0  listen(3, 1) = 0',
];

const SYN_RECEIVED = [...LISTEN, '   +0  < S  0:0(0) win 1000 <mss 1000>', '   +0  > S. 0:0(0) ack 1 <...>'];

const ESTABLISHED = [
  ...SYN_RECEIVED,
  '  +.1  < .  1:1(0) ack 1 win 1000',
  '   +0  accept(3, ..., ...) = 4',
  '   +0  fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0',
];

const FIN_WAIT_1 = [...ESTABLISHED, '  +.1  shutdown(4, SHUT_WR) = 0', '   +0  > F. 1:1(0) ack 1'];
const FIN_WAIT_2 = [...FIN_WAIT_1, ' +.05  < .  1:1(0) ack 2 win 1000'];
const CLOSE_WAIT = [...ESTABLISHED, '  +.1  < F. 1:1(0) ack 1 win 1000', '   +0  > .  1:1(0) ack 2'];
const CLOSING = [...FIN_WAIT_1, ' +.05  < F. 1:1(0) ack 1 win 1000', '   +0  > .  2:2(0) ack 2'];
const LAST_ACK = [...CLOSE_WAIT, '  +.1  shutdown(4, SHUT_WR) = 0', '   +0  > F. 1:1(0) ack 2'];
const TIME_WAIT = [...FIN_WAIT_2, ' +.05  < F. 1:1(0) ack 2 win 1000', '   +0  > .  2:2(0) ack 2'];

function other(name: string, lines: readonly string[], una: number, nxt: number, rcv: number): StartState {
  return { name, folder: `other-states/${name.toLowerCase()}`, lines, handle: '4', una, nxt, rcv };
}

export const CLOSED: StartState = { name: 'CLOSED', folder: 'closed', lines: [], handle: '', una: 0, nxt: 0, rcv: 0 };
export const LISTENING: StartState = { ...CLOSED, name: 'LISTEN', folder: 'listen', lines: LISTEN };
export const SYN_SENT: StartState = {
  ...CLOSED,
  name: 'SYN-SENT',
  folder: 'syn-sent',
  lines: [
    '    0  socket(..., SOCK_STREAM, IPPROTO_TCP) = 3',
    '   +0  fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0',
    '   +0  connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)',
    '   +0  > S  0:0(0) <...>',
  ],
  handle: '3',
  nxt: 1,
};
export const HALF_OPEN: StartState = { ...other('SYN-RECEIVED', SYN_RECEIVED, 0, 1, 1), handle: '' };

/** The states of 3.10.7.4 in which both SYNs are acknowledged, but for TIME-WAIT. */
export const SYNCHRONIZED: readonly StartState[] = [
  other('ESTABLISHED', ESTABLISHED, 1, 1, 1),
  other('FIN-WAIT-1', FIN_WAIT_1, 1, 2, 1),
  other('FIN-WAIT-2', FIN_WAIT_2, 2, 2, 1),
  other('CLOSE-WAIT', CLOSE_WAIT, 1, 1, 2),
  other('CLOSING', CLOSING, 1, 2, 2),
  other('LAST-ACK', LAST_ACK, 1, 2, 2),
];
export const WAITING: StartState = other('TIME-WAIT', TIME_WAIT, 2, 2, 2);

/** States in which the peer may still send text. */
export const RECEIVING = new Set(['ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2']);
