import { Agent, type AgentOptions } from 'node:http';
import type net from 'node:net';
import tls from 'node:tls';
import type { ConnectOptions } from './arguments.js';
import type { Socket } from './socket.js';

/** What opens connections: a stack. */
export interface Connects {
  /** As Stack.connect(). */
  connect(options: ConnectOptions): Socket;
}

/** An http.Agent whose connections go over a stack: `http.get('http://board/', { agent: agent(stack) })`. */
export function agent(stack: Connects, options: AgentOptions = {}): Agent {
  const made = new Agent({ keepAlive: true, ...options });
  const createConnection = (where: ConnectOptions): Socket => stack.connect(where);
  return Object.assign(made, { createConnection });
}

/** Where undici wants to go, and how it is told of the connection. */
export interface ConnectorOptions {
  hostname: string;
  port: string;
  protocol: string;
  servername?: string | null | undefined;
}
/** As undici types it: what it uses of a net.Socket ours have. */
export type ConnectorCallback = (...result: [error: null, socket: net.Socket] | [error: Error, socket: null]) => void;

/**
 * undici's `connect` over a stack: `new Agent({ connect: connector(stack) })`. An https: address is met with TLS, for which
 * `secure` has the options of tls.connect().
 */
export function connector(stack: Connects, secure: tls.ConnectionOptions = {}) {
  return ({ hostname, port, protocol, servername }: ConnectorOptions, callback: ConnectorCallback): void => {
    const isSecure = protocol === 'https:';
    const wanted = port === '' ? (isSecure ? 443 : 80) : port;
    // TLS has an end of its own to say behind the peer's.
    const plain = stack.connect({ host: hostname, port: wanted, noDelay: true, allowHalfOpen: isSecure });
    const name = servername ?? hostname;
    const socket = isSecure
      ? tls.connect({ servername: name, ...secure, socket: plain })
      : (plain as unknown as net.Socket);
    const failed = (error: Error): void => {
      callback(error, null);
    };
    socket.once('error', failed);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      socket.off('error', failed);
      callback(null, socket);
    });
  };
}
