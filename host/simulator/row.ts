// What a core tells of one connection, read straight from its info record.
import { InfoAt } from '../../assembly/numbers.js';
import type { Flow } from './flow.js';
import type { Machine } from './machine.js';

const word = (offset: number): number => offset >>> 2;

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
  rto = 0;
  cwnd = 0;
  sendMss = 0;
  retransmissionLeft = -1;
  delayedAckLeft = -1;
  keepaliveLeft = -1;
  lifeLeft = -1;
  timerKind = 0;
  fault = 0;
  acceptable = 0;
  rcvScale = 0;

  read({ words, octets }: Machine, at: number): void {
    const base = at >>> 2;
    const u32 = (offset: number): number => (words[base + word(offset)] ?? 0) >>> 0;
    const i32 = (offset: number): number => words[base + word(offset)] ?? 0;
    this.handle = i32(InfoAt.HANDLE);
    this.localAddress = u32(InfoAt.LOCAL_ADDRESS);
    this.remoteAddress = u32(InfoAt.REMOTE_ADDRESS);
    const ports = u32(InfoAt.LOCAL_PORT);
    this.localPort = ports & 0xffff;
    this.remotePort = ports >>> 16;
    this.state = octets[at + InfoAt.STATE] ?? 0;
    this.table = octets[at + InfoAt.TABLE] ?? 0;
    this.backoff = octets[at + InfoAt.BACKOFF] ?? 0;
    this.una = u32(InfoAt.SND_UNA);
    this.nxt = u32(InfoAt.SND_NXT);
    this.wnd = u32(InfoAt.SND_WND);
    this.end = u32(InfoAt.SND_END);
    this.iss = u32(InfoAt.ISS);
    this.rcvNxt = u32(InfoAt.RCV_NXT);
    this.rcvWnd = u32(InfoAt.RCV_WND);
    this.rcvRead = u32(InfoAt.RCV_READ);
    this.irs = u32(InfoAt.IRS);
    this.rto = u32(InfoAt.RTO);
    this.cwnd = u32(InfoAt.CWND);
    this.sendMss = u32(InfoAt.SEND_MSS) & 0xffff;
    this.retransmissionLeft = i32(InfoAt.RETRANSMISSION_LEFT);
    this.delayedAckLeft = i32(InfoAt.DELAYED_ACK_LEFT);
    this.keepaliveLeft = i32(InfoAt.KEEPALIVE_LEFT);
    this.lifeLeft = i32(InfoAt.LIFE_LEFT);
    this.timerKind = octets[at + InfoAt.TIMER_KIND] ?? 0;
    this.fault = octets.readInt8(at + InfoAt.FAULT);
    this.acceptable = u32(InfoAt.ACCEPTABLE) & 0xffff;
    this.rcvScale = octets[at + InfoAt.RCV_SCALE] ?? 0;
  }
}
