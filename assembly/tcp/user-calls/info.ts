// What can be told of a connection: one record, filled for a handle or for the n-th of all there are. Layout: InfoAt.

import { CONNECTIONS, LISTENERS, SYN_QUEUE, TIME_WAITS } from "../../sizes";
import { INFO, SYN_ENTRIES, SYN_ENTRY_OCTETS, TIME_WAIT_ENTRIES, TIME_WAIT_OCTETS } from "../../memory-map";
import { Fault, InfoAt, State, Table, TimerKind } from "../../numbers";
import { handleOf } from "../../handles";
import { before } from "../../sequence";
import { stack } from "../../stack";
import { octetsFrom } from "../../storage/reassembly";
import { shownHandle } from "../connections";
import { listenerAt } from "../listeners";
import { pipe } from "../loss-recovery";
import { SynEntry, unpackHalfOpen } from "../syn-queue";
import { Is, Tcb, tcbAt } from "../tcb";
import { TimeWaitEntry, unpackTimeWait } from "../time-wait-table";
import { isArmed, Timer, timerLeft } from "../timers";
import { receiveWindow } from "../window";
import { heldListener, heldTcb } from "./handles";

/** The record of a handle: its address, or a fault. */
export function info(handle: i32): i32 {
  const number = heldListener(handle);
  if (number >= 0) return describeListener(number);
  const tcb = heldTcb(handle);
  return tcb ? describe(tcb) : Fault.BAD_HANDLE;
}

/** The record of the index-th listener, connection, half-open or TIME-WAIT entry; 0 behind the last. */
export function list(index: i32): i32 {
  let left = index;
  for (let i = 0; i < LISTENERS; i++) {
    if (listenerAt(i).isOpen && left-- == 0) return describeListener(i);
  }
  for (let i = 0; i < CONNECTIONS; i++) {
    if (tcbAt(i).table != Table.NONE && left-- == 0) return describe(tcbAt(i));
  }
  for (let i = 0; i < SYN_QUEUE; i++) {
    const entry = changetype<SynEntry>(SYN_ENTRIES + <usize>i * SYN_ENTRY_OCTETS);
    if (entry.table != Table.NONE && left-- == 0) return describeHalfOpen(entry);
  }
  for (let i = 0; i < TIME_WAITS; i++) {
    const entry = changetype<TimeWaitEntry>(TIME_WAIT_ENTRIES + <usize>i * TIME_WAIT_OCTETS);
    if (entry.table != Table.NONE && left-- == 0) return describe(unpackTimeWait(entry));
  }
  return 0;
}

function describeListener(number: i32): i32 {
  const listener = listenerAt(number);
  memory.fill(INFO, 0, InfoAt.OCTETS);
  store<i32>(INFO, handleOf(CONNECTIONS + number), InfoAt.HANDLE);
  store<u32>(INFO, listener.address, InfoAt.LOCAL_ADDRESS);
  store<u32>(INFO, listener.remoteAddress, InfoAt.REMOTE_ADDRESS);
  store<u16>(INFO, listener.port, InfoAt.LOCAL_PORT);
  store<u16>(INFO, listener.remotePort, InfoAt.REMOTE_PORT);
  store<u8>(INFO, State.LISTEN, InfoAt.STATE);
  store<u8>(INFO, Table.LISTENER, InfoAt.TABLE);
  store<u16>(INFO, listener.waiting, InfoAt.ACCEPTABLE);
  store<u16>(INFO, listener.backlog, InfoAt.BACKLOG);
  store<i32>(INFO, -1, InfoAt.RETRANSMISSION_LEFT);
  store<i32>(INFO, -1, InfoAt.DELAYED_ACK_LEFT);
  store<i32>(INFO, -1, InfoAt.KEEPALIVE_LEFT);
  store<i32>(INFO, -1, InfoAt.LIFE_LEFT);
  return <i32>INFO;
}

export function describeHalfOpen(entry: SynEntry): i32 {
  const at = describe(unpackHalfOpen(entry));
  store<i32>(INFO, left(entry.repeatAt), InfoAt.RETRANSMISSION_LEFT);
  store<i32>(INFO, left(entry.expireAt), InfoAt.LIFE_LEFT);
  store<u8>(INFO, TimerKind.RETRANSMISSION, InfoAt.TIMER_KIND);
  return at;
}

function left(at: u32): i32 {
  return before(at, stack.now) ? 0 : at - stack.now;
}

