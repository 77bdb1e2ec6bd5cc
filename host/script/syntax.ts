// What a script says, as the parser hands it to the executor. Times are microseconds, sequence numbers relative.

export type Time =
  | { kind: 'absolute'; at: number }
  | { kind: 'relative'; at: number }
  | { kind: 'absolute-range'; from: number; to: number }
  | { kind: 'relative-range'; from: number; to: number }
  | { kind: 'any' };

/** A list of TCP options: these and no others, these among others, or whatever comes. */
export type OptionsMode = 'exact' | 'contains' | 'any';

export interface SackBlock {
  left: number;
  right: number;
}

export type TcpOption =
  | { kind: 'nop' }
  | { kind: 'eol' }
  | { kind: 'sackOK' }
  | { kind: 'mss'; value: number | undefined }
  | { kind: 'wscale'; value: number | undefined }
  | { kind: 'sack'; blocks: SackBlock[] }
  /** undefined stands for `...`. */
  | { kind: 'TS'; val: number | undefined; ecr: number | undefined }
  /** Octets as they are, kind and length included. */
  | { kind: 'hex'; octets: number[] };

/** What stands in brackets before a packet. */
export interface IpFields {
  tos?: number;
  /** The two bits that ECN has in that octet; undefined: not named. */
  ecn?: readonly number[];
  ttl?: number;
  /** Inbound only: the datagram's fault or its unusual header. */
  badSum?: boolean;
  badIpSum?: boolean;
  source?: number;
  destination?: number;
  sourcePort?: number;
  destinationPort?: number;
  ipOptions?: number[];
  dataOffset?: number;
  /** Only these octets of the IPv4 payload are sent, as a fragment. */
  fragment?: { from: number; to: number; more: boolean };
  reserved?: number;
}

export interface TcpPacket {
  kind: 'tcp';
  direction: 'in' | 'out';
  /** `<<`: handed in, and output is not asked before the next statement. */
  isHeld: boolean;
  /** `@n`: another peer than the current one. */
  peer: number | undefined;
  ip: IpFields;
  flags: number;
  seq: number;
  /** `EDGE+1:EDGE+11(10)`: seq counts from the right edge of the window that we have advertised. */
  isAtEdge: boolean;
  length: number;
  ack: number | undefined;
  win: number | undefined;
  urg: number | undefined;
  options: TcpOption[];
  optionsMode: OptionsMode;
}

export interface IcmpPacket {
  kind: 'icmp';
  direction: 'in' | 'out';
  peer: number | undefined;
  ip: IpFields;
  type: number;
  code: number;
  mtu: number;
  /** The segment quoted, where the script names it. */
  quoted: { seq: number; length: number } | undefined;
  /** As the script has it, for messages. */
  name: string;
}

export type Expression =
  | { kind: 'ellipsis' }
  | { kind: 'number'; value: number }
  | { kind: 'word'; name: string }
  | { kind: 'string'; value: string }
  | { kind: 'or'; parts: Expression[] }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'struct'; fields: Map<string, Expression> }
  | { kind: 'call'; name: string; args: Expression[] }
  /** `@2`: one of several peers. */
  | { kind: 'peer'; label: number };

export interface Call {
  kind: 'call';
  name: string;
  args: Expression[];
  result: Expression;
  /** ECONNREFUSED behind -1. */
  errno: string | undefined;
  /** What stands in parentheses behind the result. */
  note: string;
  /** Of `a...b`: when a blocking call returns, on the same scale as the statement's time. */
  blocksUntil: number | undefined;
}

export interface Code {
  kind: 'code';
  text: string;
}

export interface Shell {
  kind: 'shell';
  text: string;
}

export type Action = TcpPacket | IcmpPacket | Call | Code | Shell;

export interface Statement {
  line: number;
  time: Time;
  action: Action;
}

export interface ScriptOption {
  line: number;
  name: string;
  value: string;
}

export interface Script {
  options: ScriptOption[];
  statements: Statement[];
}
