/** SLIP's END, RFC 1055. */
const END = 0xc0;

/** Longer than any frame here, escapes included: what has no END by then is passed on as it is. */
const LONGEST = 16_384;

/**
 * Finds where SLIP frames end in a stream that comes in pieces, so that a fault can hit a whole frame. The octets of all
 * frames, joined, are the octets of the stream: an END before a frame belongs to it, and so does the END behind it.
 */
export class Frames {
  #pieces: Uint8Array[] = [];
  #length = 0;
  #hasContent = false;

  /** The frames that this piece of the stream completes. */
  *push(octets: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let index = 0; index < octets.length; index++) {
      const isEnd = octets[index] === END;
      if (isEnd && this.#hasContent) {
        yield this.#take(octets.subarray(start, index + 1));
        start = index + 1;
      } else if (!isEnd) {
        this.#hasContent = true;
        if (this.#length + index + 1 - start >= LONGEST) {
          yield this.#take(octets.subarray(start, index + 1));
          start = index + 1;
        }
      }
    }
    if (start < octets.length) {
      this.#pieces.push(octets.slice(start));
      this.#length += octets.length - start;
    }
  }

  #take(last: Uint8Array): Uint8Array {
    const frame = new Uint8Array(this.#length + last.length);
    let at = 0;
    for (const piece of [...this.#pieces, last]) {
      frame.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#length = 0;
    this.#hasContent = false;
    return frame;
  }
}
