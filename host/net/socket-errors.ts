import { Fault } from '../../assembly/numbers.js';
import { type NetworkError, faultError } from '../fault.js';

/** Errors of node:net that come from the socket itself, not from the connection: the same codes, the same words. */

export function socketClosed(): Error {
  return Object.assign(new Error('Socket is closed'), { code: 'ERR_SOCKET_CLOSED' });
}

export function closedBeforeConnection(): Error {
  return Object.assign(new Error('Socket closed before the connection was established'), {
    code: 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION',
  });
}

export function endedByPeer(): Error {
  return Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });
}

/** Two connections between the same two ends cannot be told apart: as Linux, there is no such local address to be had. */
export function endTaken(address: string, port: number, local: string): NetworkError {
  const error = faultError(Fault.BAD_ADDRESS, 'connect', { address, port });
  error.message += ` - Local (${local})`;
  return error;
}

export function notFound(hostname: string): Error {
  const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
  return Object.assign(error, { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname });
}
