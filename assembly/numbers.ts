// The numbers that cross the ABI: read by the core (AssemblyScript) and by the host (TypeScript) from this one file,
// so that the two cannot drift apart. No type annotations and no expressions: the file is valid in both languages.

/** The eleven states of RFC 9293 section 3.3.2, in the RFC's order. */
export namespace State {
  export const CLOSED = 0;
  export const LISTEN = 1;
  export const SYN_SENT = 2;
  export const SYN_RECEIVED = 3;
  export const ESTABLISHED = 4;
  export const FIN_WAIT_1 = 5;
  export const FIN_WAIT_2 = 6;
  export const CLOSE_WAIT = 7;
  export const CLOSING = 8;
  export const LAST_ACK = 9;
  export const TIME_WAIT = 10;
}

/** Control bits of the TCP header, RFC 9293 section 3.1. */
export namespace Flag {
  export const FIN = 1;
  export const SYN = 2;
  export const RST = 4;
  export const PSH = 8;
  export const ACK = 16;
  export const URG = 32;
  export const ECE = 64;
  export const CWR = 128;
}

/** Protocol numbers of IPv4. */
export namespace Protocol {
  export const NONE = 0;
  export const ICMP = 1;
  export const TCP = 6;
  export const UDP = 17;
}

/** Bits of events(handle): what has happened since they were last asked for. */
export namespace Event {
  export const CONNECTED = 1; // ESTABLISHED was reached
  export const READABLE = 2; // text has arrived
  export const WRITABLE = 4; // the send ring has room again after it was full
  export const END = 8; // the peer's FIN has arrived in sequence
  export const CLOSED = 16; // the connection is over: in TIME-WAIT or CLOSED
  export const ERROR = 32; // ... and over by an error: see error(handle)
  export const URGENT = 64; // urgent data has appeared or the pointer has advanced
  export const ACCEPT = 128; // a listener has a connection to accept
  export const SOFT_ERROR = 256; // ICMP or excessive retransmission: reported, not fatal
  export const REQUEST = 512; // a deferring listener has a SYN to admit or refuse
  export const DATAGRAM = 1024; // a UDP endpoint has a datagram
}

/** What a wrong or impossible call answers: always negative. The host turns each into Node's code. */
export namespace Fault {
  export const BAD_HANDLE = -1; // EBADF: no such connection (any more)
  export const INVALID = -2; // EINVAL: an argument outside its range
  export const IN_USE = -3; // EADDRINUSE
  export const NO_RESOURCES = -4; // ENOBUFS: every slot is taken
  export const NOT_CONNECTED = -5; // ENOTCONN: not yet open
  export const CLOSING = -6; // EPIPE: nothing can be sent after shutdown or close
  export const REFUSED = -7; // ECONNREFUSED
  export const RESET = -8; // ECONNRESET
  export const TIMED_OUT = -9; // ETIMEDOUT
  export const ABORTED = -10; // ECONNABORTED: by this side
  export const NETWORK_UNREACHABLE = -11; // ENETUNREACH
  export const HOST_UNREACHABLE = -12; // EHOSTUNREACH
  export const AGAIN = -13; // EAGAIN: nothing now, later perhaps
  export const MESSAGE_SIZE = -14; // EMSGSIZE
  export const BAD_ADDRESS = -15; // EADDRNOTAVAIL: not an address one can connect to or listen on
  export const PROTOCOL_UNREACHABLE = -16; // ENOPROTOOPT
}

