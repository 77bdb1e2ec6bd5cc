/** What node:net says of arguments that it does not take: the same codes, the same classes of errors. */

export function missing(message: string): TypeError {
  return withCode(new TypeError(message), 'ERR_MISSING_ARGS');
}

/** `name` with a dot in it is a property of the options, as Node has it. */
export function wrongType(name: string, expected: string, value: unknown): TypeError {
  const kind = name.includes('.') ? 'property' : 'argument';
  return withCode(
    new TypeError(`The "${name}" ${kind} must be ${expected}. Received ${describe(value)}`),
    'ERR_INVALID_ARG_TYPE',
  );
}

export function wrongValue(message: string): TypeError {
  return withCode(new TypeError(message), 'ERR_INVALID_ARG_VALUE');
}

export function badAddress(text: string): TypeError {
  return withCode(new TypeError(`Invalid IP address: ${text}`), 'ERR_INVALID_IP_ADDRESS');
}

/** A port as node:net takes it: a number or its digits, from `least` to 65535. */
export function checkPort(port: unknown, least = 0, name = 'Port'): number {
  const isNumeric = typeof port === 'number' || (typeof port === 'string' && port.trim() !== '');
  const number = isNumeric ? Number(port) : NaN;
  if (Number.isInteger(number) && number >= least && number <= 0xffff) return number;
  throw withCode(
    new RangeError(`${name} should be >= ${String(least)} and < 65536. Received ${describe(port)}.`),
    'ERR_SOCKET_BAD_PORT',
  );
}

export function checkFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw wrongType(name, 'of type function', value);
}

export function checkNumber(value: unknown, name: string): void {
  if (typeof value !== 'number') throw wrongType(name, 'of type number', value);
}

export function checkSignal(value: unknown, name: string): void {
  if (value === null || typeof value !== 'object' || !('aborted' in value))
    throw wrongType(name, 'an instance of AbortSignal', value);
}

/** A time that a timer can wait for. */
export function checkMs(ms: unknown): void {
  checkNumber(ms, 'msecs');
  if ((ms as number) >= 0 && Number.isFinite(ms)) return;
  const message = `The value of "msecs" is out of range. It must be a non-negative finite number. Received ${String(ms)}`;
  throw withCode(new RangeError(message), 'ERR_OUT_OF_RANGE');
}

function withCode<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}

function describe(value: unknown): string {
  return value === undefined || value === null ? String(value) : `type ${typeof value} (${JSON.stringify(value)})`;
}
