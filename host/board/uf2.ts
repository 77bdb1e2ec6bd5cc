// UF2, the format that a Raspberry Pi Pico takes as a file copied to its drive (github.com/microsoft/uf2): each 512-octet
// block says where its 256 octets belong.

const BLOCK = 512;
const PAYLOAD = 256;
const MAGIC = [0x0a324655, 0x9e5d5157, 0x0ab16f30] as const;
const FAMILY_ID_PRESENT = 0x2000;
const RP2040 = 0xe48bff56;
const BOOT2 = 252;

/** The UF2 file of a flat image that begins at `origin`, the second boot stage's CRC filled in. */
export function uf2(image: Uint8Array, origin: number): Uint8Array {
  const signed = withBootCrc(image);
  const count = Math.ceil(signed.length / PAYLOAD);
  const file = new Uint8Array(count * BLOCK);
  const view = new DataView(file.buffer);
  for (let i = 0; i < count; i++) {
    const at = i * BLOCK;
    const head = [MAGIC[0], MAGIC[1], FAMILY_ID_PRESENT, origin + i * PAYLOAD, PAYLOAD, i, count, RP2040];
    head.forEach((word, index) => view.setUint32(at + 4 * index, word, true));
    file.set(signed.subarray(i * PAYLOAD, (i + 1) * PAYLOAD), at + 32);
    view.setUint32(at + BLOCK - 4, MAGIC[2], true);
  }
  return file;
}

/** The flat image that a UF2 file carries, and where it begins. Blocks must follow one another. */
export function fromUf2(file: Uint8Array): { image: Uint8Array; origin: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const origin = view.getUint32(12, true);
  const image = new Uint8Array((file.length / BLOCK) * PAYLOAD);
  for (let at = 0; at < file.length; at += BLOCK) {
    const isBlock = view.getUint32(at, true) === MAGIC[0] && view.getUint32(at + 4, true) === MAGIC[1];
    const place = view.getUint32(at + 12, true) - origin;
    if (!isBlock || place !== (at / BLOCK) * PAYLOAD) throw new Error('This is no UF2 file of one flat image.');
    image.set(file.subarray(at + 32, at + 32 + PAYLOAD), place);
  }
  return { image, origin };
}

function withBootCrc(image: Uint8Array): Uint8Array {
  const signed = image.slice();
  new DataView(signed.buffer).setUint32(BOOT2, crc32(signed.subarray(0, BOOT2)), true);
  return signed;
}

/** The CRC that the RP2040's boot ROM computes: polynomial 0x04C11DB7, most significant bit first, from all ones. */
export function crc32(octets: Uint8Array): number {
  let crc = 0xffffffff;
  for (const octet of octets) {
    crc ^= octet << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
