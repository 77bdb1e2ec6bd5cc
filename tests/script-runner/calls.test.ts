import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreProvider } from '../../host/script/core-provider.js';
import { runScript, type ScriptResult } from '../../host/script/run-script.js';

// Every call and socket option that scripts may use, against the real core: what it answers, and that another answer is
// noticed.

const core = coreProvider('host');
const OPENING = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 65535 <mss 1000>
+0 > S. 0:0(0) ack 1 <...>
+.1 < . 1:1(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
`;
const LINES = OPENING.split('\n').length;

const run = (lines: string): Promise<ScriptResult> => runScript('test.pkt', `${OPENING}${lines}\n`, { core });

async function passes(...lines: string[]): Promise<void> {
  const { result, line, expected, got } = await run(lines.join('\n'));
  assert.equal(result, 'pass', `${lines[(line ?? 0) - LINES] ?? line}: expected ${expected}, got ${got}`);
}

/** The last of the lines fails. */
async function fails(...lines: string[]): Promise<void> {
  const { result, line } = await run(lines.join('\n'));
  assert.deepEqual([result, line], ['fail', LINES + lines.length - 1], lines.join('\n'));
}

const NUMBERS: readonly (readonly [level: string, name: string, initial: number, other: number])[] = [
  ['SOL_SOCKET', 'SO_KEEPALIVE', 0, 1],
  ['SOL_SOCKET', 'SO_REUSEADDR', 0, 1],
  ['SOL_SOCKET', 'SO_SNDBUF', 131072, 5000],
  ['SOL_TCP', 'TCP_NODELAY', 0, 1],
  ['IPPROTO_TCP', 'TCP_KEEPIDLE', 7200, 60],
  ['IPPROTO_TCP', 'TCP_KEEPINTVL', 75, 5],
  ['IPPROTO_TCP', 'TCP_KEEPCNT', 9, 3],
  ['IPPROTO_TCP', 'TCP_USER_TIMEOUT', 0, 30000],
  ['IPPROTO_TCP', 'TCP_MAXSEG', 1000, 500],
  ['IPPROTO_IP', 'IP_TOS', 0, 0x28],
  ['SOL_IP', 'IP_TTL', 64, 10],
];

for (const [level, name, initial, other] of NUMBERS) {
  test(`${name} is ${initial}, and then what it was set to`, async () => {
    const get = (value: number): string => `+0 getsockopt(4, ${level}, ${name}, [${value}], [4]) = 0`;
    await passes(get(initial), `+0 setsockopt(4, ${level}, ${name}, [${other}], 4) = 0`, get(other));
    await fails(get(initial + 1));
  });
}

test('SO_RCVBUF is the ring, and cannot be another', async () => {
  await passes(
    '+0 getsockopt(4, SOL_SOCKET, SO_RCVBUF, [131072], [4]) = 0',
    '+0 setsockopt(4, SOL_SOCKET, SO_RCVBUF, [131072], 4) = 0',
  );
  assert.equal((await run('+0 setsockopt(4, SOL_SOCKET, SO_RCVBUF, [9000], 4) = 0')).result, 'unsupported');
});

test('SO_ERROR tells an error once, by name or number', async () => {
  const reset = '+0 < R. 1:1(0) ack 1';
  const error = (value: string): string => `+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [${value}], [4]) = 0`;
  await passes(error('0'), reset, error('ECONNRESET'));
  await passes(reset, error('104'));
  await fails(reset, error('0'));
  await fails(error('ECONNRESET'));
});

test('SO_LINGER is a structure, with names or without', async () => {
  await passes(
    '+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=0, linger=0}, [8]) = 0',
    '+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {1, 7}, 8) = 0',
    '+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=7}, [8]) = 0',
  );
  await fails('+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, [8]) = 0');
});

test('TCP_INFO names the state, by either name', async () => {
  const info = (fields: string): string => `+0 getsockopt(4, IPPROTO_TCP, TCP_INFO, {${fields}}, [...]) = 0`;
  await passes(info('tcpi_state=TCP_ESTABLISHED, tcpi_snd_mss=1000'), info('tcpi_state=TCPS_ESTABLISHED'));
  await passes('+0 < F. 1:1(0) ack 1 win 65535', '+0 > . 1:1(0) ack 2', info('tcpi_state=TCP_CLOSE_WAIT'));
  await fails(info('tcpi_state=TCP_CLOSE_WAIT'));
  assert.equal((await run(info('tcpi_dsack_dups=0'))).result, 'unsupported');
});

test('read, recv and recvfrom read; write, send, sendto and writev write', async () => {
  await passes(
    '+0 < P. 1:31(30) ack 1 win 65535',
    '+0~+.5 > . 1:1(0) ack 31',
    '+0 recv(4, ..., 10, MSG_PEEK) = 10',
    '+0 recv(4, ..., 10, MSG_DONTWAIT) = 10',
    '+0 recvfrom(4, ..., 10, 0, ..., ...) = 10',
    '+0 read(4, ..., 100) = 10',
    '+0 recv(4, ..., 10, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)',
    '+0 write(4, ..., 1) = 1',
    '+0 > P. 1:2(1) ack 31',
    '+.1 < . 31:31(0) ack 2 win 65535',
    '+0 send(4, ..., 2, MSG_NOSIGNAL|MSG_DONTWAIT) = 2',
    '+0 > P. 2:4(2) ack 31',
    '+.1 < . 31:31(0) ack 4 win 65535',
    '+0 sendto(4, ..., 3, 0, ..., 0) = 3',
    '+0 > P. 4:7(3) ack 31',
    '+.1 < . 31:31(0) ack 7 win 65535',
    '+0 writev(4, [{..., 10}, {..., 5}], 2) = 15',
    '+0 > P. 7:22(15) ack 31',
    '+.1 < . 31:31(0) ack 22 win 65535',
    '+0 send(4, ..., 1, MSG_OOB) = 1',
    '+0 > PU. 22:23(1) ack 31 urg 1',
  );
});

test('fcntl makes a socket non-blocking and blocking again', async () => {
  const end = '+0...0.200 read(4, ..., 10) = 10\n+.2 < P. 1:11(10) ack 1 win 65535\n+0~+.5 > . 1:1(0) ack 11';
  await passes(
    '+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0',
    '+0 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)',
    '+0 fcntl(4, F_SETFL, O_RDWR) = 0',
    end,
  );
});

test('poll tells what there is, waits for it, and for no longer than it was told to', async () => {
  const poll = (time: string, events: string, revents: string, ms: number, result: number): string =>
    `${time} poll([{fd=4, events=${events}, revents=${revents}}], 1, ${ms}) = ${result}`;
  await passes(poll('+0', 'POLLIN', '0', 0, 0), poll('+0', 'POLLIN|POLLOUT', 'POLLOUT', -1, 1));
  await passes(poll('+0...0.050', 'POLLIN', '0', 50, 0));
  await passes(
    poll('+0...0.100', 'POLLIN', 'POLLIN', 500, 1),
    '+.1 < P. 1:2(1) ack 1 win 1000',
    '+0~+.5 > . 1:1(0) ack 2',
  );
  await passes('+0 < R. 1:1(0) ack 1', poll('+0', 'POLLIN', 'POLLIN|POLLERR|POLLHUP', 0, 1));
  await fails(poll('+0', 'POLLOUT', '0', 0, 0));
});

test('shutdown in each direction', async () => {
  await passes(
    '+0 shutdown(4, SHUT_RD) = 0',
    '+0 read(4, ..., 10) = 0',
    '+0 write(4, ..., 1) = 1',
    '+0 > P. 1:2(1) ack 1',
  );
  await passes('+0 shutdown(4, SHUT_WR) = 0', '+0 > F. 1:1(0) ack 1', '+0 write(4, ..., 1) = -1 EPIPE (Broken pipe)');
  await passes('+0 shutdown(4, SHUT_RDWR) = 0', '+0 > F. 1:1(0) ack 1', '+0 read(4, ..., 10) = 0');
  await fails('+0 shutdown(3, SHUT_WR) = 0');
});
