import type { Clock } from '../clock.js';
import type { Connection } from './connection.js';

/** A buffer of the application's own, and who is called when something is in it. */
export interface OnReadOptions {
  /** The buffer, or what gives one for each time. */
  buffer: Uint8Array | (() => Uint8Array);
  /** False stops reading until resume(). */
  callback: (octets: number, buffer: Uint8Array) => boolean;
}

/** The stream that is read for. */
export interface ReadingStream {
  push(text: Buffer | null): boolean;
  read(octets: number): unknown;
  readonly readableLength: number;
  destroy(error: Error): unknown;
}

/** Moves text from the core's ring into a stream, or into the buffer of `onread`, for as long as more is wanted. */
export class Reader {
  /** The end of the peer's stream has been read. */
  hasEnded = false;

  #stream: ReadingStream;
  #clock: Clock;
  #onRead: OnReadOptions | undefined;
  #isWanted = false;

  constructor(stream: ReadingStream, clock: Clock, onRead?: OnReadOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.#onRead = onRead;
  }

  /** Text goes into the application's buffer, and 'data' is never emitted. */
  get isOwnBuffer(): boolean {
    return this.#onRead !== undefined;
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
  }

  pull(connection: () => Connection | undefined): void {
    for (let from = connection(); this.#isWanted && from !== undefined; from = connection()) {
      const text = this.#onRead === undefined ? from.read() : this.#readInto(from, this.#onRead);
      if (text === undefined) return;
      this.#isWanted = this.#onRead !== undefined && typeof text === 'boolean' && text;
      if (text instanceof Error) this.#stream.destroy(text);
      else if (text === null) this.#end();
      else if (typeof text !== 'boolean') this.#push(text, connection);
    }
  }

  #readInto(from: Connection, { buffer, callback }: OnReadOptions): boolean | Error | null | undefined {
    const into = typeof buffer === 'function' ? buffer() : buffer;
    const octets = from.readInto(into);
    return typeof octets === 'number' ? callback(octets, into) !== false : octets;
  }

  #push(text: Buffer, connection: () => Connection | undefined): void {
    try {
      this.#isWanted = true;
      this.#isWanted = this.#stream.push(text);
    } catch (error) {
      // A listener's exception is its own affair: what else has arrived is still to be read.
      this.#clock.setTimer(0, () => {
        this.pull(connection);
      });
      throw error;
    }
  }

  #end(): void {
    this.hasEnded = true;
    this.#stream.push(null);
    // A stream that nobody has read from yet emits 'end' only when it is asked.
    if (this.#stream.readableLength === 0) this.#stream.read(0);
  }
}
