// What RFC 9293 says that passes in each scenario, written down by hand from its figures and from section 3.10, with the
// RFC's numbers turned into those that count from 0. A line is one segment: the state of the left end (laptop) behind it, the
// segment, the state of the right end (board) behind it. `...`: that end has nothing to do with it. `lost`, `damaged`.

const HANDSHAKE = `
  SYN-SENT    --> <SEQ=0><CTL=SYN>            --> SYN-RECEIVED
  ESTABLISHED <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  ESTABLISHED --> <SEQ=1><ACK=1><CTL=ACK>     --> ESTABLISHED`;

/** Figure 12 with the ends changed over: the board closes first and holds TIME-WAIT. */
const BOARD_CLOSES = `${HANDSHAKE}
  CLOSE-WAIT  <-- <SEQ=1><ACK=1><CTL=FIN,ACK> <-- FIN-WAIT-1
  CLOSE-WAIT  --> <SEQ=1><ACK=2><CTL=ACK>     --> FIN-WAIT-2
  LAST-ACK    --> <SEQ=1><ACK=2><CTL=FIN,ACK> --> TIME-WAIT
  CLOSED      <-- <SEQ=2><ACK=2><CTL=ACK>     <-- TIME-WAIT`;

/** Six SYNs of which the queue of four takes four; its SYN-ACKs go to addresses that are not the laptop's. */
const FLOOD_TAKEN = `
  ... --> <SEQ=0><CTL=SYN> --> SYN-RECEIVED
  ... --> <SEQ=0><CTL=SYN> --> SYN-RECEIVED
  ... --> <SEQ=0><CTL=SYN> --> SYN-RECEIVED
  ... --> <SEQ=0><CTL=SYN> --> SYN-RECEIVED
  ... --> <SEQ=0><CTL=SYN> --> LISTEN
  ... --> <SEQ=0><CTL=SYN> --> LISTEN`;
const FLOOD_ANSWERED = `
  ... <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  ... <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  ... <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  ... <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED`;

export interface Figure {
  lines: string;
  /** Of laptop and board when nothing more will happen. */
  ends: readonly [string, string];
}

