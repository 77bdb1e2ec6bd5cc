import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Config, Flag } from '../../assembly/numbers.js';
import { parseScript } from '../../host/script/parser.js';
import type { Statement } from '../../host/script/syntax.js';
import { runScript } from '../../host/script/run-script.js';
import { FakeCore } from './fake-core.js';
import { CONVERSATION, failsAt, LINE, isUnsupported, passes, run } from './run.js';

function parseOne(text: string): Statement {
  const { statements } = parseScript(text);
  assert.equal(statements.length, 1);
  return statements[0] as Statement;
}

test('every form of time is read', () => {
  const time = (text: string): Statement['time'] => parseOne(`${text} close(3) = 0`).time;
  assert.deepEqual(time('1.5'), { kind: 'absolute', at: 1_500_000 });
  assert.deepEqual(time('+.2'), { kind: 'relative', at: 200_000 });
  assert.deepEqual(time('+0.000001'), { kind: 'relative', at: 1 });
  assert.deepEqual(time('1~2'), { kind: 'absolute-range', from: 1_000_000, to: 2_000_000 });
  assert.deepEqual(time('+.1~+.2'), { kind: 'relative-range', from: 100_000, to: 200_000 });
  assert.deepEqual(time('+.1~.2'), { kind: 'relative-range', from: 100_000, to: 200_000 });
  assert.deepEqual(time('*'), { kind: 'any' });
});

test('a blocking call has an end', () => {
  const { time, action } = parseOne('+0...0.300 write(4, ..., 61000) = 61000');
  assert.deepEqual(time, { kind: 'relative', at: 0 });
  assert.equal(action.kind === 'call' && action.blocksUntil, 300_000);
});

test('a packet is read with every field', () => {
  const { action } = parseOne(
    '+0 <@2 [tos 0x28, ttl 3] SFRPUEWC. 1:11(10) ack 5 win 1000 urg 7 <mss 1000,nop,wscale 7,sackOK,TS val 1 ecr 2,sack 1:2 3:4,eol>',
  );
  assert.equal(action.kind, 'tcp');
  if (action.kind !== 'tcp') return;
  assert.deepEqual(
    { ...action, options: action.options.length },
    {
      kind: 'tcp',
      direction: 'in',
      isHeld: false,
      peer: 2,
      ip: { tos: 0x28, ttl: 3 },
      flags: 255,
      seq: 1,
      isAtEdge: false,
      length: 10,
      ack: 5,
      win: 1000,
      urg: 7,
      options: 7,
      optionsMode: 'exact',
    },
  );
  assert.deepEqual(action.options[5], {
    kind: 'sack',
    blocks: [
      { left: 1, right: 2 },
      { left: 3, right: 4 },
    ],
  });
});

test('times may count from the begin, in ranges, without a sign, or not at all', () => {
  const time = (text: string): Statement['time'] => parseOne(`${text} close(3) = 0`).time;
  assert.deepEqual(time('0'), { kind: 'absolute', at: 0 });
  assert.deepEqual(time('0.000~0.100'), { kind: 'absolute-range', from: 0, to: 100_000 });
  assert.deepEqual(time('+0~+.04'), { kind: 'relative-range', from: 0, to: 40_000 });
  assert.deepEqual(time(''), { kind: 'relative', at: 0 });
});

test('a blocking call may end by the clock of the script or from its begin', () => {
  const end = (text: string): unknown => {
    const { action } = parseOne(`${text} read(4, ..., 10) = 10`);
    return action.kind === 'call' && action.blocksUntil;
  };
  assert.equal(end('1.0...1.5'), 1_500_000);
  assert.equal(end('+0...+.25'), 250_000);
  assert.equal(end('+.1'), undefined);
});

test('each flag has its letter, and a segment without any has a dash', () => {
  const flags = (letters: string): unknown => {
    const { action } = parseOne(`+0 < ${letters} 1:1(0) ack 1 win 1000`);
    return action.kind === 'tcp' && action.flags;
  };
  const { FIN, SYN, RST, PSH, ACK, URG, ECE, CWR } = Flag;
  assert.deepEqual(['F', 'S', 'R', 'P', '.', 'U', 'E', 'W', 'C'].map(flags), [
    FIN,
    SYN,
    RST,
    PSH,
    ACK,
    URG,
    ECE,
    CWR,
    CWR,
  ]);
  assert.equal(flags('SEW'), SYN | ECE | CWR);
  assert.equal(flags('S.'), SYN | ACK);
  assert.equal(flags('-'), 0);
});

