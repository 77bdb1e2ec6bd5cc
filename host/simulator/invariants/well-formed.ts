import { Config, Flag, Option } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';
import { isIntact } from '../segment.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

const DONT_FRAGMENT = 0x4000;
const TTL = 64;

export const wellFormed: Invariant = {
  name: 'well-formed',
  sentence:
    'Every datagram that leaves has right lengths, checksums, addresses, TTL and DF, and fits the MTU of its link and the MSS of its peer.',
  watch: (world) => ({
    onSent(from, segment, flow, at, length) {
      const { octets } = from.machine;
      if (length > from.mtu) world.violated(`${length} octets leave over an MTU of ${from.mtu}`);
      if (!isIntact(octets, at, length)) world.violated('a datagram leaves with a wrong length or checksum');
      if (octets.readUInt32BE(at + 12) !== from.address) world.violated('a datagram leaves under another address');
      if (octets.readUInt16BE(at + 6) !== DONT_FRAGMENT) world.violated('a datagram leaves without DF');
      const ttl = octets[at + 8] ?? 0;
      if (!valuesOf(world, from, Config.TTL, Option.TTL, TTL).includes(ttl)) world.violated(`a TTL of ${ttl} leaves`);
      const tos = octets[at + 1] ?? 0;
      if (!valuesOf(world, from, -1, Option.TOS, 0).includes(tos)) world.violated(`a TOS of ${tos} leaves`);
      if (flow === undefined || segment.has(Flag.SYN) || !flow.back.hasBegun) return;
      if (segment.length > Math.max(flow.back.mss, 28)) {
        world.violated(`${segment.length} octets of text leave, and the peer's MSS is ${flow.back.mss}`);
      }
    },
  }),
};

/** What the station may write into a field: the stack's own value, and those of its connections. */
function valuesOf(world: World, station: Station, config: number, option: number, otherwise: number): number[] {
  const own = station.plan.config.find(([name]) => name === config)?.[1] ?? otherwise;
  const others = world.sidesOf(station).flatMap(({ plan }) => plan.options.filter(([name]) => name === option));
  return [own, ...others.map(([, value]) => value)];
}