export const FIGURES: Readonly<Record<string, Figure>> = {
  // Figure 6.
  'three-way-handshake': { lines: HANDSHAKE, ends: ['ESTABLISHED', 'ESTABLISHED'] },
  'four-proofs': { lines: HANDSHAKE, ends: ['ESTABLISHED', 'ESTABLISHED'] },

  // 3.10.7.4, first: the SYN that comes again is not acceptable in SYN-RECEIVED, and what answers it is the SYN-ACK.
  'syn-ack-lost': {
    lines: `
  SYN-SENT    --> <SEQ=0><CTL=SYN>            --> SYN-RECEIVED
  lost        <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  SYN-SENT    --> <SEQ=0><CTL=SYN>            --> SYN-RECEIVED
  ESTABLISHED <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  ESTABLISHED --> <SEQ=1><ACK=1><CTL=ACK>     --> ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // Figure 8: 100 is 0, the duplicate's 90 is -10. The first line's SYN arrives behind the reset.
  'old-duplicate-syn': {
    lines: `
  SYN-SENT    --> <SEQ=0><CTL=SYN>             --> SYN-RECEIVED
  ...         --> <SEQ=-10><CTL=SYN>           --> SYN-RECEIVED
  SYN-SENT    <-- <SEQ=0><ACK=-9><CTL=SYN,ACK> <-- SYN-RECEIVED
  SYN-SENT    --> <SEQ=-9><CTL=RST>            --> LISTEN
  ESTABLISHED <-- <SEQ=0><ACK=1><CTL=SYN,ACK>  <-- SYN-RECEIVED
  ESTABLISHED --> <SEQ=1><ACK=1><CTL=ACK>      --> ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // Figure 7, and behind it the ACKs of 3.10.7.4, first: each SYN-ACK repeats a SYN that had arrived.
  'simultaneous-open': {
    lines: `
  SYN-SENT     --> <SEQ=0><CTL=SYN>            --> SYN-RECEIVED
  SYN-RECEIVED <-- <SEQ=0><CTL=SYN>            <-- SYN-SENT
  ESTABLISHED  <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  SYN-RECEIVED --> <SEQ=0><ACK=1><CTL=SYN,ACK> --> ESTABLISHED
  ESTABLISHED  --> <SEQ=1><ACK=1><CTL=ACK>     --> ESTABLISHED
  ESTABLISHED  <-- <SEQ=1><ACK=1><CTL=ACK>     <-- ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // 3.10.7.1: <SEQ=0> on the wire, which Slipway counts as Wireshark does, from one before the first octet seen.
  'connection-refused': {
    lines: `
  SYN-SENT --> <SEQ=0><CTL=SYN>            --> CLOSED
  CLOSED   <-- <SEQ=1><ACK=1><CTL=RST,ACK> <-- CLOSED`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // 3.8.1: the same octets under the same SEQ.
  'data-with-loss': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=100><CTL=ACK> lost
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=100><CTL=ACK> --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=101><CTL=ACK>        <-- ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // RFC 5681: an initial window of four segments; each of the first two duplicates lets one more go (limited transmit,
  // RFC 3042), the third brings the retransmission. An ACK for each segment beyond a hole, one for all when it is filled.
  'fast-retransmit': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=256><CTL=ACK>    lost
  ESTABLISHED --> <SEQ=257><ACK=1><LEN=256><CTL=ACK>  --> ESTABLISHED
  ESTABLISHED --> <SEQ=513><ACK=1><LEN=256><CTL=ACK>  --> ESTABLISHED
  ESTABLISHED --> <SEQ=769><ACK=1><LEN=256><CTL=ACK>  --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=1><CTL=ACK>             <-- ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=1><CTL=ACK>             <-- ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=1><CTL=ACK>             <-- ESTABLISHED
  ESTABLISHED --> <SEQ=1025><ACK=1><LEN=256><CTL=ACK> --> ESTABLISHED
  ESTABLISHED --> <SEQ=1281><ACK=1><LEN=256><CTL=ACK> --> ESTABLISHED
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=256><CTL=ACK>    --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=1><CTL=ACK>             <-- ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=1><CTL=ACK>             <-- ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=1537><CTL=ACK>          <-- ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // 3.8.6.1: probes of one octet at the closed window, each answered with the ACK and window as they stand.
  'zero-window': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=1460><CTL=ACK>    --> ESTABLISHED
  ESTABLISHED --> <SEQ=1461><ACK=1><LEN=1460><CTL=ACK> --> ESTABLISHED
  ESTABLISHED --> <SEQ=2921><ACK=1><LEN=1176><CTL=ACK> --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=2921><CTL=ACK>           <-- ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=4097><CTL=ACK>           <-- ESTABLISHED
  ESTABLISHED --> <SEQ=4097><ACK=1><LEN=1><CTL=ACK>    --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=4097><CTL=ACK>           <-- ESTABLISHED
  ESTABLISHED --> <SEQ=4097><ACK=1><LEN=1><CTL=ACK>    --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=4097><CTL=ACK>           <-- ESTABLISHED
  ESTABLISHED --> <SEQ=4097><ACK=1><LEN=1><CTL=ACK>    --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=4097><CTL=ACK>           <-- ESTABLISHED
  ESTABLISHED --> <SEQ=4097><ACK=1><LEN=1><CTL=ACK>    --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=4097><CTL=ACK>           <-- ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=4097><CTL=ACK>           <-- ESTABLISHED
  ESTABLISHED --> <SEQ=4097><ACK=1><LEN=904><CTL=ACK>  --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=5001><CTL=ACK>           <-- ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // 3.8.5: URG on the text that the urgent octets are in.
  'urgent-data': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=20><CTL=ACK>      --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=21><CTL=ACK>             <-- ESTABLISHED
  ESTABLISHED --> <SEQ=21><ACK=1><LEN=10><CTL=URG,ACK> --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=31><CTL=ACK>             <-- ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // Figure 12.
  'four-way-teardown': {
    lines: `${HANDSHAKE}
  FIN-WAIT-1 --> <SEQ=1><ACK=1><CTL=FIN,ACK> --> CLOSE-WAIT
  FIN-WAIT-2 <-- <SEQ=1><ACK=2><CTL=ACK>     <-- CLOSE-WAIT
  TIME-WAIT  <-- <SEQ=1><ACK=2><CTL=FIN,ACK> <-- LAST-ACK
  TIME-WAIT  --> <SEQ=2><ACK=2><CTL=ACK>     --> CLOSED`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // 3.10.7.4, eighth: in FIN-WAIT-1, a FIN with the ACK of ours leads to TIME-WAIT.
  'merged-close': {
    lines: `${HANDSHAKE}
  FIN-WAIT-1 --> <SEQ=1><ACK=1><CTL=FIN,ACK> --> CLOSE-WAIT
  TIME-WAIT  <-- <SEQ=1><ACK=2><CTL=FIN,ACK> <-- LAST-ACK
  TIME-WAIT  --> <SEQ=2><ACK=2><CTL=ACK>     --> CLOSED`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // 3.6, case 1: RECEIVEs go on in FIN-WAIT-2, SENDs in CLOSE-WAIT.
  'half-close': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=50><CTL=ACK>    --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=51><CTL=ACK>           <-- ESTABLISHED
  FIN-WAIT-1  --> <SEQ=51><ACK=1><CTL=FIN,ACK>       --> CLOSE-WAIT
  FIN-WAIT-2  <-- <SEQ=1><ACK=52><CTL=ACK>           <-- CLOSE-WAIT
  FIN-WAIT-2  <-- <SEQ=1><ACK=52><LEN=300><CTL=ACK>  <-- CLOSE-WAIT
  FIN-WAIT-2  --> <SEQ=52><ACK=301><CTL=ACK>         --> CLOSE-WAIT
  TIME-WAIT   <-- <SEQ=301><ACK=52><CTL=FIN,ACK>     <-- LAST-ACK
  TIME-WAIT   --> <SEQ=52><ACK=302><CTL=ACK>         --> CLOSED`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // Figure 13.
  'simultaneous-close': {
    lines: `${HANDSHAKE}
  FIN-WAIT-1 --> <SEQ=1><ACK=1><CTL=FIN,ACK> --> CLOSING
  CLOSING    <-- <SEQ=1><ACK=1><CTL=FIN,ACK> <-- FIN-WAIT-1
  TIME-WAIT  <-- <SEQ=2><ACK=2><CTL=ACK>     <-- CLOSING
  CLOSING    --> <SEQ=2><ACK=2><CTL=ACK>     --> TIME-WAIT`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // Figure 12 with its last line lost. 3.10.7.4, eighth: in TIME-WAIT, acknowledge it and restart the 2 MSL time-out.
  'last-ack-lost': {
    lines: `${HANDSHAKE}
  FIN-WAIT-1 --> <SEQ=1><ACK=1><CTL=FIN,ACK> --> CLOSE-WAIT
  FIN-WAIT-2 <-- <SEQ=1><ACK=2><CTL=ACK>     <-- CLOSE-WAIT
  TIME-WAIT  <-- <SEQ=1><ACK=2><CTL=FIN,ACK> <-- LAST-ACK
  TIME-WAIT  --> <SEQ=2><ACK=2><CTL=ACK>     lost
  TIME-WAIT  <-- <SEQ=1><ACK=2><CTL=FIN,ACK> <-- LAST-ACK
  TIME-WAIT  --> <SEQ=2><ACK=2><CTL=ACK>     --> CLOSED`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // 3.10.5: <SEQ=SND.NXT><CTL=RST>; the ACK that goes with it does no harm and is what most stacks send.
  'linger-0': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=30><CTL=ACK> --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=31><CTL=ACK>        <-- ESTABLISHED
  CLOSED      --> <SEQ=31><ACK=1><CTL=RST,ACK>    --> CLOSED`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // Figure 12 up to its third line; what is written after a minute meets 3.10.7.1: <SEQ=SEG.ACK><CTL=RST>.
  'peer-never-closes': {
    lines: `${HANDSHAKE}
  FIN-WAIT-1 --> <SEQ=1><ACK=1><CTL=FIN,ACK>     --> CLOSE-WAIT
  FIN-WAIT-2 <-- <SEQ=1><ACK=2><CTL=ACK>         <-- CLOSE-WAIT
  CLOSED     <-- <SEQ=1><ACK=2><LEN=20><CTL=ACK> <-- CLOSE-WAIT
  CLOSED     --> <SEQ=2><CTL=RST>                --> CLOSED`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // 3.10.7.4, first: not acceptable, so <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>; 3.10.7.1 answers; RFC 1337 outlasts it.
  'time-wait-refused': {
    lines: `${BOARD_CLOSES}
  ...    --> <SEQ=-100><CTL=SYN>      --> TIME-WAIT
  CLOSED <-- <SEQ=2><ACK=2><CTL=ACK>  <-- TIME-WAIT
  CLOSED --> <SEQ=2><CTL=RST>         --> TIME-WAIT`,
    ends: ['CLOSED', 'CLOSED'],
  },

  // 3.6.1, MAY-2: a new SYN whose number is larger than all that the former connection used.
  'time-wait-newer-syn': { lines: `${BOARD_CLOSES}${HANDSHAKE}`, ends: ['ESTABLISHED', 'ESTABLISHED'] },
  'time-wait-other-port': { lines: `${BOARD_CLOSES}${HANDSHAKE}`, ends: ['ESTABLISHED', 'ESTABLISHED'] },

  // 3.10.5, and no TIME-WAIT behind it.
  'time-wait-linger-0': {
    lines: `${HANDSHAKE}
  CLOSED <-- <SEQ=1><ACK=1><CTL=RST,ACK> <-- CLOSED${HANDSHAKE}`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // 3.8.4: SEG.SEQ = SND.NXT-1 and no text. The reset that ends it is lost like the probes.
  keepalive: {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=0><ACK=1><CTL=ACK>     --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=1><CTL=ACK>     <-- ESTABLISHED
  ESTABLISHED --> <SEQ=0><ACK=1><CTL=ACK>     lost
  ESTABLISHED --> <SEQ=0><ACK=1><CTL=ACK>     lost
  ESTABLISHED --> <SEQ=0><ACK=1><CTL=ACK>     lost
  CLOSED      --> <SEQ=1><ACK=1><CTL=RST,ACK> lost`,
    ends: ['CLOSED', 'ESTABLISHED'],
  },

  'cable-out-idle': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=40><CTL=ACK> --> ESTABLISHED
  ESTABLISHED <-- <SEQ=1><ACK=41><CTL=ACK>        <-- ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  'cable-out-keepalive': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=0><ACK=1><CTL=ACK>     lost
  ESTABLISHED --> <SEQ=0><ACK=1><CTL=ACK>     lost
  ESTABLISHED --> <SEQ=0><ACK=1><CTL=ACK>     lost
  CLOSED      --> <SEQ=1><ACK=1><CTL=RST,ACK> lost`,
    ends: ['CLOSED', 'ESTABLISHED'],
  },

  // RFC 6298, 5.5 and 5.7: 0.3 s, doubled each time, at most 60 s; the time-out behind the ninth attempt lies beyond R2, 100 s.
  'cable-out-data': {
    lines: `${HANDSHAKE}${'\n  ESTABLISHED --> <SEQ=1><ACK=1><LEN=40><CTL=ACK> lost'.repeat(9)}
  CLOSED --> <SEQ=41><ACK=1><CTL=RST,ACK> lost`,
    ends: ['CLOSED', 'ESTABLISHED'],
  },

  // Figure 11: the active side sends to an end that has forgotten. 3.10.7.2: any ACK in LISTEN is answered with a RST.
  'board-restarts': {
    lines: `${HANDSHAKE}
  ESTABLISHED --> <SEQ=1><ACK=1><LEN=40><CTL=ACK> --> LISTEN
  CLOSED      <-- <SEQ=1><CTL=RST>                <-- LISTEN${HANDSHAKE}`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // RFC 4987: where no entry is free the SYN is dropped and comes again. Entries time out after 2.5 s.
  'syn-flood': {
    lines: `${FLOOD_TAKEN}${FLOOD_ANSWERED}
  SYN-SENT    --> <SEQ=0><CTL=SYN>            --> LISTEN${FLOOD_ANSWERED}
  SYN-SENT    --> <SEQ=0><CTL=SYN>            --> LISTEN
  SYN-SENT    --> <SEQ=0><CTL=SYN>            --> SYN-RECEIVED
  ESTABLISHED <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- SYN-RECEIVED
  ESTABLISHED --> <SEQ=1><ACK=1><CTL=ACK>     --> ESTABLISHED`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },

  // RFC 4987, 3.6: answered without a state, so that the board is in LISTEN until the ACK comes back.
  'syn-cookies': {
    lines: `${FLOOD_TAKEN}${FLOOD_ANSWERED}
  ... <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- LISTEN
  ... <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- LISTEN
  SYN-SENT    --> <SEQ=0><CTL=SYN>            --> LISTEN
  ESTABLISHED <-- <SEQ=0><ACK=1><CTL=SYN,ACK> <-- LISTEN
  ESTABLISHED --> <SEQ=1><ACK=1><CTL=ACK>     --> ESTABLISHED${FLOOD_ANSWERED}`,
    ends: ['ESTABLISHED', 'ESTABLISHED'],
  },
};

/** One blank between words, and none around. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' '))
    .filter((line) => line !== '');
}
