import { parseAddress } from './address.js';
import type { Clock } from './clock.js';
import { type Configuration, configure } from './configuration.js';
import { Core } from './core.js';
import { Driver, type DriverUser, coreNow } from './driver.js';
import type { Link } from './link/link.js';
import type { Secret } from './random.js';

/** What one end of a link needs to run. */
export interface StationParts {
  module: WebAssembly.Module | BufferSource | Response;
  link: Link;
  clock: Clock;
  /** Its own IPv4 address. */
  address: string;
  secret: Secret;
  configuration?: Configuration;
}

/** One end of a link: a core, its driver and its link. An emulated board is one; so is the laptop below its sockets. */
export class Station {
  readonly core: Core;
  readonly driver: Driver;
  readonly link: Link;
  readonly clock: Clock;
  readonly address: string;

  private constructor(core: Core, parts: StationParts, user: DriverUser | undefined) {
    this.core = core;
    this.link = parts.link;
    this.clock = parts.clock;
    this.address = parts.address;
    this.driver = new Driver(core, parts.link, parts.clock, user);
  }

  /**
   * Instantiates the module and starts it; octets flow once `driver.start()` is called. `user` is given the core, since it
   * is made before the driver that will call it.
   */
  static async create(parts: StationParts, user?: (core: Core) => DriverUser): Promise<Station> {
    const core = await Core.load(parts.module);
    const [a, b, c, d] = parts.secret;
    core.call.start(parseAddress(parts.address), a, b, c, d, coreNow(parts.clock));
    // A link that carries less than the core was built for lowers what the core announces.
    const mtu = Math.min(parts.link.mtu ?? core.constants.mtu, core.constants.mtu);
    configure(core, { mtu, ...parts.configuration });
    return new Station(core, parts, user?.(core));
  }

  /** Closes the link and stops the loop. */
  async close(): Promise<void> {
    await this.driver.close();
  }
}
