/** The octet that a script's peer sends at an offset in its stream: any stretch tells where it belongs. */
export function peerOctet(offset: number): number {
  return (offset * 31 + (offset >>> 8) * 17 + (offset >>> 16) * 5 + 65) & 255;
}

/** The octet that write() sends at an offset in our stream, unless the script gives a string. */
export function ownOctet(offset: number): number {
  return (offset * 29 + (offset >>> 8) * 13 + (offset >>> 16) * 3 + 97) & 255;
}

export function peerText(offset: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => peerOctet(offset + index));
}

/** Everything the application has handed to send, so that whatever leaves can be compared with it. */
export class Written {
  #octets = new Uint8Array(4096);
  length = 0;

  append(octets: Uint8Array): void {
    const needed = this.length + octets.length;
    if (needed > this.#octets.length) {
      const larger = new Uint8Array(Math.max(needed, this.#octets.length * 2));
      larger.set(this.#octets);
      this.#octets = larger;
    }
    this.#octets.set(octets, this.length);
    this.length = needed;
  }

  at(offset: number): number | undefined {
    return offset >= 0 && offset < this.length ? this.#octets[offset] : undefined;
  }
}