test('options are read one by one, a timestamp also without the value that no script can know', () => {
  const options = (list: string): unknown => {
    const { action } = parseOne(`+0 > . 1:1(0) ack 1 <${list}>`);
    return action.kind === 'tcp' && [action.optionsMode, ...action.options];
  };
  assert.deepEqual(options('nop,nop,TS ecr 7'), [
    'exact',
    { kind: 'nop' },
    { kind: 'nop' },
    { kind: 'TS', val: undefined, ecr: 7 },
  ]);
  assert.deepEqual(options('eol'), ['exact', { kind: 'eol' }]);
  assert.deepEqual(options('...'), ['any']);
  assert.deepEqual(options('hex "0304 05"'), ['exact', { kind: 'hex', octets: [3, 4, 5] }]);
});

test('an ICMP line names type, code, MTU and the segment that it quotes, before or behind', () => {
  const icmp = (text: string): unknown => {
    const { action } = parseOne(`+0 ${text}`);
    return action.kind === 'icmp' && [action.type, action.code, action.mtu, action.quoted];
  };
  const quoted = { seq: 1, length: 1000 };
  assert.deepEqual(icmp('< icmp unreachable host_unreachable'), [3, 1, 0, undefined]);
  assert.deepEqual(icmp('< [1:1001(1000)] icmp unreachable frag_needed mtu 1200'), [3, 4, 1200, quoted]);
  assert.deepEqual(icmp('< icmp unreachable frag_needed mtu 1200 [1:1001(1000)]'), [3, 4, 1200, quoted]);
  assert.deepEqual(icmp('< icmp source_quench'), [4, 0, 0, undefined]);
  assert.deepEqual(icmp('< icmp time_exceeded reassembly_exceeded'), [11, 1, 0, undefined]);
  assert.deepEqual(icmp('< icmp parameter_problem'), [12, 0, 0, undefined]);
});

test('every code of destination unreachable has packetdrill’s name', () => {
  const code = (name: string): unknown => {
    const { action } = parseOne(`+0 < icmp unreachable ${name}`);
    return action.kind === 'icmp' && action.code;
  };
  const names = ['net_unreachable', 'host_unreachable', 'protocol_unreachable', 'port_unreachable', 'frag_needed'];
  assert.deepEqual([...names, 'source_route_failed', 'packet_filtered'].map(code), [0, 1, 2, 3, 4, 5, 13]);
});

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

test('a script may be told when the peer is another stack, and each relaxation is printed', async () => {
  const foreign = CONVERSATION.replace('win 65535 <mss 1460>', 'win 29200 <sackOK,mss 1460>').replace(
    '+0 > S.',
    '+0 > S.',
  );
  const strict = await run(foreign);
  assert.equal(strict.result, 'fail');
  const core = async (): Promise<FakeCore> =>
    new FakeCore({ alter: { segment: 1, change: (f) => (f.options = Uint8Array.from([2, 4, 5, 180, 1, 1, 4, 2])) } });
  const relaxed = await runScript('test.pkt', `${foreign}+0 close(4) = 0\n`, { core, peer: 'freebsd' });
  assert.equal(relaxed.result, 'pass', relaxed.got);
  assert.deepEqual(relaxed.relaxations, [
    'line 5: win 65535 taken for win 29200',
    'line 5: options <mss 1460,nop,nop,sackOK> taken for <sackOK,mss 1460>',
    'line 13: > F. 201:201(0) ack 101 win 65535 at 0.300 s, behind the last segment that the script speaks of',
  ]);
});

test('with a peer a SEQ at the edge of its window is moved to the edge of ours, and without one it is not', async () => {
  const edge = CONVERSATION.replace('win 65535 <mss 1460>', 'win 29200 <mss 1460>')
    .replace('P. 1:101(100) ack 1 win 1000', 'P. 29201:29301(100) ack 1 win 1000')
    .replace('ack 101\n+0 read', 'ack 101\n#ifdef NEVER\n+0 read')
    .replace('1000) = 100\n', '1000) = 100\n#endif\n');
  const seen: number[] = [];
  const core = async (): Promise<FakeCore> => new FakeCore({ onArrival: (segment) => seen.push(segment.seq) });
  const relaxed = await runScript('test.pkt', edge, { core, peer: 'freebsd' });
  assert.equal(relaxed.result, 'pass', `${relaxed.line} ${relaxed.got}`);
  assert.deepEqual(relaxed.relaxations.slice(0, 2), [
    'line 5: win 65535 taken for win 29200',
    'line 8: SEQ 29201 at the edge of a window of 29200 moved to 65536, ours being 65535',
  ]);
  assert.deepEqual(seen, [0, 1, 65536]);
  assert.equal((await run(edge)).line, 5);
});
