// SLIP, RFC 1055, for a gateway that passes datagrams on without a core in between. A frame that begins with 0x0A is log
// text by slipmux's convention and not a datagram.
//
//   END  datagram, its END as ESC ESC_END and its ESC as ESC ESC_ESC  END
const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;
const LOG = 0x0a;

/** A datagram as a frame, with an END in front too, which ends whatever noise stood on the line. */
export function encodeSlip(datagram: Uint8Array): Uint8Array {
  const frame = new Uint8Array(datagram.length * 2 + 2);
  let at = 0;
  frame[at++] = END;
  for (const octet of datagram) {
    if (octet === END || octet === ESC) {
      frame[at++] = ESC;
      frame[at++] = octet === END ? ESC_END : ESC_ESC;
    } else {
      frame[at++] = octet;
    }
  }
  frame[at++] = END;
  return frame.subarray(0, at);
}

/** Frames to datagrams, octet by octet, resumable anywhere. What is malformed or too long is dropped and counted. */
export class SlipDecoder {
  readonly counts = { datagrams: 0, oversize: 0, badEscapes: 0, logFrames: 0 };
  readonly #datagram: Uint8Array;
  readonly #take: (datagram: Uint8Array) => void;
  #length = 0;
  #isEscaped = false;
  /** Until the next END: the frame is no good any more. */
  #isSkipping = false;

  /** `take` gets each datagram; the array may be used again once it has returned. */
  constructor(datagramOctetsMax: number, take: (datagram: Uint8Array) => void) {
    this.#datagram = new Uint8Array(datagramOctetsMax);
    this.#take = take;
  }

  push(octets: Uint8Array): void {
    for (const octet of octets) {
      if (octet === END) this.#end();
      else if (!this.#isSkipping) this.#add(octet);
    }
  }

  #add(octet: number): void {
    if (this.#isEscaped) {
      this.#isEscaped = false;
      if (octet === ESC_END) this.#put(END);
      else if (octet === ESC_ESC) this.#put(ESC);
      else this.#skip('badEscapes');
    } else if (octet === ESC) this.#isEscaped = true;
    else if (octet === LOG && this.#length === 0) this.#skip('logFrames');
    else this.#put(octet);
  }

  #put(octet: number): void {
    if (this.#length === this.#datagram.length) this.#skip('oversize');
    else this.#datagram[this.#length++] = octet;
  }

  #skip(why: 'oversize' | 'badEscapes' | 'logFrames'): void {
    this.counts[why] += 1;
    this.#isSkipping = true;
  }

  #end(): void {
    // An ESC right before the END is a frame that was cut.
    if (this.#isEscaped && !this.#isSkipping) this.#skip('badEscapes');
    const length = this.#isSkipping ? 0 : this.#length;
    this.#length = 0;
    this.#isEscaped = false;
    this.#isSkipping = false;
    if (length === 0) return;
    this.counts.datagrams += 1;
    this.#take(this.#datagram.subarray(0, length));
  }
}
