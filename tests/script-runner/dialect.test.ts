import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Config } from '../../assembly/numbers.js';
import { runScript } from '../../host/script/run-script.js';
import { FakeCore } from './fake-core.js';
import { CONVERSATION, failsAt, isUnsupported, LINE, passes } from './run.js';

// What the dialect does: branches, code, calls that block, and what is not honoured.

test('what an ICMP line does not know is said', async () => {
  await isUnsupported(13, /not 'unreachable nowhere'/, `${CONVERSATION}+0 < icmp unreachable nowhere\n`);
  await isUnsupported(13, /not 'redirect '/, `${CONVERSATION}+0 < icmp redirect\n`);
});

test('a length that contradicts its range is refused', async () => {
  await isUnsupported(1, /a length of 10 octets/, '+0 < . 1:11(9) ack 1 win 1000\n');
});

test('an option list may be open: <...>, or some and ...', async () => {
  await passes(CONVERSATION.replace('<mss 1460>', '<...>'));
  await passes(CONVERSATION.replace('<mss 1460>', '<mss 1460,...>'));
  await passes(CONVERSATION.replace('<mss 1460>', '<mss ...>'));
  await failsAt(5, /no sackOK in <mss 1460>$/, CONVERSATION.replace('<mss 1460>', '<sackOK,...>'));
});

test('comments of both kinds, shell lines and options do not act', async () => {
  const result = await passes(
    `// first\n/* second\n third */\n--ip_version=ipv4\n\`sysctl -w a=1\n\`\n${CONVERSATION}\`rm x\`\n`,
  );
  assert.deepEqual(result.notes, ['line 5: skipped `sysctl -w a=1`', 'line 19: skipped `rm x`']);
});

test('a # inside code or a shell line is theirs', async () => {
  await passes(
    `\`# first\nls\`\n${CONVERSATION}+0 %{\n# established by now\nassert tcpi_state == TCP_ESTABLISHED\n}%\n`,
  );
});

test('accept() may say whom it expects, and then that one must have come', async () => {
  const from = (port: number): string =>
    CONVERSATION.replace(
      'accept(3, ..., ...)',
      `accept(3, {sa_family = AF_INET, sin_port = htons(${port}), sin_addr = inet_addr("192.0.2.1")}, [16])`,
    );
  await passes(from(40000));
  await failsAt(LINE.accept, /a connection from 192\.0\.2\.1:40000/, from(40001));
});

