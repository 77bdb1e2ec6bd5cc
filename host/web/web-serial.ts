// A link over Web Serial (https://wicg.github.io/serial/): SLIP, as over any other serial line.
import { LinkEnd } from '../link/link-end.js';

/** What is used of the browser's SerialPort. */
export interface WebSerialPort {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { baudRate: number }): Promise<void>;
  close(): Promise<void>;
}

/** The browser's navigator.serial, where it has one. */
export interface WebSerial {
  requestPort(): Promise<WebSerialPort>;
}

export function webSerial(): WebSerial | undefined {
  return (navigator as Navigator & { serial?: WebSerial }).serial;
}

/** Octets that may wait for the port; more than a frame, so that the line is never idle between two. */
const WAITING_OCTETS = 2048;
/** Half of the speed is lost to a datagram that fills a second: on slow lines smaller ones are announced. */
const SERIAL_MTU = 1500;

export class WebSerialLink extends LinkEnd {
  readonly #port: WebSerialPort;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #waiting = 0;

  private constructor(port: WebSerialPort, readable: ReadableStream<Uint8Array>, writable: WritableStream<Uint8Array>) {
    super('octets', 'serial:', SERIAL_MTU);
    this.#port = port;
    this.#reader = readable.getReader();
    this.#writer = writable.getWriter();
    void this.#readAll();
  }

  static async open(port: WebSerialPort, baudRate: number): Promise<WebSerialLink> {
    await port.open({ baudRate });
    const { readable, writable } = port;
    if (readable === null || writable === null)
      throw new Error('The serial port is open and has no streams; choose another.');
    return new WebSerialLink(port, readable, writable);
  }

  get hasRoom(): boolean {
    return !this.isClosed && this.#waiting < WAITING_OCTETS;
  }

  protected write(octets: Uint8Array): void {
    const { length } = octets;
    this.#waiting += length;
    // A copy: the port keeps what it does not take at once, and the core writes there again.
    this.#writer.write(octets.slice()).then(
      () => {
        const hadRoom = this.hasRoom;
        this.#waiting -= length;
        if (!hadRoom && this.hasRoom) this.drained();
      },
      (error: unknown) => this.gone(asError(error)),
    );
  }

  protected async shut(): Promise<void> {
    // Each may have failed already when the board was unplugged: closing is all that is left to do.
    await this.#reader.cancel().catch(() => undefined);
    this.#reader.releaseLock();
    await this.#writer.abort().catch(() => undefined);
    this.#writer.releaseLock();
    await this.#port.close().catch(() => undefined);
  }

  async #readAll(): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (done) break;
        this.deliver(value);
      }
      if (!this.isClosed) this.gone(new Error('The serial line has ended: the board was unplugged.'));
    } catch (error) {
      this.gone(asError(error));
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
