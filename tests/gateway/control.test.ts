// The control socket: many windows on one link, for its user only, and none of them in its way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { beforeEach, describe, test, type TestContext } from 'node:test';
import { Flag } from '../../assembly/numbers.js';
import { attach, openLinks, type Control } from '../../host/control/client.js';
import { floods } from '../../host/control/floods.js';
import type { NetstatReport } from '../../host/control/netstat.js';
import { serveControl } from '../../host/control/server.js';
import { TappedLink } from '../../host/control/tap.js';
import { open, pair as linkPair, RealClock, type Stack } from '../../host/index.js';
import { linuxLines, netstatLines } from '../../host/cli/netstat-text.js';
import type { TraceEvent } from '../../host/trace/event.js';
import { follow } from '../../host/trace/follow.js';
import { toJson } from '../../host/trace/json.js';
import { Tracer } from '../../host/trace/tracer.js';
import { segment } from '../cli/datagrams.js';
import { folder, start } from '../cli/slipway.js';
import { until } from '../host/links.js';
import { readAll } from './pair.js';

/** Each test has a folder of its own. */
beforeEach((t) => {
  process.env['SLIPWAY_RUNTIME_DIR'] = path.join(folder(t as TestContext), 'run');
});

interface Owner {
  stack: Stack;
  file: string;
  close: () => Promise<void>;
}

/** An emulated board, and a process's window on it. */
async function owner(t: TestContext, link = 'emulated:?app=http'): Promise<Owner> {
  const clock = new RealClock();
  const stack = await open('emulated:?app=http', { clock });
  const { path: file, close } = await serveControl({ stack, link, command: 'up', clock });
  t.after(async () => {
    await close();
    await stack.close(100);
  });
  return { stack, file, close };
}

interface States {
  laptop: string[];
  board: string[];
}

/** What netstat says once the ends have come so far: a segment of ours takes its time to the board. */
async function reportOf(control: Control, isSo: (states: States) => boolean): Promise<NetstatReport> {
  let report: NetstatReport | undefined;
  const states = (rows: NetstatReport['laptop']['rows'] = []): string[] => rows.map(({ state }) => state);
  await until(async () => {
    report = await control.netstat();
    return isSo({ laptop: states(report?.laptop.rows), board: states(report?.board?.rows) });
  }, 'both ends have come so far');
  return report ?? assert.fail('closed');
}

async function fetchOctets(stack: Stack, octets: number): Promise<void> {
  const socket = stack.connect(80);
  socket.write(`GET /bytes/${octets} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`);
  await readAll(socket);
}

/** SYNs to the board's port 80 from as many addresses, none of which will ever answer. */
function flood(stack: Stack, count: number): void {
  const { core, driver } = stack.board ?? assert.fail('no board');
  for (let index = 1; index <= count; index += 1) {
    const syn = segment({ source: `10.0.0.${index}`, sourcePort: 1024 + index, flags: Flag.SYN, seq: index });
    core.octets.set(syn, core.constants.rx);
    core.call.input(syn.length, driver.now());
  }
  driver.kick();
}

