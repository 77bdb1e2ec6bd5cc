import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../assembly/numbers.js';
import { formatAddress, parseAddress, tryParseAddress } from '../../host/address.js';
import { faultCode, faultError } from '../../host/fault.js';
import { UsageError } from '../../host/usage-error.js';

test('an address is a number in host order, as the ABI has it', () => {
  assert.equal(parseAddress('192.168.7.2'), 0xc0a80702);
  assert.equal(formatAddress(0xc0a80702), '192.168.7.2');
  assert.equal(formatAddress(0xc0a80702 | 0), '192.168.7.2', 'raw exports come back signed');
  for (const text of ['0.0.0.0', '255.255.255.255', '127.0.0.1']) assert.equal(formatAddress(parseAddress(text)), text);
});

test('what is not four decimal numbers is not an address', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.04',
    ' 1.2.3.4',
    '1.2.3.4 ',
    'a.b.c.d',
    '::1',
    '1e1.2.3.4',
    '-1.2.3.4',
  ]) {
    assert.equal(tryParseAddress(text), undefined, text);
    assert.throws(() => parseAddress(text), UsageError);
  }
});

test('every fault has the code, and Linux’s number for it, that node:net would give', async () => {
  const { constants } = await import('node:os');
  for (const [name, fault] of Object.entries(Fault)) {
    const code = faultCode(fault);
    const errno = (constants.errno as Record<string, number>)[code];
    assert.notEqual(errno, undefined, `${name} is ${code}`);
    if (process.platform === 'linux') assert.equal(faultError(fault, 'connect').errno, -(errno as number), name);
  }
});

test('an error reads as node:net’s own', () => {
  const refused = faultError(Fault.REFUSED, 'connect', { address: 0xc0a80702, port: 81 });
  assert.equal(refused.message, 'connect ECONNREFUSED 192.168.7.2:81');
  assert.deepEqual(
    { ...refused },
    { code: 'ECONNREFUSED', errno: -111, syscall: 'connect', address: '192.168.7.2', port: 81 },
  );
  const inUse = faultError(Fault.IN_USE, 'listen', { address: '0.0.0.0', port: 80 }, true);
  assert.equal(inUse.message, 'listen EADDRINUSE: address already in use 0.0.0.0:80');
  assert.equal(faultError(Fault.RESET, 'read').message, 'read ECONNRESET');
});
