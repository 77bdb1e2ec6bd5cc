import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { type Stacks, FAR, NEAR, realStacks } from '../stacks.js';

/** What both worlds have; typed as node:net, which is the point. */
export interface World {
  name: string;
  /** Where servers listen, and where their clients are. */
  host: string;
  localHost: string;
  /** The client's side, and the server's. */
  connect: typeof net.connect;
  createConnection: typeof net.createConnection;
  Socket: typeof net.Socket;
  createServer: typeof net.createServer;
  Server: typeof net.Server;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export const kernel: World = {
  name: 'node:net',
  host: '127.0.0.1',
  localHost: '127.0.0.1',
  connect: net.connect,
  createConnection: net.createConnection,
  Socket: net.Socket,
  createServer: net.createServer,
  Server: net.Server,
  begin: async () => {},
  end: async () => {},
};

/** Two stacks and an emulated link without delay: whatever takes time is the event loop's turns. */
export function slipway(): World {
  let stacks: Stacks<unknown> | undefined;
  const near = () => (stacks as Stacks<unknown>).near as unknown as typeof net;
  const far = () => (stacks as Stacks<unknown>).far as unknown as typeof net;
  return {
    name: 'slipway',
    host: FAR,
    localHost: NEAR,
    connect: ((...args: [number]) => near().connect(...args)) as typeof net.connect,
    createConnection: ((...args: [number]) => near().createConnection(...args)) as typeof net.createConnection,
    get Socket() {
      return near().Socket;
    },
    createServer: (...args: []) => far().createServer(...args),
    get Server() {
      return far().Server;
    },
    begin: async () => {
      stacks = await realStacks();
    },
    end: async () => stacks?.close(),
  };
}

/** A server that listens, and how to be rid of it. */
export interface Listening {
  server: net.Server;
  port: number;
  close(): Promise<void>;
}

export async function listening(
  world: World,
  onConnection?: (socket: net.Socket) => void,
  options: net.ServerOpts = {},
): Promise<Listening> {
  const server = world.createServer(options, onConnection);
  server.listen(0, world.host);
  await once(server, 'listening');
  return { server, port: portOf(server), close: () => closed(server) };
}

export function portOf(server: net.Server): number {
  return (server.address() as net.AddressInfo).port;
}

export async function closed(server: net.Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

export interface Connected extends Listening {
  client: net.Socket;
  /** The server's socket for the client. */
  peer: net.Socket;
}

export async function connected(
  world: World,
  serverOptions: net.ServerOpts = {},
  clientOptions: object = {},
): Promise<Connected> {
  const { server, port, close } = await listening(world, undefined, serverOptions);
  const accepted = once(server, 'connection');
  const client = world.connect({ ...clientOptions, port, host: world.host });
  const [[peer]] = (await Promise.all([accepted, once(client, 'connect')])) as [[net.Socket], unknown];
  return {
    server,
    port,
    client,
    peer,
    close: async () => {
      client.destroy();
      peer.destroy();
      await close();
    },
  };
}

/** A port that nobody listens on. */
export async function freePort(world: World): Promise<number> {
  const { port, close } = await listening(world);
  await close();
  return port;
}

/**
 * Something has been there and back since: what was sent before it has arrived, and whoever was to hear of it has been told.
 * Waiting for what must not happen ends here, not after a time.
 */
export async function lap(world: World): Promise<void> {
  const { port, close } = await listening(world, (socket) => socket.end('.').resume());
  for (let times = 0; times < 2; times++) {
    const client = world.connect(port, world.host);
    client.end('.');
    client.resume();
    await once(client, 'close');
  }
  await close();
}

/** Everything that streams and promises have put off until later has run. */
export async function turn(): Promise<void> {
  for (let times = 0; times < 3; times++) await new Promise((resolve) => setImmediate(resolve));
}

export async function textOf(stream: Readable): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (text += chunk));
  await once(stream, 'end');
  return text;
}

/** Settles with the first error. */
export type NetError = NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string };
export async function errorOf(emitter: EventEmitter): Promise<NetError> {
  return new Promise((resolve) => emitter.once('error', resolve));
}

/** Settles with what 'close' tells, errors or no errors. */
export async function closeOf(emitter: EventEmitter): Promise<unknown> {
  return new Promise((resolve) => emitter.once('close', resolve));
}

/** Names of events in the order in which they are emitted, with what distinguishes them. */
export function eventsOf(socket: Duplex): string[] {
  const events: string[] = [];
  for (const name of ['connect', 'ready', 'end', 'finish', 'timeout']) socket.on(name, () => events.push(name));
  socket.on('lookup', (error: NodeJS.ErrnoException | null, address: string) => {
    events.push(`lookup ${error?.code ?? address}`);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => events.push(`error ${error.code}`));
  socket.on('close', (hadError: unknown) => events.push(`close ${Boolean(hadError)}`));
  return events;
}

/** Why a call throws: its code and its class. */
export function thrown(code: string, name?: string): object {
  return name === undefined ? { code } : { code, name };
}
