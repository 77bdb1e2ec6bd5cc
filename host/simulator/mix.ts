/** 32 bits that depend on each bit of three numbers, the same on every machine. What befalls the n-th datagram of a wire is drawn by its numbers and not by its turn, so that one fault less changes nothing about the others. */
export function mix(a: number, b: number, c: number): number {
  let z = (a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca77)) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  z = Math.imul(z ^ (z >>> 15) ^ Math.imul(c, 0xc2b2ae3d), 0x27d4eb2f);
  return (z ^ (z >>> 16)) >>> 0;
}