function describe(tcb: Tcb): i32 {
  memory.fill(INFO, 0, InfoAt.OCTETS);
  store<i32>(INFO, shownHandle(tcb), InfoAt.HANDLE);
  store<u32>(INFO, tcb.localAddress, InfoAt.LOCAL_ADDRESS);
  store<u32>(INFO, tcb.remoteAddress, InfoAt.REMOTE_ADDRESS);
  store<u16>(INFO, <u16>(tcb.ports >> 16), InfoAt.LOCAL_PORT);
  store<u16>(INFO, <u16>tcb.ports, InfoAt.REMOTE_PORT);
  store<u8>(INFO, <u8>tcb.state, InfoAt.STATE);
  store<u8>(INFO, <u8>tcb.table, InfoAt.TABLE);
  store<u8>(
    INFO,
    <u8>((tcb.isNow(Is.SACKING) ? 1 : 0) | (tcb.isNow(Is.STAMPING) ? 2 : 0) | (tcb.isNow(Is.SCALING) ? 4 : 0)),
    InfoAt.OPTIONS,
  );
  store<u8>(INFO, tcb.repeats, InfoAt.BACKOFF);
  describeSequences(tcb);
  describeControl(tcb);
  describeTimers(tcb);
  return <i32>INFO;
}

function describeSequences(tcb: Tcb): void {
  store<u32>(INFO, tcb.snd.una, InfoAt.SND_UNA);
  store<u32>(INFO, tcb.snd.nxt, InfoAt.SND_NXT);
  store<u32>(INFO, tcb.snd.wnd, InfoAt.SND_WND);
  store<u32>(INFO, tcb.snd.end, InfoAt.SND_END);
  store<u32>(INFO, tcb.snd.iss, InfoAt.ISS);
  store<u32>(INFO, tcb.rcv.nxt, InfoAt.RCV_NXT);
  store<u32>(INFO, receiveWindow(tcb), InfoAt.RCV_WND);
  store<u32>(INFO, tcb.rcv.read, InfoAt.RCV_READ);
  store<u32>(INFO, tcb.rcv.irs, InfoAt.IRS);
  store<u32>(INFO, tcb.snd.up, InfoAt.SND_UP);
  store<u32>(INFO, tcb.rcv.up, InfoAt.RCV_UP);
  store<u8>(INFO, tcb.isNow(Is.URGENT_IN) ? 1 : 0, InfoAt.URGENT);
}

function describeControl(tcb: Tcb): void {
  store<u32>(INFO, tcb.srtt >> 3, InfoAt.SRTT);
  store<u32>(INFO, tcb.rttvar >> 2, InfoAt.RTTVAR);
  store<u32>(INFO, tcb.rto, InfoAt.RTO);
  store<u32>(INFO, tcb.cwnd, InfoAt.CWND);
  store<u32>(INFO, tcb.ssthresh, InfoAt.SSTHRESH);
  store<u32>(INFO, pipe(tcb), InfoAt.IN_FLIGHT);
  store<u32>(INFO, tcb.retransmissions, InfoAt.RETRANSMISSIONS);
  store<u16>(INFO, tcb.mss, InfoAt.SEND_MSS);
  store<u16>(INFO, stack.mtu - 40, InfoAt.RECEIVE_MSS);
  store<u32>(INFO, octetsFrom(tcb.scoreboard, tcb.sacked, tcb.snd.una), InfoAt.SACKED);
  store<u8>(INFO, tcb.sndScale, InfoAt.SND_SCALE);
  store<u8>(INFO, tcb.rcvScale, InfoAt.RCV_SCALE);
  store<i8>(INFO, tcb.fault, InfoAt.FAULT);
}

function describeTimers(tcb: Tcb): void {
  store<i32>(INFO, timerLeft(tcb, Timer.RETRANSMISSION), InfoAt.RETRANSMISSION_LEFT);
  store<i32>(INFO, timerLeft(tcb, Timer.DELAYED_ACK), InfoAt.DELAYED_ACK_LEFT);
  store<i32>(INFO, timerLeft(tcb, Timer.KEEPALIVE), InfoAt.KEEPALIVE_LEFT);
  store<i32>(INFO, timerLeft(tcb, Timer.LIFE), InfoAt.LIFE_LEFT);
  store<u8>(INFO, <u8>(isArmed(tcb, Timer.RETRANSMISSION) ? tcb.timerKind : 0), InfoAt.TIMER_KIND);
}
