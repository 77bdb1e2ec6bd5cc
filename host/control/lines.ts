import type { Socket } from 'node:net';

/** Calls `take` with each line that is one JSON object; closes on whoever sends something else, or too much of it. */
export function readLines(socket: Socket, octetsMax: number, take: (object: Record<string, unknown>) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const object = parse(line);
      if (object === undefined) {
        socket.destroy();
        return;
      }
      take(object);
    }
    if (rest.length > octetsMax) socket.destroy();
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What waits for one reader. Beyond it, what may be missed is missed: a slow reader never holds up the link. */
const WAITING_OCTETS = 1 << 20;

/** Lines to one reader, whose slowness costs this much memory and no more. */
export class Outbox {
  readonly #socket: Socket;
  #missed = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** An answer, which somebody waits for. */
  send(object: object): void {
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify(object)}\n`);
  }

  /** One of many; where there is no room it is counted, and the reader is told how many it has missed. */
  offer(make: () => object): void {
    if (this.#socket.destroyed) return;
    if (this.#socket.writableLength > WAITING_OCTETS) {
      this.#missed += 1;
      return;
    }
    if (this.#missed > 0) this.send({ type: 'missed', count: this.#missed });
    this.#missed = 0;
    this.send(make());
  }
}
