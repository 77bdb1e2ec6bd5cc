/** FNV-1a, 32 bits: tells whether octets are the same as before. Against accidents, not against anybody. */
export function fingerprint(octets: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const octet of octets) hash = Math.imul(hash ^ octet, 0x01000193);
  return hash >>> 0;
}