/** Names for configure(name, value): the whole stack. */
export namespace Config {
  export const MTU = 1; // octets, 68 up to the built MTU
  export const MSL = 2; // ms; 2 MSL is spent in TIME-WAIT; default 120000 by RFC 9293 section 3.4.2
  export const STEP = 3; // 1: serialInput stops behind every datagram, so that a tracer misses none
  export const ANY_ADDRESS = 4; // 1: datagrams for any unicast address are ours (a gateway)
  export const COOKIES = 5; // 0 when the SYN queue is full, 1 always, 2 never
  export const SYN_TIMEOUT = 6; // ms that a half-open connection may last; default 60000
  export const RTO_MIN = 7; // ms
  export const DELAYED_ACK = 8; // ms, below 500; 0: every segment is acknowledged at once
  export const R1 = 9; // retransmissions after which a soft error is reported; default 3
  export const R2 = 10; // ms of retransmission after which the connection ends; default 100000
  export const SYN_R2 = 11; // the same for a SYN; default and least 180000
  export const TIMESTAMPS = 12; // 0: never offered nor accepted
  export const SACK = 13; // 0: never offered nor accepted
  export const WINDOW_SCALE = 14; // 0: never offered nor accepted
  export const FIN_WAIT_2 = 15; // ms in FIN-WAIT-2 after close(); default 60000
  export const TTL = 16; // default 64
  export const SYN_QUEUE = 17; // entries that may be used, up to those built
  export const RTO_INITIAL = 18; // ms; default 1000
  export const TAIL_PROBE = 19; // 0: nothing of RFC 8985: no tail loss probes, and losses by RFC 6675 alone; default 1
}

/** Names for option(handle, name, value): one connection. */
export namespace Option {
  export const NODELAY = 1; // 1: no Nagle
  export const KEEPALIVE = 2; // 1: on; off by default (MUST-25)
  export const KEEPALIVE_IDLE = 3; // ms; default 7200000 (MUST-28)
  export const KEEPALIVE_INTERVAL = 4; // ms between probes; default 75000
  export const KEEPALIVE_COUNT = 5; // probes without an answer before the connection ends; default 9
  export const USER_TIMEOUT = 6; // ms, RFC 5482, local; 0: R2 of the stack
  export const LINGER = 7; // -1: close delivers in the background; 0: close resets
  export const TOS = 8; // the octet of DSCP and ECN
  export const TTL = 9;
  export const SOFT_ERRORS = 10; // 0: not reported
  export const MAXSEG = 11; // upper bound for the MSS; before the connection is open
}

/** Flags of listen(). */
export namespace ListenFlag {
  export const REUSE_ADDRESS = 1; // allowed while TIME-WAIT entries hold the port
  export const DEFER = 2; // a SYN waits for admit() or refuse()
}

/** Flags of send(). */
export namespace SendFlag {
  export const URGENT = 1; // the last octet committed is the last urgent octet
}

/** Why a datagram was sent. */
export namespace Cause {
  export const NONE = 0;
  export const OPEN = 1; // SYN of an active open
  export const SYN_ACK = 2; // the answer to a SYN
  export const COOKIE = 3; // the answer to a SYN, without state
  export const WRITTEN = 4; // the application wrote
  export const CLOSE = 5; // the application closed: FIN
  export const ACK = 6; // owed at once
  export const DELAYED_ACK = 7; // owed since the delayed-ACK timer's start
  export const DUPLICATE_ACK = 8; // out of order or unacceptable text arrived
  export const CHALLENGE_ACK = 9; // RFC 5961
  export const WINDOW_UPDATE = 10;
  export const RETRANSMISSION = 11; // the retransmission timer ran out
  export const FAST_RETRANSMISSION = 12; // duplicate ACKs or SACK
  export const TAIL_PROBE = 13;
  export const WINDOW_PROBE = 14;
  export const KEEPALIVE = 15;
  export const RESET = 16; // no such connection
  export const ABORT = 17; // the application aborted, or a limit was reached
  export const ECHO_REPLY = 18;
  export const ICMP_ERROR = 19;
  export const DATAGRAM = 20; // UDP
  export const ECHO_REQUEST = 21;
}

