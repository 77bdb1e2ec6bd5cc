import { Fault } from '../assembly/numbers.js';
import { formatAddress } from './address.js';

/** The errors of the ABI as Node tells them: the code, Linux's number for it, and libuv's words. */
const FAULTS: Readonly<Record<number, readonly [code: string, errno: number, words: string]>> = {
  [Fault.BAD_HANDLE]: ['EBADF', 9, 'bad file descriptor'],
  [Fault.INVALID]: ['EINVAL', 22, 'invalid argument'],
  [Fault.IN_USE]: ['EADDRINUSE', 98, 'address already in use'],
  [Fault.NO_RESOURCES]: ['ENOBUFS', 105, 'no buffer space available'],
  [Fault.NOT_CONNECTED]: ['ENOTCONN', 107, 'socket is not connected'],
  [Fault.CLOSING]: ['EPIPE', 32, 'broken pipe'],
  [Fault.REFUSED]: ['ECONNREFUSED', 111, 'connection refused'],
  [Fault.RESET]: ['ECONNRESET', 104, 'connection reset by peer'],
  [Fault.TIMED_OUT]: ['ETIMEDOUT', 110, 'connection timed out'],
  [Fault.ABORTED]: ['ECONNABORTED', 103, 'software caused connection abort'],
  [Fault.NETWORK_UNREACHABLE]: ['ENETUNREACH', 101, 'network is unreachable'],
  [Fault.HOST_UNREACHABLE]: ['EHOSTUNREACH', 113, 'host is unreachable'],
  [Fault.AGAIN]: ['EAGAIN', 11, 'resource temporarily unavailable'],
  [Fault.MESSAGE_SIZE]: ['EMSGSIZE', 90, 'message too long'],
  [Fault.BAD_ADDRESS]: ['EADDRNOTAVAIL', 99, 'address not available'],
  [Fault.PROTOCOL_UNREACHABLE]: ['ENOPROTOOPT', 92, 'protocol not available'],
};

/** An error as node:net reports it. */
export interface NetworkError extends Error {
  code: string;
  /** Negative, as libuv has it on Linux. */
  errno: number;
  syscall: string;
  address?: string;
  port?: number;
}

/** Node's code for a fault: ECONNREFUSED for Fault.REFUSED. */
export function faultCode(fault: number): string {
  return FAULTS[fault]?.[0] ?? 'EIO';
}

/**
 * A fault as Node's error: `connect ECONNREFUSED 192.168.7.2:81`. With `explain` the message has libuv's words too,
 * as Node's own has for listen and bind: `listen EADDRINUSE: address already in use 192.168.7.1:80`.
 */
export function faultError(
  fault: number,
  syscall: string,
  end?: { address?: number | string; port?: number },
  explain = false,
): NetworkError {
  const [code, errno, words] = FAULTS[fault] ?? ['EIO', 5, 'i/o error'];
  const address = typeof end?.address === 'number' ? formatAddress(end.address) : end?.address;
  // As Node, for which port 0 is none.
  const port = end?.port === 0 ? undefined : end?.port;
  const where = address === undefined ? '' : ` ${address}${port === undefined ? '' : `:${String(port)}`}`;
  const error = new Error(`${syscall} ${code}${explain ? `: ${words}` : ''}${where}`) as NetworkError;
  error.code = code;
  error.errno = -errno;
  error.syscall = syscall;
  if (address !== undefined) error.address = address;
  if (port !== undefined) error.port = port;
  return error;
}
