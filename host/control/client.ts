import { once } from 'node:events';
import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import type { TraceEvent } from '../trace/event.js';
import { eventFrom } from './event-line.js';
import { readLines } from './lines.js';
import type { NetstatReport } from './netstat.js';
import { canonicalLink, controlFolder, isSocketName } from './place.js';
import type { Hello } from './server.js';

/** A table of a thousand connections is half a megabyte. */
const LINE_OCTETS_MAX = 1 << 23;
/** Who does not say hello by then is not alive, however busy the machine is. */
const HELLO_MS = 15_000;

/** What a follower is told. */
export interface Followed {
  /** The time of day at the trace's time 0, ms since 1970. */
  begun(epochMs: number): void;
  event(event: TraceEvent): void;
  /** So many events were not told, because this end was too slow. */
  missed(count: number): void;
}

/** A window on a link that another process has. */
export class Control {
  readonly hello: Hello;
  /** Resolves when the other process has closed the link, or has ended. */
  readonly closed: Promise<void>;

  readonly #socket: Socket;
  #take: (object: Record<string, unknown>) => void = () => undefined;

  private constructor(socket: Socket, hello: Hello) {
    this.#socket = socket;
    this.hello = hello;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
  }

  /** 'nobody': the process behind the socket has ended. 'silent': it says nothing, which it may do later. */
  static async connect(file: string): Promise<Control | 'nobody' | 'silent'> {
    const socket = connect(file);
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), HELLO_MS);
      socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED' ? 'nobody' : 'silent'));
      let control: Control | undefined;
      readLines(socket, LINE_OCTETS_MAX, (object) => {
        if (control !== undefined) return control.#take(object);
        clearTimeout(timer);
        control = new Control(socket, object as unknown as Hello);
        resolve(control);
      });
      socket.once('close', () => {
        clearTimeout(timer);
        resolve('silent');
      });
    });
  }

  /** undefined: the link was closed instead. */
  async netstat(options: { board?: boolean } = {}): Promise<NetstatReport | undefined> {
    const report = new Promise<NetstatReport>((resolve) => {
      this.#take = (object) => resolve(object as unknown as NetstatReport);
    });
    this.#ask({ do: 'netstat', ...options });
    return Promise.race([report, this.closed.then(() => undefined)]);
  }

  /** Tells all that passes from now on. */
  follow(followed: Followed): void {
    this.#take = (object) => {
      if (object['type'] === 'following') followed.begun(Number(object['epochMs']));
      else if (object['type'] === 'missed') followed.missed(Number(object['count']));
      const event = eventFrom(object);
      if (event !== undefined) followed.event(event);
    };
    this.#ask({ do: 'events' });
  }

  /** Tells the octets of the line from now on, or why there are none. */
  watchLine(take: (octets: Uint8Array) => void, refused: (message: string) => void): void {
    this.#take = (object) => {
      if (object['type'] === 'line') take(Buffer.from(String(object['data']), 'base64'));
      if (object['type'] === 'error') refused(String(object['message']));
    };
    this.#ask({ do: 'line' });
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #ask(request: object): void {
    this.#socket.write(`${JSON.stringify(request)}\n`);
  }
}

/** All links that processes of this user have open. Sockets that a killed process has left are removed. */
export async function openLinks(): Promise<Control[]> {
  const folder = controlFolder();
  const files = readdirSync(folder).filter(isSocketName);
  const found = await Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      const control = await Control.connect(file);
      if (control === 'nobody') removeStale(file);
      return control;
    }),
  );
  return found.filter((control) => typeof control !== 'string');
}

/** The link of this name, or the only one. Throws an error that says what to start, or which there are. */
export async function attach(named: string | undefined): Promise<Control> {
  const link = named === 'auto' ? undefined : named;
  const open = await openLinks();
  const wanted = link === undefined ? open : open.filter(({ hello }) => isSame(hello.link, link));
  const [control, other] = wanted;
  await Promise.all(open.filter((one) => one !== control || other !== undefined).map((one) => one.close()));
  if (control !== undefined && other === undefined) return control;
  const names = wanted.map(({ hello }) => hello.link).join(', ');
  if (other !== undefined) throw new Error(`Several links are open, ${names}: name one with --link.`);
  const start = `slipway up --link ${link ?? 'slip:/dev/ttyACM0'}`;
  throw new Error(`No program has ${link === undefined ? 'a link' : `the link ${link}`} open; start '${start}' first.`);
}

function isSame(open: string, asked: string): boolean {
  const [one, other] = [canonicalLink(open), canonicalLink(asked)];
  return one === other;
}

function removeStale(file: string): void {
  try {
    // Connecting to any other file is refused too, and that one is not ours.
    if (lstatSync(file).isSocket()) unlinkSync(file);
  } catch {
    // Its owner did so just now.
  }
}