/** Why a datagram that arrived was not taken. 0: it was. */
export namespace Drop {
  export const NONE = 0;
  export const TOO_SHORT = 1; // less than its headers
  export const BAD_VERSION = 2; // not IPv4
  export const BAD_HEADER_LENGTH = 3; // IHL or data offset outside the datagram
  export const BAD_TOTAL_LENGTH = 4;
  export const BAD_CHECKSUM = 5; // of the IPv4 header
  export const NOT_FOR_US = 6;
  export const BAD_SOURCE = 7; // broadcast, multicast, unspecified, or our own
  export const FRAGMENT = 8; // held for reassembly
  export const BAD_FRAGMENT = 9; // overlapping, too long, empty
  export const UNKNOWN_PROTOCOL = 10;
  export const BAD_SEGMENT_CHECKSUM = 11; // of TCP, UDP or ICMP
  export const BAD_PORT = 12; // port 0
  export const NO_CONNECTION = 13; // answered by a RST unless it was one
  export const BAD_FLAGS = 14; // a combination that no state takes
  export const NOT_ACCEPTABLE = 15; // outside the window
  export const BAD_ACK = 16; // acknowledges what was never sent, or too old
  export const BAD_RST = 17; // in the window, not exact: challenged
  export const BAD_SYN = 18; // in a synchronised state: challenged
  export const NO_ACK = 19; // no ACK bit
  export const BAD_COOKIE = 20;
  export const SYN_QUEUE_FULL = 21;
  export const NO_TCB = 22; // the handshake's last ACK: the peer will repeat it
  export const ACCEPT_QUEUE_FULL = 23; // likewise
  export const REPLY_FULL = 24; // the answer found no slot
  export const PAWS = 25; // an old timestamp
  export const RING_FULL = 26; // a UDP endpoint's ring
  export const NO_ENDPOINT = 27; // no UDP endpoint: port unreachable
  export const BAD_OPTIONS = 28; // IPv4 source route, malformed TCP option list
  export const ICMP_IGNORED = 29; // source quench, an error about no connection of ours
  export const TOO_LONG = 30; // above the MTU
  export const REFUSED = 31; // by the application
}

/** What a record tells of. */
export namespace RecordKind {
  export const INPUT = 1; // a datagram arrived
  export const OUTPUT = 2; // a datagram leaves
  export const TIMEOUT = 3; // a timer changed a state
  export const CALL = 4; // a user call changed a state
}

/** Where a connection is kept. */
export namespace Table {
  export const NONE = 0;
  export const CONNECTION = 1; // a TCB with rings
  export const SYN_QUEUE = 2; // half open
  export const TIME_WAIT = 3;
  export const LISTENER = 4;
}

/** What the retransmission timer is running for. */
export namespace TimerKind {
  export const NONE = 0;
  export const RETRANSMISSION = 1;
  export const PERSIST = 2;
  export const TAIL_PROBE = 3;
}

/** Names for counter(name). The drops, by reason, stand behind them at DROPS + Drop.X. */
export namespace Counter {
  export const DATAGRAMS_IN = 0;
  export const DATAGRAMS_OUT = 1;
  export const SEGMENTS_IN = 2;
  export const SEGMENTS_OUT = 3;
  export const RETRANSMISSIONS = 4; // segments sent again, whatever the cause
  export const TIMEOUTS = 5; // retransmission timers run out
  export const FAST_RETRANSMISSIONS = 6;
  export const TAIL_PROBES = 7;
  export const ACTIVE_OPENS = 8;
  export const PASSIVE_OPENS = 9;
  export const FAILED_ATTEMPTS = 10; // left SYN-SENT or SYN-RECEIVED for CLOSED
  export const RESETS = 11; // left ESTABLISHED or CLOSE-WAIT for CLOSED by an error
  export const RESETS_SENT = 12;
  export const COOKIES_SENT = 13;
  export const COOKIES_ACCEPTED = 14;
  export const CHALLENGE_ACKS = 15;
  export const ECHOES = 16;
  export const UDP_IN = 17;
  export const UDP_OUT = 18;
  export const SLIP_FRAMES_IN = 19;
  export const SLIP_FRAMES_OUT = 20;
  export const SLIP_OVERSIZE = 21;
  export const SLIP_BAD_ESCAPE = 22;
  export const SLIP_LOG_FRAMES = 23; // slipmux: first octet 0x0A
  export const TIME_WAIT_RECYCLED = 24; // the oldest entry gave way
  export const REASSEMBLED = 25; // datagrams from fragments
  export const REPLIES_LOST = 26; // stateless answers that found no slot
  export const DUPLICATE_ACKS_IN = 27;
  export const SYN_QUEUE_TIMEOUTS = 28;
  export const OUT_OF_ORDER_IN = 29; // segments kept beyond RCV.NXT
  export const KEEPALIVES = 30;
  export const WINDOW_PROBES = 31;
  export const DROPS = 32;
  export const COUNT = 64;
}

