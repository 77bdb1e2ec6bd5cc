import { existsSync } from 'node:fs';

/** Why tests with a TUN device are skipped here; false: they are not. */
export const withoutTun =
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/net/tun')
    ? false
    : 'a TUN device needs Linux, root and /dev/net/tun';

/**
 * A device's name and two addresses of the network for benchmarks (RFC 2544), which no machine has; from the process id, so
 * that two runs of the tests on one machine do not meet.
 */
export function tunNetwork(number: number): { device: string; kernel: string; ours: string } {
  const unique = (process.pid * 8 + number) & 0x7fff;
  const network = `198.${18 + (unique >>> 14)}.${(unique >>> 6) & 255}`;
  const host = (unique & 63) * 4;
  return { device: `slw${process.pid}-${number}`, kernel: `${network}.${host + 1}`, ours: `${network}.${host + 2}` };
}
