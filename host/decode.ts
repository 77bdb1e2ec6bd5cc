import { Cause, Counter, Drop, InfoAt, RecordAt, RecordKind, State, Table, TimerKind } from '../assembly/numbers.js';
import { formatAddress } from './address.js';

/** What the last input, output, timer or call did: the record at `record`. */
export interface CoreRecord {
  /** Counts from 1; a gap means records that nobody saw. */
  number: number;
  /** The core's clock, ms. */
  now: number;
  kind: 'input' | 'output' | 'timeout' | 'call';
  protocol: number;
  /** Why it was sent: 'written', 'delayed-ack', 'retransmission' ...; 'none' for anything but an output. */
  cause: string;
  /** Why it was not taken: 'bad-checksum', 'no-connection' ...; 'none' when it was. */
  drop: string;
  /** States as the RFC prints them: 'FIN-WAIT-1'. */
  before: string;
  after: string;
  /** Which retransmission of the same text this is; 0 for a first transmission. */
  repeat: number;
  table: string;
  /** 0 when there is no connection behind it. */
  handle: number;
  localAddress: string;
  remoteAddress: string;
  localPort: number;
  remotePort: number;
  /** Octets of the datagram; 0 for a timeout or a call. */
  length: number;
}

/** One row of the connection table: what info(handle) and list(index) tell. */
export interface CoreInfo {
  handle: number;
  localAddress: string;
  remoteAddress: string;
  localPort: number;
  remotePort: number;
  state: string;
  table: string;
  sack: boolean;
  timestamps: boolean;
  windowScale: boolean;
  /** Retransmissions of the oldest segment. */
  backoff: number;
  snd: { una: number; nxt: number; wnd: number; end: number; up: number; scale: number };
  iss: number;
  rcv: { nxt: number; wnd: number; read: number; up: number; scale: number };
  irs: number;
  /** ms, like rttvar and rto. */
  srtt: number;
  rttvar: number;
  rto: number;
  cwnd: number;
  ssthresh: number;
  inFlight: number;
  retransmissions: number;
  sendMss: number;
  receiveMss: number;
  sacked: number;
  /** ms left of each timer; undefined when it is not running. */
  timers: {
    retransmission: number | undefined;
    delayedAck: number | undefined;
    keepalive: number | undefined;
    life: number | undefined;
    /** What the retransmission timer is running for. */
    kind: string;
  };
  /** A Fault, 0: none. */
  fault: number;
  acceptable: number;
  backlog: number;
  urgent: boolean;
}

/** Counters by name, `segmentsIn`, and the drops by reason, `bad-checksum`; those at zero are there too. */
export interface CoreCounters {
  [name: string]: number | Record<string, number>;
  drops: Record<string, number>;
}

type Numbers = Readonly<Record<string, number>>;

/** Names of a table of numbers by value. */
function namesOf(numbers: Numbers, spell: (name: string) => string): readonly string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(numbers)) names[value] = spell(name);
  return names;
}

const kebab = (name: string): string => name.toLowerCase().replaceAll('_', '-');
const camel = (name: string): string =>
  name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const STATES = namesOf(State, (name) => name.replaceAll('_', '-'));
const CAUSES = namesOf(Cause, kebab);
const DROPS = namesOf(Drop, kebab);
const KINDS = namesOf(RecordKind, kebab);
const TABLES = namesOf(Table, kebab);
const TIMERS = namesOf(TimerKind, kebab);

const named = (names: readonly string[], value: number): string => names[value] ?? String(value);

/** FIN-WAIT-1 for State.FIN_WAIT_1. */
export function stateName(state: number): string {
  return named(STATES, state);
}

export function causeName(cause: number): string {
  return named(CAUSES, cause);
}

export function dropName(drop: number): string {
  return named(DROPS, drop);
}

