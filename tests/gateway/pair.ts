// A board and its gateway on one cable in memory, and what a test wants to know of both.
import { readdirSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket as RealSocket } from 'node:net';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { RealClock } from '../../host/clock.js';
import type { NatOptions } from '../../host/gateway/nat.js';
import { Nat } from '../../host/gateway/nat.js';
import { Rules, parseAccessRule } from '../../host/gateway/rules.js';
import type { Trouble } from '../../host/gateway/target.js';
import { UdpNat, type UdpNatOptions } from '../../host/gateway/udp-nat.js';
import { EmulatedCable, type EmulatedOptions } from '../../host/link/emulated.js';
import { loadModule } from '../../host/modules.js';
import { secretFrom } from '../../host/random.js';
import { Stack } from '../../host/stack.js';
import type { Socket } from '../../host/net/socket.js';

export const GATEWAY = '192.168.7.1';
export const BOARD = '192.168.7.2';
export const LOOPBACK = '127.0.0.1';
/** Nobody listens there, and no program is given it while a test runs, as may happen to one that was just closed. */
export const CLOSED_PORT = 1;

export interface PairOptions extends Partial<NatOptions>, Omit<UdpNatOptions, 'rules' | 'tell'> {
  boardModule?: string;
  boardAddress?: string;
  cable?: EmulatedOptions;
  /** As on the command line: 'allow 127.0.0.1:80'. */
  access?: string[];
}

export interface Pair {
  board: Stack;
  gateway: Stack;
  cable: EmulatedCable;
  tcp: Nat;
  udp: UdpNat;
  troubles: Trouble[];
}

/** A board's stack under sockets, and the laptop's with NAT; both are gone after the test. */
export async function pair(t: TestContext, options: PairOptions = {}): Promise<Pair> {
  const clock = new RealClock();
  const cable = new EmulatedCable(clock, { seed: 7, ...options.cable });
  const common = { clock };
  const { boardAddress = BOARD } = options;
  const gateway = await Stack.create({
    ...common,
    module: await loadModule('host'),
    link: cable.a,
    address: GATEWAY,
    peer: boardAddress,
    secret: secretFrom(1),
    configuration: { anyAddress: 1 },
  });
  const board = await Stack.create({
    ...common,
    module: await loadModule(options.boardModule ?? 'host'),
    link: cable.b,
    address: boardAddress,
    peer: GATEWAY,
    secret: secretFrom(2),
  });
  const troubles: Trouble[] = [];
  const tell = (trouble: Trouble): void => void troubles.push(trouble);
  const rules = new Rules((options.access ?? []).map(accessRule));
  const tcp = new Nat(gateway.network, { ...only(options, ['dial', 'connectMs', 'sweepMs']), rules, tell });
  const udp = new UdpNat(gateway.network, {
    ...only(options, ['idleMs', 'idleDnsMs', 'flowsMax', 'neighbours']),
    rules,
    tell,
  });
  t.after(async () => {
    udp.close();
    await tcp.close(0);
    await Promise.all([gateway.close(100), board.close(100)]);
  });
  return { board, gateway, cable, tcp, udp, troubles };
}

function accessRule(text: string): ReturnType<typeof parseAccessRule> {
  const [action = '', rule = ''] = text.split(' ');
  return parseAccessRule(action as 'allow', rule);
}

function only<T extends object, K extends keyof T>(from: T, names: K[]): Pick<T, K> {
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]])) as Pick<
    T,
    K
  >;
}

/** A server of the laptop's own, half open as the tests need it, gone after the test. */
export async function realServer(
  t: TestContext,
  onConnection: (socket: RealSocket) => void,
): Promise<{ port: number; server: Server }> {
  const sockets = new Set<RealSocket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    onConnection(socket);
  }).listen(0, LOOPBACK);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

/** All that arrives up to the end; unlike an iterator it leaves the socket open for writing. */
export async function readAll(socket: Socket | RealSocket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await once(socket, 'end');
  return Buffer.concat(pieces);
}

/** The code of the error that a socket ends with. */
export async function failure(socket: Socket | RealSocket): Promise<string | undefined> {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
}

/** Files and sockets that this process has open. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Connections that a core still holds, those aside that only wait for 2 MSL to pass. */
export function held(stack: Stack): string[] {
  const rows = stack.netstat().filter(({ table, state }) => table !== 'listener' && state !== 'TIME-WAIT');
  return rows.map(
    ({ table, state, localPort, remotePort }) => `${table} ${state} ${String(localPort)} ${String(remotePort)}`,
  );
}
