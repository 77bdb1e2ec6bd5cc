// Every number fixed at build time, each with its cost in octets. `asc --use SLIPWAY_NAME=value` is the only hand on
// them; the defaults are the board profile. asconfig.json holds the profiles.

// @ts-nocheck: the SLIPWAY_ names exist only where --use defines them.

/** Connections with rings. Each costs a TCB (about 330) + SEND_RING + RECEIVE_RING. */
export const CONNECTIONS: i32 = isDefined(SLIPWAY_CONNECTIONS) ? SLIPWAY_CONNECTIONS : 4;
/** Octets of each connection's send ring: a power of two, since an octet lies at its sequence number modulo this. */
export const SEND_RING: i32 = isDefined(SLIPWAY_SEND_RING) ? SLIPWAY_SEND_RING : 4096;
/** Octets of each connection's receive ring: a power of two. */
export const RECEIVE_RING: i32 = isDefined(SLIPWAY_RECEIVE_RING) ? SLIPWAY_RECEIVE_RING : 4096;
/** Octets of the largest datagram; rx, tx and the UDP exchange buffer each cost this much. */
export const MTU: i32 = isDefined(SLIPWAY_MTU) ? SLIPWAY_MTU : 1500;
/** Octets of each serial buffer. */
export const SERIAL_CHUNK: i32 = isDefined(SLIPWAY_SERIAL_CHUNK) ? SLIPWAY_SERIAL_CHUNK : 256;
/** Listeners, 20 octets each. */
export const LISTENERS: i32 = isDefined(SLIPWAY_LISTENERS) ? SLIPWAY_LISTENERS : 4;
/** Half-open connections, 80 octets each. */
export const SYN_QUEUE: i32 = isDefined(SLIPWAY_SYN_QUEUE) ? SLIPWAY_SYN_QUEUE : 8;
/** Connections in TIME-WAIT, 68 octets each. */
export const TIME_WAITS: i32 = isDefined(SLIPWAY_TIME_WAITS) ? SLIPWAY_TIME_WAITS : 16;
/** Heads of the hash chains, 4 octets each: a power of two. */
export const BUCKETS: i32 = isDefined(SLIPWAY_BUCKETS) ? SLIPWAY_BUCKETS : 8;
/** Stateless TCP answers (RST, cookie) that may wait for output, 40 octets each. */
export const REPLIES: i32 = isDefined(SLIPWAY_REPLIES) ? SLIPWAY_REPLIES : 4;
/** Octets of the largest ICMP message that may wait for output (an echo reply). */
export const ICMP_SLOT: i32 = isDefined(SLIPWAY_ICMP_SLOT) ? SLIPWAY_ICMP_SLOT : 1480;
/** Octets of the one datagram being put together from fragments; at least 576 (RFC 1122 section 3.3.2). 0: none. */
export const FRAGMENT_BUFFER: i32 = isDefined(SLIPWAY_FRAGMENT_BUFFER) ? SLIPWAY_FRAGMENT_BUFFER : 1500;
/** UDP endpoints: 16 octets and two datagram rings each. */
export const UDP_ENDPOINTS: i32 = isDefined(SLIPWAY_UDP_ENDPOINTS) ? SLIPWAY_UDP_ENDPOINTS : 2;
/** Octets of each of a UDP endpoint's two rings: a power of two. */
export const UDP_RING: i32 = isDefined(SLIPWAY_UDP_RING) ? SLIPWAY_UDP_RING : 2048;
/** Stretches of text kept beyond RCV.NXT per connection, 8 octets each. */
export const REASSEMBLY_RANGES: i32 = isDefined(SLIPWAY_REASSEMBLY_RANGES) ? SLIPWAY_REASSEMBLY_RANGES : 4;
/** Stretches that the peer has SACKed remembered per connection, 8 octets each. */
export const SACK_RANGES: i32 = isDefined(SLIPWAY_SACK_RANGES) ? SLIPWAY_SACK_RANGES : 4;
/** 1: the event record is kept (36 octets and its code). */
export const RECORDS: i32 = isDefined(SLIPWAY_RECORDS) ? SLIPWAY_RECORDS : 1;
/** 1: SACK is built in. */
export const SACK: i32 = isDefined(SLIPWAY_SACK) ? SLIPWAY_SACK : 1;
/** 1: timestamps are built in. */
export const TIMESTAMPS: i32 = isDefined(SLIPWAY_TIMESTAMPS) ? SLIPWAY_TIMESTAMPS : 1;
/** The shift that we ask for: the least that lets the window field name the whole receive ring. 0: not offered. */
export const RECEIVE_SCALE: i32 = isDefined(SLIPWAY_RECEIVE_SCALE) ? SLIPWAY_RECEIVE_SCALE : 0;
/** 1: listeners may defer (ListenFlag.DEFER), for a gateway. */
export const DEFER: i32 = isDefined(SLIPWAY_DEFER) ? SLIPWAY_DEFER : 0;
/** 1: UDP is built in. */
export const UDP: i32 = isDefined(SLIPWAY_UDP) ? SLIPWAY_UDP : 1;

/** IPv4 and TCP headers without options. */
export const HEADERS: i32 = 40;
/** The MSS that we announce: MTU less both headers (MUST-67). */
export const RECEIVE_MSS: i32 = MTU - HEADERS;

if (SEND_RING & (SEND_RING - 1)) ERROR("SEND_RING must be a power of two");
if (DEFER && SYN_QUEUE > 1023) ERROR("a ticket has room for 1023 half-open connections");
if (RECEIVE_RING & (RECEIVE_RING - 1)) ERROR("RECEIVE_RING must be a power of two");
if (BUCKETS & (BUCKETS - 1)) ERROR("BUCKETS must be a power of two");
if (UDP_RING & (UDP_RING - 1)) ERROR("UDP_RING must be a power of two");
if (MTU < 68) ERROR("an IPv4 link carries datagrams of at least 68 octets (RFC 791)");
if (CONNECTIONS + LISTENERS + UDP_ENDPOINTS > 1023) ERROR("a handle has room for 1023 slots");
if ((RECEIVE_RING - 1) >> RECEIVE_SCALE > 65535) ERROR("RECEIVE_SCALE is too small for RECEIVE_RING");
