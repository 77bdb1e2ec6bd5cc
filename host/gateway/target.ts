/** Where a board wants to go. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** This machine, as its own programs call it. */
const LOOPBACK = '127.0.0.1';

/** Who asks for the gateway itself means the laptop's own programs, and is judged as asking for those. */
export function realTarget(asked: Target, gatewayAddress: string): Target {
  return asked.address === gatewayAddress ? { address: LOOPBACK, port: asked.port } : asked;
}

export function targetText({ address, port }: Target): string {
  return `${address}:${String(port)}`;
}

/** What a gateway tells of what it did not do: one sentence each, for people. */
export interface Trouble {
  protocol: 'tcp' | 'udp';
  /** The board's address and port, or a local program's. */
  from: string;
  to: string;
  what: 'denied' | 'failed' | 'abandoned';
  /** The rule's text, or Node's code. */
  why: string;
}

export type Tell = (trouble: Trouble) => void;
