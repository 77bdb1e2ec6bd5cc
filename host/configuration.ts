import { Config } from '../assembly/numbers.js';
import type { Core } from './core.js';
import { UsageError } from './usage-error.js';

/** Settings of the whole stack, named as in numbers.ts: `{ msl: 30_000, delayedAck: 0 }`. Times in ms. */
export interface Configuration {
  /** Octets of the largest datagram, 68 up to the module's. */
  mtu?: number;
  /** 2 MSL is spent in TIME-WAIT. */
  msl?: number;
  anyAddress?: number;
  cookies?: number;
  synTimeout?: number;
  rtoMin?: number;
  rtoInitial?: number;
  delayedAck?: number;
  r1?: number;
  r2?: number;
  synR2?: number;
  timestamps?: number;
  sack?: number;
  windowScale?: number;
  finWait2?: number;
  ttl?: number;
  synQueue?: number;
  tailProbe?: number;
}

const NAMES: Readonly<Record<keyof Configuration, number>> = {
  mtu: Config.MTU,
  msl: Config.MSL,
  anyAddress: Config.ANY_ADDRESS,
  cookies: Config.COOKIES,
  synTimeout: Config.SYN_TIMEOUT,
  rtoMin: Config.RTO_MIN,
  rtoInitial: Config.RTO_INITIAL,
  delayedAck: Config.DELAYED_ACK,
  r1: Config.R1,
  r2: Config.R2,
  synR2: Config.SYN_R2,
  timestamps: Config.TIMESTAMPS,
  sack: Config.SACK,
  windowScale: Config.WINDOW_SCALE,
  finWait2: Config.FIN_WAIT_2,
  ttl: Config.TTL,
  synQueue: Config.SYN_QUEUE,
  tailProbe: Config.TAIL_PROBE,
};

/** Hands the settings to a core that has been started. */
export function configure(core: Core, configuration: Configuration): void {
  for (const [name, value] of Object.entries(configuration) as [keyof Configuration, number | undefined][]) {
    if (value === undefined) continue;
    const number = NAMES[name] as number | undefined;
    if (number === undefined)
      throw new UsageError(`There is no setting '${name}'; the settings are ${Object.keys(NAMES).join(', ')}.`);
    if (core.call.configure(number, value) < 0)
      throw new UsageError(`The setting ${name} cannot be ${String(value)}; its range stands in assembly/numbers.ts.`);
  }
}
