// What a core tells of one connection, read straight from its info record.
import { InfoAt } from '../../assembly/numbers.js';
import type { Flow } from './flow.js';
import type { Machine } from './machine.js';

export class Row {
  /** What its station has sent on it, by the simulator's own account; undefined for a listener. */
  flow: Flow | undefined;
  handle = 0;
  localAddress = 0;
  remoteAddress = 0;
  localPort = 0;
  remotePort = 0;
  state = 0;
  table = 0;
  /** 1 SACK, 2 timestamps, 4 window scale. */
  options = 0;
  backoff = 0;
  una = 0;
  nxt = 0;
  wnd = 0;
  end = 0;
  iss = 0;
  rcvNxt = 0;
  rcvWnd = 0;
  rcvRead = 0;
  irs = 0;
  srtt = 0;
  rttvar = 0;
  rto = 0;
  cwnd = 0;
  ssthresh = 0;
  retransmissions = 0;
  mss = 0;
  retransmissionLeft = -1;
  delayedAckLeft = -1;
  keepaliveLeft = -1;
  lifeLeft = -1;
  timerKind = 0;
  rcvScale = 0;
  rcvUp = 0;
  isUrgent = false;

  /** One of the most frequent things in a run: plain loads, without a function of its own for each. */
  read({ words, octets }: Machine, at: number): void {
    const base = at >>> 2;
    this.handle = words[base + HANDLE] ?? 0;
    this.localAddress = (words[base + LOCAL_ADDRESS] ?? 0) >>> 0;
    this.remoteAddress = (words[base + REMOTE_ADDRESS] ?? 0) >>> 0;
    const ports = words[base + PORTS] ?? 0;
    this.localPort = ports & 0xffff;
    this.remotePort = ports >>> 16;
    this.state = octets[at + InfoAt.STATE] ?? 0;
    this.table = octets[at + InfoAt.TABLE] ?? 0;
    this.options = octets[at + InfoAt.OPTIONS] ?? 0;
    this.backoff = octets[at + InfoAt.BACKOFF] ?? 0;
    this.una = (words[base + SND_UNA] ?? 0) >>> 0;
    this.nxt = (words[base + SND_NXT] ?? 0) >>> 0;
    this.wnd = (words[base + SND_WND] ?? 0) >>> 0;
    this.end = (words[base + SND_END] ?? 0) >>> 0;
    this.iss = (words[base + ISS] ?? 0) >>> 0;
    this.rcvNxt = (words[base + RCV_NXT] ?? 0) >>> 0;
    this.rcvWnd = (words[base + RCV_WND] ?? 0) >>> 0;
    this.rcvRead = (words[base + RCV_READ] ?? 0) >>> 0;
    this.irs = (words[base + IRS] ?? 0) >>> 0;
    this.srtt = (words[base + SRTT] ?? 0) >>> 0;
    this.rttvar = (words[base + RTTVAR] ?? 0) >>> 0;
    this.rto = (words[base + RTO] ?? 0) >>> 0;
    this.cwnd = (words[base + CWND] ?? 0) >>> 0;
    this.ssthresh = (words[base + SSTHRESH] ?? 0) >>> 0;
    this.retransmissions = (words[base + RETRANSMISSIONS] ?? 0) >>> 0;
    this.mss = (words[base + MSS] ?? 0) & 0xffff;
    this.retransmissionLeft = words[base + RETRANSMISSION_LEFT] ?? 0;
    this.delayedAckLeft = words[base + DELAYED_ACK_LEFT] ?? 0;
    this.keepaliveLeft = words[base + KEEPALIVE_LEFT] ?? 0;
    this.lifeLeft = words[base + LIFE_LEFT] ?? 0;
    this.timerKind = octets[at + InfoAt.TIMER_KIND] ?? 0;
    this.rcvScale = octets[at + InfoAt.RCV_SCALE] ?? 0;
    this.rcvUp = (words[base + RCV_UP] ?? 0) >>> 0;
    this.isUrgent = octets[at + InfoAt.URGENT] !== 0;
  }
}

const HANDLE = InfoAt.HANDLE >>> 2;
const LOCAL_ADDRESS = InfoAt.LOCAL_ADDRESS >>> 2;
const REMOTE_ADDRESS = InfoAt.REMOTE_ADDRESS >>> 2;
const PORTS = InfoAt.LOCAL_PORT >>> 2;
const SND_UNA = InfoAt.SND_UNA >>> 2;
const SND_NXT = InfoAt.SND_NXT >>> 2;
const SND_WND = InfoAt.SND_WND >>> 2;
const SND_END = InfoAt.SND_END >>> 2;
const ISS = InfoAt.ISS >>> 2;
const RCV_NXT = InfoAt.RCV_NXT >>> 2;
const RCV_WND = InfoAt.RCV_WND >>> 2;
const RCV_READ = InfoAt.RCV_READ >>> 2;
const IRS = InfoAt.IRS >>> 2;
const SRTT = InfoAt.SRTT >>> 2;
const RTTVAR = InfoAt.RTTVAR >>> 2;
const RTO = InfoAt.RTO >>> 2;
const CWND = InfoAt.CWND >>> 2;
const SSTHRESH = InfoAt.SSTHRESH >>> 2;
const RETRANSMISSIONS = InfoAt.RETRANSMISSIONS >>> 2;
const MSS = InfoAt.SEND_MSS >>> 2;
const RETRANSMISSION_LEFT = InfoAt.RETRANSMISSION_LEFT >>> 2;
const DELAYED_ACK_LEFT = InfoAt.DELAYED_ACK_LEFT >>> 2;
const KEEPALIVE_LEFT = InfoAt.KEEPALIVE_LEFT >>> 2;
const LIFE_LEFT = InfoAt.LIFE_LEFT >>> 2;
const RCV_UP = InfoAt.RCV_UP >>> 2;
