// Numbers and octets in a row, as a record holds them. A number takes seven bits an octet, the least significant first, the
// top bit saying that more follow; one that may be negative is folded first: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...

/** Collects what is written, for whoever takes it. */
export class OctetWriter {
  #octets = new Uint8Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  octet(value: number): this {
    this.#makeRoom(1);
    this.#octets[this.#length++] = value;
    return this;
  }

  /** From 0 up to 2^53. */
  number(value: number): this {
    this.#makeRoom(8);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#octets[this.#length++] = (rest % 128) | 128;
    this.#octets[this.#length++] = rest;
    return this;
  }

  signed(value: number): this {
    return this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** The length, then the octets. */
  octets(octets: Uint8Array): this {
    return this.number(octets.length).raw(octets);
  }

  raw(octets: Uint8Array): this {
    this.#makeRoom(octets.length);
    this.#octets.set(octets, this.#length);
    this.#length += octets.length;
    return this;
  }

  text(text: string): this {
    return this.octets(new TextEncoder().encode(text));
  }

  /** All that was written, which is then forgotten. */
  take(): Uint8Array {
    const taken = this.#octets.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #makeRoom(octets: number): void {
    if (this.#length + octets <= this.#octets.length) return;
    const larger = new Uint8Array(2 * (this.#length + octets));
    larger.set(this.#octets.subarray(0, this.#length));
    this.#octets = larger;
  }
}

/** The octets end before what is being read. */
export class EndOfOctets extends Error {
  override readonly name = 'EndOfOctets';
}

export class OctetReader {
  readonly #octets: Uint8Array;
  at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#octets.length;
  }

  octet(): number {
    const value = this.#octets[this.at];
    if (value === undefined) throw new EndOfOctets('The octets end too soon.');
    this.at += 1;
    return value;
  }

  number(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const octet = this.octet();
      value += (octet & 127) * weight;
      if (octet < 128) return value;
    }
  }

  signed(): number {
    const folded = this.number();
    return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
  }

  octets(): Uint8Array {
    return this.raw(this.number());
  }

  raw(length: number): Uint8Array {
    if (this.at + length > this.#octets.length) throw new EndOfOctets('The octets end too soon.');
    this.at += length;
    return this.#octets.subarray(this.at - length, this.at);
  }

  text(): string {
    return new TextDecoder().decode(this.octets());
  }
}
