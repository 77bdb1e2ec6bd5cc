// Programs that others have written, reached by a board's stack through its gateway: every octet crosses our TCP twice, in the
// board's core and in the laptop's. MQTT with mosquitto, RESP with redis.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import mqtt from 'mqtt';
import { test, type TestContext } from 'node:test';
import type { Socket } from '../../host/index.js';
import type { Stack } from '../../host/stack.js';
import { without } from '../cli/slipway.js';
import { GATEWAY, pair } from '../gateway/pair.js';
import { pattern } from '../host/stacks.js';
import { connect } from 'node:net';
import { LOOPBACK, mosquitto, redis } from './programs.js';
import { runRecipe } from './recipe.js';

/** A board whose gateway leads port `known` to a program of the laptop's. */
async function boardBehind(t: TestContext, known: number, port: number): Promise<Stack> {
  const dial = () => connect({ port, host: LOOPBACK, allowHalfOpen: true });
  const { board } = await pair(t, { access: [`allow ${LOOPBACK}:${known}`], dial });
  return board;
}

const silent = { reconnectPeriod: 0 };

async function joined(stack: Stack, options: mqtt.IClientOptions = {}): Promise<mqtt.MqttClient> {
  const client = new mqtt.MqttClient(() => stack.connect(1883, GATEWAY), { ...silent, ...options });
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  return client;
}

/** The next message: its topic and its text. */
function heardBy(client: mqtt.MqttClient): Promise<[string, Buffer]> {
  return new Promise((resolve) => client.once('message', (topic, text) => resolve([topic, text])));
}

test('recipe: MQTT', { skip: without('mosquitto') }, async (t) => {
  const stack = await boardBehind(t, 1883, await mosquitto(t));
  const { told, values } = await runRecipe('MQTT', { stack }, ['client']);
  assert.deepEqual(await told(1), ['room/temperature 21.5']);
  await (values['client'] as mqtt.MqttClient).endAsync();
});

test(
  'mosquitto: a hundred messages of each quality arrive in order, once',
  { skip: without('mosquitto') },
  async (t) => {
    const stack = await boardBehind(t, 1883, await mosquitto(t));
    const [reader, writer] = [await joined(stack), await joined(stack)];
    for (const qos of [0, 1, 2] as const) {
      const got: string[] = [];
      const all = new Promise<void>((resolve) => {
        reader.removeAllListeners('message').on('message', (_topic, text) => {
          got.push(text.toString());
          if (got.length === 100) resolve();
        });
      });
      await reader.subscribeAsync(`quality/${qos}`, { qos });
      const sent = Array.from({ length: 100 }, (_, index) => `message ${index} of quality ${qos}`);
      await Promise.all(sent.map((text) => writer.publishAsync(`quality/${qos}`, text, { qos })));
      await all;
      assert.deepEqual(got, sent);
    }
    await Promise.all([reader.endAsync(), writer.endAsync()]);
  },
);

test(
  'mosquitto: a message of 200 KB, retained, is there for who comes later',
  { skip: without('mosquitto') },
  async (t) => {
    const stack = await boardBehind(t, 1883, await mosquitto(t));
    const writer = await joined(stack);
    const octets = pattern(200_000);
    await writer.publishAsync('kept', octets, { retain: true, qos: 1 });
    await writer.endAsync();
    const reader = await joined(stack);
    const heard = heardBy(reader);
    await reader.subscribeAsync('kept');
    const [topic, text] = await heard;
    assert.equal(topic, 'kept');
    assert.equal(Buffer.compare(text, octets), 0);
    await reader.endAsync();
  },
);

test(
  'mosquitto: the will of a board that is reset is told to the others',
  { skip: without('mosquitto') },
  async (t) => {
    const stack = await boardBehind(t, 1883, await mosquitto(t));
    const reader = await joined(stack);
    await reader.subscribeAsync('will');
    const heard = heardBy(reader);
    const board = await joined(stack, { will: { topic: 'will', payload: Buffer.from('gone'), qos: 0, retain: false } });
    board.on('error', () => undefined);
    (board.stream as unknown as Socket).resetAndDestroy();
    assert.equal(String((await heard)[1]), 'gone');
    await Promise.all([reader.endAsync(), board.endAsync(true)]);
  },
);

test('recipe: Redis', { skip: without('redis-server') }, async (t) => {
  const stack = await boardBehind(t, 6379, await redis(t));
  const { told, values } = await runRecipe('Redis', { stack }, ['redis']);
  assert.deepEqual(await told(1), ['+PONG']);
  (values['redis'] as Socket).destroy();
});

test('redis: a thousand commands in one write are answered in order', { skip: without('redis-server') }, async (t) => {
  const stack = await boardBehind(t, 6379, await redis(t));
  const socket = stack.connect(6379, GATEWAY).setEncoding('latin1');
  let answers = '';
  socket.on('data', (text: string) => (answers += text));
  socket.write(Array.from({ length: 1000 }, (_, index) => `SET key:${index} value:${index}\r\n`).join(''));
  socket.end(Array.from({ length: 1000 }, (_, index) => `GET key:${index}\r\n`).join('') + 'QUIT\r\n');
  await once(socket, 'end');
  const lines = answers.split('\r\n');
  assert.ok(lines.slice(0, 1000).every((line) => line === '+OK'));
  const values = Array.from({ length: 1000 }, (_, index) => `value:${index}`);
  assert.deepEqual(
    lines.slice(1000, 3000).filter((_, index) => index % 2 === 1),
    values,
  );
});

test(
  'redis: a value of a megabyte, in RESP, comes back equal to the octet',
  { skip: without('redis-server') },
  async (t) => {
    const stack = await boardBehind(t, 6379, await redis(t));
    const socket = stack.connect(6379, GATEWAY);
    const octets = pattern(1_000_000);
    const got: Buffer[] = [];
    socket.on('data', (text: Buffer) => got.push(text));
    socket.write(`*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$${octets.length}\r\n`);
    socket.write(octets);
    socket.end('\r\n*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n*1\r\n$4\r\nQUIT\r\n');
    await once(socket, 'end');
    const answer = Buffer.concat(got);
    const head = `+OK\r\n$${octets.length}\r\n`;
    assert.equal(answer.toString('latin1', 0, head.length), head);
    assert.equal(Buffer.compare(answer.subarray(head.length, head.length + octets.length), octets), 0);
  },
);