/** Offsets in the record at `record`: one for each input, output and change of state. All little-endian. */
export namespace RecordAt {
  export const NUMBER = 0; // u32, from 1
  export const NOW = 4; // u32, ms
  export const KIND = 8; // u8, RecordKind
  export const PROTOCOL = 9; // u8
  export const CAUSE = 10; // u8
  export const DROP = 11; // u8
  export const BEFORE = 12; // u8, State
  export const AFTER = 13; // u8, State
  export const REPEAT = 14; // u8, retransmission number
  export const TABLE = 15; // u8
  export const HANDLE = 16; // i32, 0 when the connection has none
  export const LOCAL_ADDRESS = 20; // u32
  export const REMOTE_ADDRESS = 24; // u32
  export const LOCAL_PORT = 28; // u16
  export const REMOTE_PORT = 30; // u16
  export const LENGTH = 32; // u16, octets of the datagram; 0 for TIMEOUT and CALL
  export const OCTETS = 36;
}

/** Offsets in the answer of info(handle) and list(index). All little-endian; times in ms. */
export namespace InfoAt {
  export const HANDLE = 0; // i32, 0: SYN queue, TIME-WAIT table, or let go by its user
  export const LOCAL_ADDRESS = 4;
  export const REMOTE_ADDRESS = 8;
  export const LOCAL_PORT = 12; // u16
  export const REMOTE_PORT = 14; // u16
  export const STATE = 16; // u8
  export const TABLE = 17; // u8
  export const OPTIONS = 18; // u8: 1 SACK, 2 timestamps, 4 window scale
  export const BACKOFF = 19; // u8: retransmissions of the oldest segment
  export const SND_UNA = 20;
  export const SND_NXT = 24;
  export const SND_WND = 28;
  export const SND_END = 32; // behind the last octet queued
  export const ISS = 36;
  export const RCV_NXT = 40;
  export const RCV_WND = 44; // as advertised
  export const RCV_READ = 48; // the next octet that the user reads
  export const IRS = 52;
  export const SRTT = 56;
  export const RTTVAR = 60;
  export const RTO = 64;
  export const CWND = 68;
  export const SSTHRESH = 72;
  export const IN_FLIGHT = 76;
  export const RETRANSMISSIONS = 80; // segments, in the connection's life
  export const SEND_MSS = 84; // u16
  export const RECEIVE_MSS = 86; // u16
  export const SACKED = 88; // octets
  export const RETRANSMISSION_LEFT = 92; // i32, -1: not running; likewise below
  export const DELAYED_ACK_LEFT = 96;
  export const KEEPALIVE_LEFT = 100;
  export const LIFE_LEFT = 104; // 2 MSL, FIN-WAIT-2, or the SYN queue's time-out
  export const TIMER_KIND = 108; // u8, TimerKind
  export const SND_SCALE = 109; // u8
  export const RCV_SCALE = 110; // u8
  export const FAULT = 111; // i8: error(handle) without clearing it
  export const ACCEPTABLE = 112; // u16: a listener's connections waiting for accept()
  export const BACKLOG = 114; // u16
  export const SND_UP = 116;
  export const RCV_UP = 120;
  export const URGENT = 124; // u8: 1 while urgent data remains to be read
  export const OCTETS = 128;
}

/** For udpOpen(): every port that no other endpoint has, for a gateway. */
export namespace UdpPort {
  export const EVERY = 65536;
}

/** Offsets in the UDP exchange buffer at `datagram`. */
export namespace DatagramAt {
  export const REMOTE_ADDRESS = 0; // u32
  export const LOCAL_ADDRESS = 4; // u32
  export const REMOTE_PORT = 8; // u16
  export const LENGTH = 10; // u16, of the payload
  export const LOCAL_PORT = 12; // u16
  export const PAYLOAD = 16;
}