test('of #ifdef branches those for STANDARD are taken', async () => {
  const wrong = '+0 read(4, ..., 1) = 5\n';
  await passes(
    `${CONVERSATION}#ifdef Linux\n${wrong}#else\n+0 state(4) = ESTABLISHED\n#endif\n#ifndef STANDARD\n${wrong}#endif\n`,
  );
  await failsAt(14, /EAGAIN|blocks/, `${CONVERSATION}#ifdef STANDARD\n${wrong}#endif\n`);
  await isUnsupported(13, /#ifdef without its #endif/, `${CONVERSATION}#ifdef STANDARD`);
});

const wrongLevel = `${CONVERSATION}+0 setsockopt(4, SOL_SOCKET, TCP_NODELAY, [1], 4) = 0\n`;

test('what the runner does not honour makes the script unsupported, at its line', async () => {
  await isUnsupported(13, /the call sendmsg\(\)/, `${CONVERSATION}+0 sendmsg(4, {...}, 0) = 5\n`);
  await isUnsupported(
    13,
    /the socket option TCP_FASTOPEN/,
    `${CONVERSATION}+0 setsockopt(4, SOL_TCP, TCP_FASTOPEN, [1], 4) = 0\n`,
  );
  await isUnsupported(1, /--ip_version=ipv6/, `--ip_version=ipv6\n${CONVERSATION}`);
  await isUnsupported(13, /the field tcpi_ca_state/, `${CONVERSATION}+0 %{ assert tcpi_ca_state == 1 }%\n`);
  await isUnsupported(13, /the code 'print\(1\)'/, `${CONVERSATION}+0 %{ print(1) }%\n`);
  await isUnsupported(13, /'sctp'/, `${CONVERSATION}+0 < sctp: INIT[flgs=0]\n`);
  await isUnsupported(
    13,
    /SO_RCVBUF of 2000 octets/,
    `${CONVERSATION}+0 setsockopt(4, SOL_SOCKET, SO_RCVBUF, [2000], 4) = 0\n`,
  );
  await isUnsupported(
    13,
    /a datagram of 1501 octets, above the MTU/,
    `${CONVERSATION}+0 < . 101:1562(1461) ack 201 win 1000\n`,
  );
  await isUnsupported(13, /the flag MSG_ZEROCOPY/, `${CONVERSATION}+0 send(4, ..., 5, MSG_ZEROCOPY) = 5\n`);
  await isUnsupported(13, /the flag MSG_WAITALL/, `${CONVERSATION}+0 recv(4, ..., 5, MSG_WAITALL) = 5\n`);
  await isUnsupported(13, /the option TCP_NODELAY at the level SOL_SOCKET/, wrongLevel);
  await isUnsupported(13, /read\(\) with its argument 2 written out/, `${CONVERSATION}+0 read(4, "abc", 3) = 3\n`);
  await isUnsupported(13, /fcntl\(\) with F_DUPFD/, `${CONVERSATION}+0 fcntl(4, F_DUPFD, 5) = 5\n`);
  await isUnsupported(13, /TCP option .*not 'FO'/, `${CONVERSATION}+0 > . 201:201(0) ack 101 <FO>\n`);
  await isUnsupported(1, /the option --non_fatal=packet/, `--non_fatal=packet\n${CONVERSATION}`);
  await isUnsupported(13, /'#' where/, `${CONVERSATION}#define X 1\n`);
  await isUnsupported(13, /SOCK_DGRAM/, `${CONVERSATION}+0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 5\n`);
});

test('assertions in Python are evaluated as far as they speak of TCP_INFO', async () => {
  await passes(`${CONVERSATION}+0 %{ assert tcpi_state == TCP_ESTABLISHED, tcpi_state }%\n`);
  await passes(
    `${CONVERSATION}+0 %{ assert (tcpi_snd_cwnd + 1) * 2 >= 8 and tcpi_snd_mss != 5\nassert tcpi_state & 1 == 1 }%\n`,
  );
  const result = await failsAt(
    13,
    /^tcpi_snd_cwnd = 3$/,
    `${CONVERSATION}+0 %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%\n`,
  );
  assert.equal(result.expected, 'assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd');
});

test('--config lines reach configure() before the first statement', async () => {
  const core = new FakeCore();
  await runScript('test.pkt', `--config=MSL=1000,DELAYED_ACK=0\n--mtu=1040\n${CONVERSATION}`, {
    core: async () => core,
  });
  assert.deepEqual(core.configured, [
    [Config.MSL, 1000],
    [Config.DELAYED_ACK, 0],
    [Config.MTU, 1040],
  ]);
  await isUnsupported(1, /the setting 'NAME=1'/, `--config=NAME=1\n${CONVERSATION}`);
});

const OPENING = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n`;
const HANDSHAKE = `+.1 < S 0:0(0) win 1000\n+0 > S. 0:0(0) ack 1 <...>\n+.1 < . 1:1(0) ack 1 win 1000\n`;

test('a blocking call returns when the script says, and not at another time', async () => {
  await passes(`${OPENING}+0...0.200 accept(3, ..., ...) = 4\n${HANDSHAKE}`);
  await failsAt(4, /its return at 0\.200 s/, `${OPENING}+0...0.300 accept(3, ..., ...) = 4\n${HANDSHAKE}`);
  await failsAt(4, /still blocks at 0\.200 s/, `${OPENING}+0...0.100 accept(3, ..., ...) = 4\n${HANDSHAKE}`);
  await failsAt(4, /still blocks/, `${OPENING}+0...9 accept(3, ..., ...) = 4\n`);
});

test('fcntl, poll and getsockopt tell what a program would see', async () => {
  const lines = [
    '+0 fcntl(4, F_GETFL) = 0x02 (flags O_RDWR)',
    '+0 fcntl(4, F_SETFL, O_RDWR | O_NONBLOCK) = 0',
    '+0 fcntl(4, F_GETFL) = 0x06 (flags O_RDWR|O_NONBLOCK)',
    '+0 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)',
    '+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0',
    '+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0',
    '+0 getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, [8]) = 0',
    '+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1',
  ];
  await passes(`${CONVERSATION}${lines.join('\n')}\n`);
  await failsAt(
    20,
    /1 with revents=POLLOUT of fd 4/,
    `${CONVERSATION}${lines.join('\n').replace('revents=POLLOUT', 'revents=POLLIN')}\n`,
  );
  await failsAt(
    17,
    /^0 with \[0\]$/,
    `${CONVERSATION}${lines.join('\n').replace('SO_ERROR, [0]', 'SO_ERROR, [ECONNRESET]')}\n`,
  );
});

test('a write may give its octets, and they are looked for in what leaves', async () => {
  const script = CONVERSATION.replace('write(4, ..., 200) = 200', 'write(4, "abc", 3) = 3').replace(
    '1:201(200)',
    '1:4(3)',
  );
  await passes(script);
  await failsAt(12, /the octet 99 at 3, where 98 was written|at 3/, script, {
    alter: { segment: 3, change: (fields) => (fields.text[2] = 98) },
  });
});

test('an active open is followed by its port', async () => {
  const script = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0 > S 0:0(0) <mss 1460>
+.1 < S. 700:700(0) ack 1 win 1000
+0 > . 1:1(0) ack 1
+0 connect(3, ..., ...) = 0
`;
  await passes(script);
});

test('an inbound packet needs a window, since a TCP would have one', async () => {
  await isUnsupported(4, /the packet's win/, `${OPENING}+0 < S 0:0(0)\n`);
});
