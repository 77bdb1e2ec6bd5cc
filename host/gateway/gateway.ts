import { connect } from 'node:net';
import type { Stack } from '../stack.js';
import type { Connection } from './join.js';
import { Nat } from './nat.js';
import type { Rules } from './rules.js';
import type { Target, Tell } from './target.js';
import { UdpNat } from './udp-nat.js';

export interface GatewayOptions {
  rules: Rules;
  tell?: Tell;
  /** Boards on other links, by address: what is meant for one of them goes there and not into the network. */
  neighbours?: ReadonlyMap<string, Stack>;
}

/** What makes a stack stand for every address: for open(), and not for an emulated board at its other end. */
export const GATEWAY_CONFIGURATION = {
  configuration: { anyAddress: 1 },
  boardConfiguration: { anyAddress: 0 },
} as const;

/** The laptop as the gateway of the board at the other end of a stack's link: out through NAT, by the rules, without root. */
export class Gateway {
  readonly tcp: Nat;
  readonly udp: UdpNat;

  /** The stack must have been opened with GATEWAY_CONFIGURATION. */
  constructor(stack: Stack, { rules, tell = () => undefined, neighbours = new Map() }: GatewayOptions) {
    this.tcp = new Nat(stack.network, { rules, tell, dial: (target) => dial(target, neighbours) });
    this.udp = new UdpNat(stack.network, { rules, tell, neighbours });
  }

  /** Ends what is joined with FIN in both directions; what has not ended in time is reset. */
  async close(graceMs?: number): Promise<void> {
    this.udp.close();
    await this.tcp.close(graceMs);
  }
}

function dial({ address, port }: Target, neighbours: ReadonlyMap<string, Stack>): Connection {
  const options = { host: address, port, allowHalfOpen: true, noDelay: true };
  return neighbours.get(address)?.connect(options) ?? connect(options);
}