export function decodeRecord(view: DataView, at: number): CoreRecord {
  const u8 = (offset: number): number => view.getUint8(at + offset);
  const u16 = (offset: number): number => view.getUint16(at + offset, true);
  const u32 = (offset: number): number => view.getUint32(at + offset, true);
  return {
    number: u32(RecordAt.NUMBER),
    now: u32(RecordAt.NOW),
    kind: named(KINDS, u8(RecordAt.KIND)) as CoreRecord['kind'],
    protocol: u8(RecordAt.PROTOCOL),
    cause: named(CAUSES, u8(RecordAt.CAUSE)),
    drop: named(DROPS, u8(RecordAt.DROP)),
    before: stateName(u8(RecordAt.BEFORE)),
    after: stateName(u8(RecordAt.AFTER)),
    repeat: u8(RecordAt.REPEAT),
    table: named(TABLES, u8(RecordAt.TABLE)),
    handle: view.getInt32(at + RecordAt.HANDLE, true),
    localAddress: formatAddress(u32(RecordAt.LOCAL_ADDRESS)),
    remoteAddress: formatAddress(u32(RecordAt.REMOTE_ADDRESS)),
    localPort: u16(RecordAt.LOCAL_PORT),
    remotePort: u16(RecordAt.REMOTE_PORT),
    length: u16(RecordAt.LENGTH),
  };
}

export function decodeInfo(view: DataView, at: number): CoreInfo {
  const u8 = (offset: number): number => view.getUint8(at + offset);
  const u16 = (offset: number): number => view.getUint16(at + offset, true);
  const u32 = (offset: number): number => view.getUint32(at + offset, true);
  const left = (offset: number): number | undefined => {
    const ms = view.getInt32(at + offset, true);
    return ms < 0 ? undefined : ms;
  };
  const options = u8(InfoAt.OPTIONS);
  return {
    handle: view.getInt32(at + InfoAt.HANDLE, true),
    localAddress: formatAddress(u32(InfoAt.LOCAL_ADDRESS)),
    remoteAddress: formatAddress(u32(InfoAt.REMOTE_ADDRESS)),
    localPort: u16(InfoAt.LOCAL_PORT),
    remotePort: u16(InfoAt.REMOTE_PORT),
    state: stateName(u8(InfoAt.STATE)),
    table: named(TABLES, u8(InfoAt.TABLE)),
    sack: (options & 1) !== 0,
    timestamps: (options & 2) !== 0,
    windowScale: (options & 4) !== 0,
    backoff: u8(InfoAt.BACKOFF),
    snd: {
      una: u32(InfoAt.SND_UNA),
      nxt: u32(InfoAt.SND_NXT),
      wnd: u32(InfoAt.SND_WND),
      end: u32(InfoAt.SND_END),
      up: u32(InfoAt.SND_UP),
      scale: u8(InfoAt.SND_SCALE),
    },
    iss: u32(InfoAt.ISS),
    rcv: {
      nxt: u32(InfoAt.RCV_NXT),
      wnd: u32(InfoAt.RCV_WND),
      read: u32(InfoAt.RCV_READ),
      up: u32(InfoAt.RCV_UP),
      scale: u8(InfoAt.RCV_SCALE),
    },
    irs: u32(InfoAt.IRS),
    srtt: u32(InfoAt.SRTT),
    rttvar: u32(InfoAt.RTTVAR),
    rto: u32(InfoAt.RTO),
    cwnd: u32(InfoAt.CWND),
    ssthresh: u32(InfoAt.SSTHRESH),
    inFlight: u32(InfoAt.IN_FLIGHT),
    retransmissions: u32(InfoAt.RETRANSMISSIONS),
    sendMss: u16(InfoAt.SEND_MSS),
    receiveMss: u16(InfoAt.RECEIVE_MSS),
    sacked: u32(InfoAt.SACKED),
    timers: {
      retransmission: left(InfoAt.RETRANSMISSION_LEFT),
      delayedAck: left(InfoAt.DELAYED_ACK_LEFT),
      keepalive: left(InfoAt.KEEPALIVE_LEFT),
      life: left(InfoAt.LIFE_LEFT),
      kind: named(TIMERS, u8(InfoAt.TIMER_KIND)),
    },
    fault: view.getInt8(at + InfoAt.FAULT),
    acceptable: u16(InfoAt.ACCEPTABLE),
    backlog: u16(InfoAt.BACKLOG),
    urgent: u8(InfoAt.URGENT) !== 0,
  };
}

/** Reads every counter through `counter`, the ABI's call. */
export function decodeCounters(counter: (name: number) => number): CoreCounters {
  const counters: CoreCounters = { drops: {} };
  for (const [name, value] of Object.entries(Counter as Numbers)) {
    if (value < Counter.DROPS) counters[camel(name)] = counter(value) >>> 0;
  }
  for (const [reason, name] of DROPS.entries()) {
    if (reason !== Drop.NONE) counters.drops[name] = counter(Counter.DROPS + reason) >>> 0;
  }
  return counters;
}
