// SLIP, RFC 1055: END before and behind a datagram, END and ESC inside it escaped.
const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** The datagram in one whole SLIP frame as an emulated link tells of it. The core's own codec judges what arrives. */
export function unframe(frame: Uint8Array): Uint8Array {
  const octets: number[] = [];
  for (let at = 0; at < frame.length; at += 1) {
    const octet = frame[at];
    if (octet === END) continue;
    if (octet !== ESC) octets.push(octet ?? 0);
    else {
      at += 1;
      octets.push(frame[at] === ESC_END ? END : frame[at] === ESC_ESC ? ESC : (frame[at] ?? 0));
    }
  }
  return Uint8Array.from(octets);
}
