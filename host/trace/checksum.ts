/** The ones' complement sum of RFC 1071 over octets, folded to 16 bits; 0xffff where the checksum inside is right. */
export function sum(octets: Uint8Array, start = 0): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  let total = start;
  let at = 0;
  for (; at + 1 < octets.length; at += 2) total += view.getUint16(at);
  if (at < octets.length) total += view.getUint8(at) << 8;
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return total;
}
