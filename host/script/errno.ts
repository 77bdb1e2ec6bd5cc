import { Fault } from '../../assembly/numbers.js';

// The names that C programs know the faults by, as numbers.ts says beside each.
const NAMES: Readonly<Record<number, string>> = {
  [Fault.BAD_HANDLE]: 'EBADF',
  [Fault.INVALID]: 'EINVAL',
  [Fault.IN_USE]: 'EADDRINUSE',
  [Fault.NO_RESOURCES]: 'ENOBUFS',
  [Fault.NOT_CONNECTED]: 'ENOTCONN',
  [Fault.CLOSING]: 'EPIPE',
  [Fault.REFUSED]: 'ECONNREFUSED',
  [Fault.RESET]: 'ECONNRESET',
  [Fault.TIMED_OUT]: 'ETIMEDOUT',
  [Fault.ABORTED]: 'ECONNABORTED',
  [Fault.NETWORK_UNREACHABLE]: 'ENETUNREACH',
  [Fault.HOST_UNREACHABLE]: 'EHOSTUNREACH',
  [Fault.AGAIN]: 'EAGAIN',
  [Fault.MESSAGE_SIZE]: 'EMSGSIZE',
  [Fault.BAD_ADDRESS]: 'EADDRNOTAVAIL',
  [Fault.PROTOCOL_UNREACHABLE]: 'ENOPROTOOPT',
};

/** ECONNRESET for Fault.RESET; '0' when there is none. */
export function errnoOf(fault: number): string {
  return fault === 0 ? '0' : (NAMES[fault] ?? `the fault ${fault}`);
}

/** Two names of one error. */
export function isSameErrno(a: string, b: string): boolean {
  const one = (name: string): string => (name === 'EWOULDBLOCK' ? 'EAGAIN' : name);
  return one(a) === one(b);
}

/** Linux's numbers, for SO_ERROR: scripts write [ECONNREFUSED] or [111]. */
export const ERRNO_NUMBERS: Readonly<Record<string, number>> = {
  ENETUNREACH: 101,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  ENOPROTOOPT: 92,
};
