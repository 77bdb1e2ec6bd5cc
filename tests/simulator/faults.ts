// What breaks each invariant, by its name: what is wrong, how it comes about, and what the invariant says of it.
import { Config, Fault, Flag, State, Table, TimerKind } from '../../assembly/numbers.js';
import { Row } from '../../host/simulator/row.js';
import { ISS, PEER_ISS, type Stage } from './stage.js';

export interface BrokenBy {
  what: string;
  happen: (stage: Stage) => void;
  says: RegExp;
  /** The like of it that is right. */
  instead?: (stage: Stage) => void;
}

const WHOLE = 1000;

const ECHO = 28;

/** An ICMP message of eight octets with all its sums, at the beginning of the memory. */
function message(stage: Stage, ttl: number): void {
  stage.octets.write('4500001c0000400000010000000000000000000008000000f7ff0000'.padEnd(56, '0'), 'hex');
  stage.octets[8] = ttl;
  stage.octets.writeUInt32BE(0x0a000001, 12);
  stage.octets.writeUInt32BE(0x0a000002, 16);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += i === 10 ? 0 : stage.octets.readUInt16BE(i);
  stage.octets.writeUInt16BE(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 10);
}

export const FAULTS: Record<string, BrokenBy[]> = {
  'well-formed': [
    {
      what: 'a checksum is wrong',
      happen: (stage) => {
        message(stage, 64);
        stage.octets[10] = 0;
        stage.observer.onSent?.(stage.station, {} as never, undefined, 0, ECHO);
      },
      says: /checksum/,
      instead: (stage) => {
        message(stage, 64);
        stage.observer.onSent?.(stage.station, {} as never, undefined, 0, ECHO);
      },
    },
    {
      what: 'the TTL is not the configured one',
      happen: (stage) => {
        message(stage, 63);
        stage.observer.onSent?.(stage.station, {} as never, undefined, 0, ECHO);
      },
      says: /TTL of 63/,
    },
  ],
  'options-agree': [
    {
      what: 'a SYN-ACK grants what nobody asked for',
      happen: (stage) => stage.sends({ flags: Flag.SYN | Flag.ACK, mss: 1000, scale: 2 }),
      says: /scale is granted/,
      instead: (stage) => {
        stage.back.scale = 2;
        stage.sends({ flags: Flag.SYN | Flag.ACK, mss: 1000, scale: 2 });
      },
    },
    {
      what: 'a segment carries timestamps that were not agreed on',
      happen: (stage) => stage.sends({ hasTimestamps: true }),
      says: /some segments and not in others/,
    },
  ],
  'text-is-what-was-written': [
    {
      what: 'octets leave that nobody wrote',
      happen: (stage) => stage.sends({ length: 10 }),
      says: /octets 0 to 10 leave, 0 were written/,
      instead: (stage) => {
        stage.side.sent = 10;
        stage.sends({ length: 10, flags: Flag.ACK | Flag.PSH });
      },
    },
    {
      what: 'the last octets carry no PSH',
      happen: (stage) => {
        stage.side.sent = 10;
        stage.sends({ length: 10 });
      },
      says: /PSH/,
    },
  ],
  'urgent-pointer': [
    {
      what: 'the pointer stands one octet short',
      happen: (stage) => {
        stage.side.urgentEnd = 10;
        stage.sends({ flags: Flag.ACK | Flag.URG, urgent: 9 });
      },
      says: /pointer is 9 and should be 10/,
      instead: (stage) => {
        stage.side.urgentEnd = 10;
        stage.sends({ flags: Flag.ACK | Flag.URG, urgent: 10 });
      },
    },
  ],
  'delivered-is-a-prefix': [
    {
      what: 'more is delivered than was sent',
      happen: (stage) => stage.observer.onDelivered?.(stage.side, 0, 5),
      says: /5 octets delivered, 0 sent/,
      instead: (stage) => {
        stage.side.peer.sent = 5;
        stage.observer.onDelivered?.(stage.side, 0, 5);
      },
    },
    {
      what: 'the stream ends before its last octet',
      happen: (stage) => {
        stage.side.peer.sent = 5;
        stage.observer.onEnded?.(stage.side);
      },
      says: /ends behind 0 octets of 5/,
    },
  ],
  'sequence-order': [
    {
      what: 'text leaves beyond the peer’s window',
      happen: (stage) => stage.sends({ length: 4098 }),
      says: /2 octets leave beyond/,
      instead: (stage) => stage.sends({ length: 4096 }),
    },
    {
      what: 'SND.UNA lies behind SND.NXT',
      happen: (stage) => stage.turns({ una: ISS + 2 }),
      says: /lies behind SND.NXT/,
    },
  ],
  'window-is-believed': [
    {
      what: 'the peer’s word about its window is not taken',
      happen: (stage) => {
        stage.hears({ window: 2000 });
        stage.turns();
      },
      says: /2096 octets/,
      instead: (stage) => {
        stage.hears({ window: 2000 });
        stage.turns({ wnd: 2000 });
      },
    },
  ],
  'advertised-edge': [
    {
      what: 'the promised edge retreats',
      happen: (stage) => stage.sends({ window: 4000 }),
      says: /retreats by 96/,
      instead: (stage) => stage.sends({ window: 4096 }),
    },
    {
      what: 'the edge advances by crumbs',
      happen: (stage) => {
        stage.flow.edge -= 100;
        stage.sends({ window: 4096 });
      },
      says: /advances by 100/,
    },
  ],
  acknowledgments: [
    {
      what: 'something is acknowledged that was never sent',
      happen: (stage) => stage.sends({ ack: PEER_ISS + 2 }),
      says: /1 octets are acknowledged/,
      instead: (stage) => stage.sends({ ack: PEER_ISS + 1 }),
    },
  ],
  'sack-tells-the-truth': [
    {
      what: 'a block ends beyond what was sent',
      happen: (stage) => {
        stage.flow.permitsSack = stage.back.permitsSack = true;
        stage.sends({ blocks: 1, edges: [PEER_ISS + 10, PEER_ISS + 20] });
      },
      says: /beyond what was sent/,
      instead: (stage) => {
        stage.flow.permitsSack = stage.back.permitsSack = true;
        stage.back.sentEnd = PEER_ISS + 20;
        stage.sends({ blocks: 1, edges: [PEER_ISS + 10, PEER_ISS + 20] });
      },
    },
  ],
  'acks-are-paid': [
    {
      what: 'two full segments are not acknowledged at once',
      happen: (stage) => {
        stage.hears({ length: WHOLE });
        stage.hears({ length: WHOLE });
        stage.turns({ rcvNxt: PEER_ISS + 1 + 2 * WHOLE });
      },
      says: /two full segments/,
      instead: (stage) => {
        stage.hears({ length: WHOLE });
        stage.turns({ rcvNxt: PEER_ISS + 1 + WHOLE }, { wakeAt: 100 });
      },
    },
    {
      what: 'a delayed ACK will come too late',
      happen: (stage) => {
        stage.hears({ length: 1 });
        stage.turns({ rcvNxt: PEER_ISS + 2 }, { wakeAt: 101 });
      },
      says: /an ACK is due in 100 ms and will come in 101/,
    },
  ],
  'what-arrived-counts': [
    {
      what: 'text kept beyond a hole is asked for again',
      happen: (stage) => {
        stage.hears({ seq: PEER_ISS + 101, length: 100 });
        stage.turns();
        stage.turns({ rcvNxt: PEER_ISS + 101 });
      },
      says: /100 octets arrived beyond a hole/,
      instead: (stage) => {
        stage.hears({ seq: PEER_ISS + 101, length: 100 });
        stage.turns({ rcvNxt: PEER_ISS + 201 });
      },
    },
  ],
  'outstanding-is-timed': [
    {
      what: 'something is unacknowledged and no timer runs',
      happen: (stage) => stage.turns({ nxt: ISS + 10, end: ISS + 10 }),
      says: /no timer runs/,
      instead: (stage) =>
        stage.turns({ nxt: ISS + 10, end: ISS + 10, timerKind: TimerKind.RETRANSMISSION, retransmissionLeft: 1000 }),
    },
    {
      what: 'the timer still runs and has nothing to wait for',
      happen: (stage) => stage.turns({ retransmissionLeft: 100 }),
      says: /still runs/,
    },
  ],
  'what-may-leave-leaves': [
    {
      what: 'text waits and nothing is under way',
      happen: (stage) => stage.turns({ end: ISS + 10 }),
      says: /9 octets wait, and nothing is under way/,
      instead: (stage) => stage.turns({ end: ISS + 10, wnd: 0 }),
    },
  ],
  'congestion-window': [
    {
      what: 'the first flight is too large',
      happen: (stage) => stage.turns({ nxt: ISS + 1 + 5 * WHOLE, end: ISS + 1 + 5 * WHOLE }),
      says: /5000 octets are the first to leave, and 4000 may/,
      instead: (stage) => stage.turns({ nxt: ISS + 1 + 4 * WHOLE, end: ISS + 1 + 4 * WHOLE }),
    },
    {
      what: 'more is under way than was allowed',
      happen: (stage) => {
        stage.turns();
        for (let i = 0; i < 6; i++) stage.sends({ length: WHOLE });
      },
      says: /6000 octets are under way, and the window allows 5000/,
    },
  ],
  nagle: [
    {
      what: 'two small segments are under way',
      happen: (stage) => {
        (stage.station.plan.config as number[][]).push([Config.TAIL_PROBE, 0]);
        stage.sends({ length: 10 });
        stage.sends({ length: 10 });
      },
      says: /a small segment is under way/,
      instead: (stage) => {
        stage.side.isShut = true;
        stage.sends({ length: 10 });
        stage.sends({ length: 10 });
      },
    },
  ],
  'sacked-is-not-repeated': [
    {
      what: 'text is sent again that the peer has',
      happen: (stage) => {
        (stage.station.plan.config as number[][]).push([Config.TAIL_PROBE, 0]);
        for (let i = 0; i < 2; i++) stage.sends({ length: 100 });
        stage.hears({ blocks: 1, edges: [ISS + 101, ISS + 201] });
        stage.sends({ seq: ISS + 101, length: 100 });
      },
      says: /the peer has told it has/,
      instead: (stage) => {
        for (let i = 0; i < 2; i++) stage.sends({ length: 100 });
        stage.hears({ blocks: 1, edges: [ISS + 101, ISS + 201] });
        stage.sends({ seq: ISS + 1, length: 100 });
      },
    },
  ],
  'round-trip': [
    {
      what: 'the RTO leaves the variance out',
      happen: (stage) => stage.turns({ srtt: 300, rttvar: 100, rto: 300 }),
      says: /the RTO is 300 ms/,
      instead: (stage) => stage.turns({ srtt: 300, rttvar: 100, rto: 700 }),
    },
    {
      what: 'a round trip is shorter than the wires',
      happen: (stage) => stage.turns({ srtt: 20, rttvar: 10, rto: 200 }),
      says: /no round trip takes less than 50/,
    },
    {
      what: 'a repeated segment is timed',
      happen: (stage) => {
        stage.turns({ srtt: 300, rttvar: 100, rto: 700 });
        stage.sends({ length: 10 });
        stage.sends({ seq: ISS + 1, length: 10 });
        stage.turns({ nxt: ISS + 11, end: ISS + 11 });
        stage.turns({ una: ISS + 11, srtt: 310 });
      },
      says: /sent twice/,
    },
  ],
  'window-is-told': [
    {
      what: 'the peer is not told of an open window',
      happen: (stage) => stage.turns({ rcvWnd: 0 }),
      says: /the peer is not told/,
      instead: (stage) => stage.turns(),
    },
  ],
  'repeats-back-off': [
    {
      what: 'the interval does not double',
      happen: (stage) => {
        for (stage.time = 0; stage.time <= 10_000; stage.time += 1000) stage.sends({ seq: ISS + 1, length: 10 });
      },
      says: /repeated behind 1000 ms of silence/,
      instead: (stage) => {
        for (stage.time = 100; stage.time <= 50_000; stage.time *= 2) stage.sends({ seq: ISS + 1, length: 10 });
      },
    },
  ],
  'probes-back-off': [
    {
      what: 'a closed window is probed as often as before',
      happen: (stage) => {
        stage.back.edge = ISS + 1;
        for (stage.time = 0; stage.time <= 5000; stage.time += 1000) stage.sends({ seq: ISS + 1, length: 1 });
      },
      says: /probed behind 1000 ms/,
      instead: (stage) => {
        stage.back.edge = ISS + 1;
        for (stage.time = 100; stage.time <= 50_000; stage.time *= 2) stage.sends({ seq: ISS + 1, length: 1 });
      },
    },
  ],
  patience: [
    {
      what: 'the peer is given up too soon',
      happen: (stage) => {
        stage.time = 10_000;
        stage.side.fault = Fault.TIMED_OUT;
        stage.observer.onFailed?.(stage.side);
      },
      says: /given up behind 10000 ms/,
      instead: (stage) => {
        stage.time = 100_000;
        stage.side.fault = Fault.TIMED_OUT;
        stage.observer.onFailed?.(stage.side);
      },
    },
    {
      what: 'a silent peer is never given up',
      happen: (stage) => {
        for (stage.time = 0; stage.time <= 300_000; stage.time += 50_000) stage.turns({ nxt: ISS + 10, end: ISS + 10 });
      },
      says: /is not given up/,
    },
  ],
  'time-wait': [
    {
      what: 'TIME-WAIT begins with too little',
      happen: (stage) => stage.turns({ state: State.TIME_WAIT, lifeLeft: 30_000 }),
      says: /begins with 30000 ms of 60000/,
      instead: (stage) => stage.turns({ state: State.TIME_WAIT, lifeLeft: 60_000 }),
    },
    {
      what: 'it ends too early',
      happen: (stage) => {
        stage.turns({ state: State.TIME_WAIT, lifeLeft: 60_000 });
        stage.time = 1000;
        stage.turns({}, { count: 0 });
      },
      says: /59000 ms too early/,
    },
  ],
  'fin-wait-2-ends': [
    {
      what: 'nobody bounds FIN-WAIT-2',
      happen: (stage) => stage.turns({ state: State.FIN_WAIT_2, handle: 0 }),
      says: /has no end/,
      instead: (stage) => stage.turns({ state: State.FIN_WAIT_2, handle: 0, lifeLeft: 60_000 }),
    },
  ],
  'closed-has-no-timer': [
    {
      what: 'a timer runs in CLOSED',
      happen: (stage) => stage.turns({ state: State.CLOSED, keepaliveLeft: 5 }),
      says: /nothing to do any more/,
      instead: (stage) => stage.turns({ state: State.CLOSED }),
    },
  ],
  deadlines: [
    {
      what: 'the deadline is later than a timer',
      happen: (stage) => stage.turns({ delayedAckLeft: 50 }, { deadline: 60 }),
      says: /runs out in 50 ms and the deadline is 60/,
      instead: (stage) => stage.turns({ delayedAckLeft: 50 }, { deadline: 50 }),
    },
  ],
  'no-traffic-loop': [
    {
      what: 'two ends answer one another without end',
      happen: (stage) => {
        for (let i = 0; i < 1000; i++) stage.sends({});
      },
      says: /nothing new is said/,
      instead: (stage) => {
        for (let i = 0; i < 1000; i++, stage.time += 1000) stage.sends({});
      },
    },
  ],
  'rings-are-apart': [
    {
      what: 'a send ring changes that nobody wrote to',
      happen: (stage) => {
        stage.octets.fill(0xa5);
        stage.turns();
        stage.octets[5] = 1;
        stage.turns();
      },
      says: /its user did not write/,
    },
    {
      what: 'the receive ring of an idle slot changes',
      happen: (stage) => {
        stage.octets.fill(0xa5);
        stage.turns();
        stage.octets[32768 + 3 * 4096] = 1;
        stage.turns();
      },
      says: /slot 3 changes/,
    },
  ],
  'connections-apart': [
    {
      what: 'two connections have the same four numbers',
      happen: (stage) => stage.turns({}, { count: 2, rows: [stage.row, Object.assign(new Row(), stage.row)] }),
      says: /same four numbers/,
      instead: (stage) =>
        stage.turns({}, { count: 2, rows: [stage.row, Object.assign(new Row(), stage.row, { remotePort: 5002 })] }),
    },
  ],
  'stale-handles': [
    {
      what: 'a handle that was let go still answers',
      happen: (stage) => {
        stage.side.formerHandle = 1025;
        stage.turns();
      },
      says: /still good/,
      instead: (stage) => {
        stage.side.formerHandle = 1025;
        stage.calls['status'] = stage.calls['receiveReady'] = () => Fault.BAD_HANDLE;
        stage.turns();
      },
    },
  ],
  'resets-are-told': [
    {
      what: 'an abort tells the peer nothing',
      happen: (stage) => {
        stage.observer.onLetGo?.(stage.side, 'abort', State.ESTABLISHED, 0);
        stage.turns();
      },
      says: /no RST has left/,
      instead: (stage) => {
        stage.observer.onLetGo?.(stage.side, 'abort', State.ESTABLISHED, 0);
        stage.sends({ flags: Flag.RST });
        stage.turns();
      },
    },
  ],
  'faults-have-reasons': [
    {
      what: 'a fault is reported for no reason',
      happen: (stage) => {
        stage.side.fault = Fault.RESET;
        stage.observer.onFailed?.(stage.side);
      },
      says: /told of RESET for no reason/,
    },
  ],
  'streams-end-equal': [
    {
      what: 'somebody waits for ever',
      happen: (stage) => stage.observer.atEnd?.(),
      says: /waits for ever/,
    },
  ],
  'slots-come-back': [
    {
      what: 'a connection is left',
      happen: (stage) => stage.observer.atEnd?.(),
      says: /still has a connection/,
    },
    {
      what: 'a slot cannot be taken again',
      happen: (stage) => {
        stage.row.table = Table.LISTENER;
        stage.calls['open'] = () => Fault.NO_RESOURCES;
        stage.observer.atEnd?.();
      },
      says: /0 of 4 connections can be opened/,
    },
  ],
  'forgeries-are-refused': [
    { what: 'nobody answers any more', happen: (stage) => stage.observer.atEnd?.(), says: /a handshake fails/ },
  ],
  'idle-peers-are-probed': [
    { what: 'nobody answers any more', happen: (stage) => stage.observer.atEnd?.(), says: /a handshake fails/ },
  ],
  'paths-are-kept': [
    { what: 'nobody answers any more', happen: (stage) => stage.observer.atEnd?.(), says: /a handshake fails/ },
  ],
  'datagrams-come-through': [
    { what: 'a ping is not answered', happen: (stage) => stage.observer.atEnd?.(), says: /a ping is not answered/ },
    {
      what: 'a damaged ping is answered',
      happen: (stage) => {
        stage.calls['output'] = () => 28;
        stage.observer.atEnd?.();
      },
      says: /a damaged ping is answered/,
    },
  ],
};
