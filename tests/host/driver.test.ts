import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Config, Flag } from '../../assembly/numbers.js';
import { VirtualClock } from '../../host/clock.js';
import { Core } from '../../host/core.js';
import { Driver, coreNow } from '../../host/driver.js';
import { LinkEnd } from '../../host/link/link-end.js';
import type { Link } from '../../host/link/link.js';
import { loadBoard, loadModule } from '../../host/modules.js';
import { type Datagram, decodeSlip, encodeSlip, parse, ping, tcp } from './datagrams.js';

/** A link of which the test is the other side. */
class ManualLink extends LinkEnd {
  readonly sent: Datagram[] = [];
  #hasRoom = true;
  #stream = Buffer.alloc(0);

  constructor(kind: Link['kind'] = 'octets') {
    super(kind, 'manual');
  }

  get hasRoom(): boolean {
    return this.#hasRoom;
  }

  set hasRoom(hasRoom: boolean) {
    this.#hasRoom = hasRoom;
    if (hasRoom) this.drained();
  }

  protected write(octets: Uint8Array): void {
    if (this.kind === 'datagrams') {
      this.sent.push(parse(octets));
      return;
    }
    this.#stream = Buffer.concat([this.#stream, octets]);
    const { frames, rest } = decodeSlip(this.#stream);
    this.#stream = Buffer.from(rest);
    this.sent.push(...frames.map(parse));
  }

  protected override shut(): Promise<void> {
    return Promise.resolve();
  }
}

const US = '192.168.7.1';
const BOARD = '192.168.7.2';

interface Bench {
  clock: VirtualClock;
  core: Core;
  link: ManualLink;
  driver: Driver;
}

async function bench(app: string, kind: Link['kind'] = 'octets'): Promise<Bench> {
  const clock = new VirtualClock(5_000);
  const core = await Core.load(app === 'host' ? await loadModule('host') : await loadBoard(app));
  core.call.start(0xc0a80702, 1, 2, 3, 4, coreNow(clock));
  const link = new ManualLink(kind);
  const driver = new Driver(core, link, clock);
  driver.start();
  await clock.run(() => false, 1);
  return { clock, core, link, driver };
}

const syn = (sourcePort: number): Buffer =>
  tcp({ from: US, to: BOARD, sourcePort, targetPort: 80, sequence: 100, flags: Flag.SYN, window: 1000 });

test('two SYNs and a ping handed over at once are all answered', async () => {
  const { link, clock } = await bench('http');
  link.deliver(Buffer.concat([syn(1111), syn(2222), ping(US, BOARD, 7, 1)].map(encodeSlip)));
  clock.advance(0);
  assert.deepEqual(link.sent.map((datagram) => datagram.summary).sort(), [
    'SYN ACK to 1111',
    'SYN ACK to 2222',
    'echo reply 7/1',
  ]);
});

test('octets may come one at a time', async () => {
  const { link, clock } = await bench('none');
  for (const octet of encodeSlip(ping(US, BOARD, 7, 1))) link.deliver(Uint8Array.of(octet));
  clock.advance(0);
  assert.deepEqual(
    link.sent.map((datagram) => datagram.summary),
    ['echo reply 7/1'],
  );
});

test('while the link is full nothing is sent, and what arrives together is answered once there is room', async () => {
  const { link, clock } = await bench('http');
  link.hasRoom = false;
  // The core has one slot for an echo reply: it stops behind the first, and the driver keeps what follows.
  const pings = [1, 2, 3, 4, 5].map((sequence) => ping(US, BOARD, 7, sequence));
  link.deliver(Buffer.concat([syn(1111), ...pings, syn(2222)].map(encodeSlip)));
  clock.advance(500);
  assert.equal(link.sent.length, 0);
  link.hasRoom = true;
  clock.advance(0);
  const echoes = pings.map((_, index) => `echo reply 7/${index + 1}`);
  assert.deepEqual(link.sent.map((datagram) => datagram.summary).sort(), [
    'SYN ACK to 1111',
    'SYN ACK to 2222',
    ...echoes,
  ]);
});

test('while the link is full the timer does not spin', async () => {
  const { link, clock, driver } = await bench('none');
  link.hasRoom = false;
  link.deliver(encodeSlip(ping(US, BOARD, 7, 1)));
  driver.kick();
  let steps = 0;
  while (clock.next !== undefined && clock.next < clock.now() + 10_000 && steps < 1000) {
    clock.step();
    steps++;
  }
  assert.ok(steps < 20, `${steps} timers within ten seconds`);
});

test('a datagram link takes and sends whole datagrams, and loses one that is longer than the MTU', async () => {
  const { link, clock, core } = await bench('none', 'datagrams');
  link.deliver(ping(US, BOARD, 7, 1));
  link.deliver(ping(US, BOARD, 7, 2, core.constants.mtu));
  link.deliver(ping(US, BOARD, 7, 3));
  clock.advance(0);
  assert.deepEqual(
    link.sent.map((datagram) => datagram.summary),
    ['echo reply 7/1', 'echo reply 7/3'],
  );
});

test('the timer keeps the deadline: a SYN-ACK without an answer is repeated after one second, then two', async () => {
  const { link, clock } = await bench('http');
  link.deliver(encodeSlip(syn(1111)));
  const times: number[] = [];
  const start = clock.now();
  for (let sent = link.sent.length; clock.now() < start + 8000; clock.advance(1)) {
    if (link.sent.length > sent) times.push(clock.now() - start);
    sent = link.sent.length;
  }
  assert.equal(link.sent[0]?.summary, 'SYN ACK to 1111');
  assert.deepEqual(times, [1000, 3000, 7000]);
});

test('the clock may wrap: deadlines are kept across 2^32 ms', async () => {
  const clock = new VirtualClock(2 ** 32 - 1500);
  const core = await Core.load(await loadBoard('http'));
  core.call.start(0xc0a80702, 1, 2, 3, 4, coreNow(clock));
  const link = new ManualLink();
  new Driver(core, link, clock).start();
  await clock.run(() => false, 1);
  link.deliver(encodeSlip(syn(1111)));
  clock.advance(3100);
  assert.equal(link.sent.length, 3, 'at 0, 1 and 3 s');
});

test('every record is told, in order, with its datagram', async () => {
  const { link, clock, driver } = await bench('http');
  const seen: string[] = [];
  let last = 0;
  const stop = driver.onRecord((record, datagram) => {
    if (last > 0) assert.equal(record.number, last + 1);
    last = record.number;
    seen.push(`${record.kind} ${datagram === undefined ? '' : parse(datagram).summary}`);
  });
  link.deliver(Buffer.concat([syn(1111), ping(US, BOARD, 7, 1), syn(2222)].map(encodeSlip)));
  clock.advance(0);
  assert.deepEqual(
    seen.filter((line) => line.startsWith('input')),
    ['input SYN to 80', 'input echo request 7/1', 'input SYN to 80'],
  );
  assert.equal(seen.filter((line) => line.startsWith('output')).length, 3);
  stop();
  const before = seen.length;
  link.deliver(encodeSlip(ping(US, BOARD, 7, 2)));
  assert.equal(seen.length, before);
});

test('a listener set before start() is told what happens after it', async () => {
  const core = await Core.load(await loadModule('host'));
  core.call.start(0xc0a80702, 1, 2, 3, 4, 0);
  let records = 0;
  core.onRecord(() => records++);
  core.call.start(0xc0a80702, 1, 2, 3, 4, 0);
  assert.equal(core.call.configure(Config.STEP, 1), 0);
  core.call.open(0xc0a80701, 80, 0);
  assert.ok(records > 0);
});

test('close() stops everything: no octet and no timer follows', async () => {
  const { link, clock, driver, core } = await bench('http');
  link.deliver(encodeSlip(syn(1111)));
  const before = link.sent.length;
  await driver.close();
  driver.kick();
  await clock.run(() => false, 60_000);
  assert.equal(link.sent.length, before);
  assert.equal(clock.next, undefined);
  assert.equal(core.trap, undefined);
});

test('a module of another ABI, or none at all, is refused with what to do', async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  await assert.rejects(Core.load(empty), /The module is no core/);
  await assert.rejects(
    loadModule('no-such-module'),
    /build\/no-such-module\.wasm is missing; run 'npm run build:wasm'/,
  );
});
