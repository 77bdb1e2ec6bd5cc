import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, closeOf, errorOf, eventsOf, lap, listening } from './world.js';

type Lookup = net.LookupFunction;

/** As dns.lookup, which answers a list when it is asked for all. */
function lookupOf(address: string): Lookup {
  return (_name, options, callback) => {
    if (options.all === true) process.nextTick(callback, null, [{ address, family: 4 }]);
    else process.nextTick(callback, null, address, 4);
  };
}

/** Names in place of addresses, and 'lookup'. */
export function names(world: World): void {
  test('a name is looked up by the function that is given, and told before connect', async () => {
    const { port, close } = await listening(world, (socket) => socket.end());
    const client = world.connect({ port, host: 'a.board', family: 4, lookup: lookupOf(world.host) });
    const events = eventsOf(client);
    const told: unknown[] = [];
    client.on('lookup', (...args: unknown[]) => told.push(args));
    client.resume();
    await once(client, 'close');
    assert.deepEqual(told, [[null, world.host, 4, 'a.board']]);
    assert.deepEqual(events, [`lookup ${world.host}`, 'connect', 'ready', 'end', 'finish', 'close false']);
    await close();
  });

  test('the function is asked for the name, with the family that is wanted', async () => {
    const { port, close } = await listening(world, (socket) => socket.end());
    const asked: unknown[] = [];
    const lookup: Lookup = (name, options, callback) => {
      asked.push([name, options.family]);
      process.nextTick(callback, null, world.host, 4);
    };
    const client = world.connect({ port, host: 'some.board', family: 4, lookup });
    client.resume();
    await once(client, 'close');
    assert.deepEqual(asked, [['some.board', 4]]);
    await close();
  });

  test('an address is not looked up', async () => {
    const { port, close } = await listening(world, (socket) => socket.end());
    const lookup: Lookup = () => assert.fail('nobody was to be asked');
    const client = world.connect({ port, host: world.host, lookup });
    const events = eventsOf(client);
    client.resume();
    await once(client, 'close');
    assert.deepEqual(events, ['connect', 'ready', 'end', 'finish', 'close false']);
    await close();
  });

  test('a name that does not resolve is the error of the lookup: ENOTFOUND', async () => {
    const error = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND', hostname: 'nowhere' });
    const lookup: Lookup = (_name, _options, callback) => process.nextTick(callback, error, '');
    const client = world.connect({ port: 80, host: 'nowhere', family: 4, lookup });
    const events = eventsOf(client);
    const isClosed = closeOf(client);
    assert.equal(await errorOf(client), error);
    await isClosed;
    assert.deepEqual(events, ['lookup ENOTFOUND', 'error ENOTFOUND', 'close true']);
    assert.deepEqual([client.connecting, client.destroyed], [false, true]);
  });

  test('an answer that is no address is ERR_INVALID_IP_ADDRESS', async () => {
    const client = world.connect({ port: 80, host: 'a.board', family: 4, lookup: lookupOf('not an address') });
    assert.equal((await errorOf(client)).code, 'ERR_INVALID_IP_ADDRESS');
  });

  test('a socket that is destroyed while its name is looked up never connects', async () => {
    const { server, port, close } = await listening(world);
    let connections = 0;
    server.on('connection', () => connections++);
    let answer: (() => void) | undefined;
    const lookup: Lookup = (_name, _options, callback) => {
      answer = () => callback(null, world.host, 4);
    };
    const client = world.connect({ port, host: 'slow.board', family: 4, lookup });
    const events = eventsOf(client);
    client.destroy();
    await once(client, 'close');
    answer?.();
    await lap(world);
    assert.deepEqual([events.filter((event) => !event.startsWith('lookup')), connections], [['close false'], 0]);
    await close();
  });
}
