// What the oracle is told of a connection, and of a segment that arrives at it: the variables of RFC 9293 section 3.3.1.

/** As the RFC prints them; LISTEN is also where a half-open connection returns to. */
export type StateName =
  | 'CLOSED'
  | 'LISTEN'
  | 'SYN-SENT'
  | 'SYN-RECEIVED'
  | 'ESTABLISHED'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'CLOSING'
  | 'LAST-ACK'
  | 'TIME-WAIT';

export interface Connection {
  state: StateName;
  /** Begun by a passive OPEN: a listener stands behind it. */
  isPassive: boolean;
  /** The user has called CLOSE and will not read any more. */
  isLetGo: boolean;
  snd: {
    una: number;
    nxt: number;
    wnd: number;
    wl1: number;
    wl2: number;
    iss: number;
    /** MAX.SND.WND of RFC 5961. */
    largestWindow: number;
  };
  /** Our FIN has been sent: it is the octet before SND.NXT. */
  hasSentFin: boolean;
  rcv: { nxt: number; wnd: number };
  /** A stretch of text beyond RCV.NXT that has arrived already. */
  held: { from: number; to: number } | undefined;
}

export interface Segment {
  flags: number;
  seq: number;
  ack: number;
  wnd: number;
  /** Octets of text. */
  text: number;
}

/** An answer: a segment without text. A number that is not given may be any. */
export interface Answer {
  flags: number;
  seq: number | undefined;
  ack: number | undefined;
}
