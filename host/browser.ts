/**
 * Slipway without Node: the core, the loop around it, clocks, cables, and what tells of the segments that pass. It is what a
 * page, a worker or another runtime begins with; `slipway` itself adds sockets, links to boards and the command line's parts.
 *
 * @module
 */
export { formatAddress, parseAddress, tryParseAddress } from './address.js';
export { type Cancel, type Clock, RealClock, VirtualClock } from './clock.js';
export { type Configuration, configure } from './configuration.js';
export {
  type CallWatcher,
  Core,
  type CoreCalls,
  type CoreConstants,
  type CoreCounters,
  type CoreInfo,
  type CoreRecord,
  CoreTrap,
  type RecordListener,
} from './core.js';
export { Driver, type DriverUser, coreNow } from './driver.js';
export { type NetworkError, faultCode, faultError } from './fault.js';
export {
  EmulatedCable,
  type EmulatedOptions,
  type Fault,
  type FaultCounts,
  type FaultEvent,
  type Side,
  type WireOptions,
} from './link/emulated.js';
export { LinkEnd } from './link/link-end.js';
export type { Link, LinkStats, LinkUser } from './link/link.js';
export { pair } from './link/pair.js';
export { compileModule } from './module-octets.js';
export { Random, type Secret, secretFrom } from './random.js';
export { Snapshot, SnapshotError, type SnapshotModule } from './replay/snapshot.js';
export { type Datagram, decode, type IcmpMessage, type UdpDatagram } from './trace/decode.js';
export type { TcpOption, TcpSegment } from './trace/decode-tcp.js';
export { type Filter, parseFilter } from './trace/filter.js';
export type {
  CopyEvent,
  DatagramEvent,
  End,
  Fate,
  Relative,
  StateChange,
  StateEvent,
  States,
  TraceEvent,
} from './trace/event.js';
export { toJson } from './trace/json.js';
export { Ladder, type LadderOptions } from './trace/ladder.js';
export { Pcapng } from './trace/pcapng.js';
export { Tracer, type TraceRecord, type TracerOptions } from './trace/tracer.js';
export { Station, type StationParts } from './station.js';
export { UsageError } from './usage-error.js';
