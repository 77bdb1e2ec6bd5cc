import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LastingLink } from '../../host/gateway/lasting-link.js';
import { LinkEnd } from '../../host/link/link-end.js';
import { until } from '../host/links.js';

test('a link that goes away is opened again, and octets flow as before', async () => {
  const { links, lasting, told, received } = await setUp();
  links[0]?.deliver(Uint8Array.of(1));
  links[0]?.gone(new Error('unplugged'));
  assert.deepEqual(told, ['lost: unplugged']);
  await until(() => told.length > 1, 'it is opened again');
  assert.deepEqual(told, ['lost: unplugged', 'back']);
  links[1]?.deliver(Uint8Array.of(2));
  lasting.send(Uint8Array.of(3));
  assert.deepEqual(received, [1, 2]);
  assert.deepEqual(links[1]?.written, [3]);
  await lasting.close();
});

test('while it is away it takes octets and loses them, so that whoever sends times out by itself', async () => {
  const { links, lasting, hears } = await setUp();
  const [first] = links;
  assert.ok(first);
  first.isFull = true;
  assert.equal(lasting.hasRoom, false);
  first.gone(new Error('unplugged'));
  assert.equal(lasting.hasRoom, true);
  assert.deepEqual(hears, ['drain'], 'who waited for room is told');
  lasting.send(Uint8Array.of(1, 2));
  assert.equal(lasting.stats['lost'], 2);
  await lasting.close();
  assert.deepEqual(hears, ['drain', 'closed']);
});

test('it is tried again until it opens', async () => {
  const { links, lasting, told, attempts } = await setUp({ failures: 2 });
  links[0]?.gone(new Error('unplugged'));
  await until(() => told.at(-1) === 'back', 'it is opened again');
  assert.equal(links.length, 2);
  assert.equal(attempts(), 4, 'the first, two that fail, and the last');
  await lasting.close();
});

test('closing ends the attempts', async () => {
  const { links, lasting } = await setUp();
  links[0]?.gone(new Error('unplugged'));
  await lasting.close();
  await sleep(200);
  assert.equal(links.length, 1);
});

test('the first opening must succeed', async () => {
  await assert.rejects(
    LastingLink.create(() => Promise.reject(new Error('no such device'))),
    /no such device/,
  );
});

class FakeLink extends LinkEnd {
  written: number[] = [];
  isFull = false;

  constructor() {
    super('octets', 'fake');
  }

  get hasRoom(): boolean {
    return !this.isFull;
  }

  protected write(octets: Uint8Array): void {
    this.written.push(...octets);
  }

  protected async shut(): Promise<void> {}
}

async function setUp({ failures = 0 } = {}): Promise<{
  links: FakeLink[];
  lasting: LastingLink;
  told: string[];
  received: number[];
  hears: string[];
  attempts: () => number;
}> {
  const links: FakeLink[] = [];
  const told: string[] = [];
  let left = failures;
  let tried = 0;
  const open = async (): Promise<FakeLink> => {
    tried += 1;
    if (links.length > 0 && left-- > 0) throw new Error('not yet');
    links.push(new FakeLink());
    return links.at(-1);
  };
  const lasting = await LastingLink.create(open, {
    onLost: (error) => told.push(`lost: ${error.message}`),
    onBack: () => told.push('back'),
  });
  const received: number[] = [];
  const hears: string[] = [];
  lasting.attach({
    receive: (octets) => received.push(...octets),
    drain: () => hears.push('drain'),
    closed: () => hears.push('closed'),
  });
  return { links, lasting, told, received, hears, attempts: () => tried };
}
