import type { Link, LinkUser } from '../../host/link/link.js';

/** A user that keeps what it hears, for tests of links. */
export class Listener implements LinkUser {
  readonly pieces: Buffer[] = [];
  drains = 0;
  isClosed = false;
  error: Error | undefined;

  constructor(link: Link) {
    link.attach(this);
  }

  get octets(): Buffer {
    return Buffer.concat(this.pieces);
  }

  receive(octets: Uint8Array): void {
    this.pieces.push(Buffer.from(octets));
  }

  drain(): void {
    this.drains += 1;
  }

  closed(error?: Error): void {
    this.isClosed = true;
    this.error = error;
  }
}

/** A SLIP frame with the number in it, and some octets that are not END. */
export function frame(number: number, length = 20): Uint8Array {
  const octets = new Uint8Array(length + 2).fill(number & 0x7f);
  octets[0] = 0xc0;
  octets[1] = number >>> 7;
  octets[length + 1] = 0xc0;
  return octets;
}

/** The numbers of the frames in a stream of undamaged frames, in order. */
export function frameNumbers(octets: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < octets.length;) {
    const end = octets.indexOf(0xc0, at + 1);
    numbers.push(((octets[at + 1] ?? 0) << 7) | (octets[at + 2] ?? 0));
    at = end + 1;
  }
  return numbers;
}

/** For what is so within a second on a quiet machine. */
const PATIENCE_MS = 60_000;

/** Real time: until a condition holds, or an error when it has not come to it in a minute. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`A minute has passed without: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