describe('who may look', () => {
  test('the folder and the socket are open to their user only', async (t) => {
    const { file } = await owner(t);
    assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test('a folder that others may enter is refused, with what to do', async (t) => {
    const name = path.join(folder(t), 'open');
    mkdirSync(name);
    chmodSync(name, 0o755);
    process.env['SLIPWAY_RUNTIME_DIR'] = name;
    await assert.rejects(attach(undefined), /open to others; remove it, or name another with SLIPWAY_RUNTIME_DIR\.$/);
  });

  test('nobody has a link: the error says what to start', async () => {
    await assert.rejects(
      attach(undefined),
      /^Error: No program has a link open; start 'slipway up --link slip:\/dev\/ttyACM0' first\.$/,
    );
    await assert.rejects(
      attach('unix:/x'),
      /No program has the link unix:\/x open; start 'slipway up --link unix:\/x' first\./,
    );
  });

  test('several links: one must be named, and is found by its name whatever its options', async (t) => {
    await owner(t, 'slip:/dev/null?baud=9600');
    await owner(t, 'unix:/tmp/../tmp/cable');
    await assert.rejects(attach(undefined), /Several links are open, .*: name one with --link\.$/);
    for (const name of ['slip:/dev/null', 'unix:/tmp/cable']) {
      const control = await attach(name);
      assert.equal(control.hello.pid, process.pid);
      await control.close();
    }
  });

  test('what a killed process has left is removed, what lives is not', async (t) => {
    const { file } = await owner(t);
    const dead = path.join(path.dirname(file), 'dead-1-1.sock');
    const running = start(t, ['demo']);
    await running.says(/The board is at/);
    await until(() => readdirSync(path.dirname(file)).length === 2, 'the demo has its socket');
    await running.stop('SIGKILL');
    const links = await openLinks();
    assert.deepEqual(
      links.map(({ hello }) => hello.command),
      ['up'],
    );
    await Promise.all(links.map((link) => link.close()));
    assert.deepEqual(readdirSync(path.dirname(file)), [path.basename(file)]);
    // No socket at all: it is not ours to remove.
    writeFileSync(dead, '');
    assert.equal((await openLinks()).length, 1);
    assert.ok(existsSync(dead));
  });

  test('closing takes the socket away, and tells those who look', async (t) => {
    const { file, close } = await owner(t);
    const control = await attach(undefined);
    await close();
    await control.closed;
    assert.equal(existsSync(file), false);
    assert.equal(await control.netstat(), undefined);
  });
});

describe('what is asked', () => {
  test('netstat: both ends, each with its own view of the same connection', async (t) => {
    const { stack } = await owner(t);
    const socket = stack.connect(80);
    await once(socket, 'connect');
    const control = await attach('emulated:');
    const report = await reportOf(control, ({ board }) => board.includes('ESTABLISHED'));
    const [ours] = report.laptop.rows;
    const theirs = report.board?.rows.find(({ state }) => state === 'ESTABLISHED');
    assert.deepEqual([ours?.state, ours?.local, ours?.remote], ['ESTABLISHED', theirs?.remote, theirs?.local]);
    assert.ok((ours?.rtoMs ?? 0) >= 200 && (ours?.cwnd ?? 0) > 1000);
    assert.equal(report.board?.rows[0]?.state, 'LISTEN');
    await control.close();
    socket.destroy();
  });

  test('a FIN is not text: behind it both queues are empty', async (t) => {
    const { stack } = await owner(t);
    const socket = stack.connect({ port: 80, allowHalfOpen: true });
    socket.write('GET /bytes/10 HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n');
    await readAll(socket);
    const control = await attach(undefined);
    const report = await reportOf(control, ({ board }) => board.includes('FIN-WAIT-2'));
    const rows = [...report.laptop.rows, ...(report.board?.rows ?? [])].filter(({ remote }) => remote !== undefined);
    assert.deepEqual(
      rows.map(({ state, receiveQueue, sendQueue }) => [state, receiveQueue, sendQueue]),
      [
        ['CLOSE-WAIT', 0, 0],
        ['FIN-WAIT-2', 0, 0],
      ],
    );
    await control.close();
    socket.destroy();
  });

  test('a flood is named: port, entries, sources; and a grep for SYN_RECV counts it', async (t) => {
    const { stack } = await owner(t);
    flood(stack, 20);
    const control = await attach(undefined);
    const report = (await control.netstat()) ?? assert.fail('closed');
    const queue = stack.board?.core.constants.synQueue ?? 0;
    assert.deepEqual(floods(report.board?.rows ?? [], queue), [{ port: 80, entries: queue, sources: queue }]);
    const linux = linuxLines(report);
    assert.equal(
      linux.filter((line) => /^tcp +0 +0 192\.168\.7\.2:80 +10\.0\.0\.\d+:\d+ +SYN_RECV$/.test(line)).length,
      queue,
    );
    const said = /^A SYN flood\? Port 80: 8 half-open connections from 8 sources, [1-9]\d* cookies sent\.$/;
    assert.ok(netstatLines(report).some((line) => said.test(line)));
    await control.close();
  });

  test('events: the same as a tracer in the process itself tells, octet for octet', async (t) => {
    const { stack } = await owner(t);
    const here: string[] = [];
    const there: TraceEvent[] = [];
    const control = await attach(undefined);
    const began = new Promise<number>((resolve) => {
      control.follow({ begun: resolve, missed: () => assert.fail(), event: (event) => there.push(event) });
    });
    await began;
    const tracer = new Tracer({ canAskBoard: true, onEvent: (event) => here.push(withoutTime(event)) });
    const stop = follow(tracer, stack, () => 0);
    await fetchOctets(stack, 20_000);
    await until(() => there.length === here.length && here.some((line) => line.includes('TIME-WAIT')), 'all is told');
    assert.ok(here.length > 20);
    assert.deepEqual(there.map(withoutTime), here);
    stop();
    await control.close();
  });

  test("a line's octets, as they arrive, beside the stack that lives on them", async (t) => {
    const clock = new RealClock();
    const [near, far] = linkPair(clock);
    const tap = new TappedLink(near);
    const stack = await open(tap, { clock });
    const { close } = await serveControl({ stack, link: 'slip:/dev/x', command: 'up', clock, tap });
    t.after(async () => {
      await close();
      await stack.close(0);
    });
    const control = await attach(undefined);
    const seen: Buffer[] = [];
    control.watchLine(
      (octets) => seen.push(Buffer.from(octets)),
      (message) => assert.fail(message),
    );
    const log = Buffer.from('\xc0\nthe board says hello\xc0', 'latin1');
    await until(() => {
      if (seen.length === 0) far.send(log);
      return seen.length > 0;
    }, 'the log is seen');
    assert.deepEqual(seen[0], log);
    assert.ok(Number(stack.counters()['slipLogFrames']) > 0, 'the core has had them too');
    await control.close();
  });

  test('an emulated board has no line: that is said', async (t) => {
    await owner(t);
    const control = await attach(undefined);
    const why = await new Promise<string>((resolve) => {
      control.watchLine(() => assert.fail(), resolve);
    });
    assert.match(why, /is emulated/);
    await control.close();
  });
});

describe('bad readers', () => {
  test('one that asks for what there is not is told; one that sends no JSON, or no end of it, is closed', async (t) => {
    const { file } = await owner(t);
    const lines = async (text: string): Promise<string> => {
      const socket = connect(file);
      socket.end(text);
      return (await readAll(socket)).toString();
    };
    assert.match(await lines('{"do":"fly"}\n'), /"type":"hello".*\n\{"type":"error","message":".*not fly\."\}\n$/);
    for (const text of ['GET / HTTP/1.1\n', '[\n', '"netstat"\n', 'x'.repeat(100_000)]) {
      const socket = connect(file);
      socket.on('error', () => undefined);
      socket.write(text);
      await new Promise((resolve) => socket.resume().once('close', resolve));
    }
  });

  test('one that does not read holds nobody up: the link goes on, and it is told how much it has missed', async (t) => {
    const { stack, file } = await owner(t);
    const socket: Socket = connect(file);
    socket.write('{"do":"events"}\n');
    await once(socket, 'readable');
    // From here on it reads nothing, while more passes than any buffer holds.
    await fetchOctets(stack, 6_000_000);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await until(() => text.includes('"type":"following"'), 'it reads again');
    const told = async (): Promise<void> => {
      await fetchOctets(stack, 10);
      await until(() => text.endsWith('\n'), 'whole lines');
    };
    for (let round = 0; round < 20 && !text.includes('"type":"missed"'); round += 1) await told();
    const missed = /\{"type":"missed","count":(\d+)\}\n/.exec(text);
    t.diagnostic(`${missed?.[1] ?? 'none'} events were missed, ${text.length} octets were kept`);
    assert.ok(Number(missed?.[1]) > 1000);
    assert.ok(text.length < 4e6, `${text.length} octets waited for it`);
    socket.destroy();
  });

  test('of more than sixteen windows the others are closed at once', async (t) => {
    const { file } = await owner(t);
    const sockets = Array.from({ length: 20 }, () => connect(file));
    let closed = 0;
    for (const socket of sockets)
      socket
        .resume()
        .on('error', () => undefined)
        .once('close', () => (closed += 1));
    await until(() => closed === 4, 'four are closed');
    for (const socket of sockets) socket.destroy();
  });
});

/** The two tracers begin at different moments. */
function withoutTime(event: TraceEvent): string {
  return toJson({ ...event, ...(event.type === 'copy' ? {} : { time: 0 }) });
}
