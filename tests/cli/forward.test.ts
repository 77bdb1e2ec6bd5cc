// The forwarder between sockets of node:net on both sides: what it passes on is judged without any board.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { forward, type Forward } from '../../host/gateway/forward.js';

test('what each side sends arrives at the other, and a half close passes alone in each direction', async (t) => {
  const { client, upstream } = await joined(t);
  client.end('question');
  assert.equal(await text(upstream), 'question');
  assert.equal(client.readableEnded, false, 'the answer is still to come');
  upstream.end('answer');
  assert.equal(await text(client), 'answer');
});

test('the far side may end first', async (t) => {
  const { client, upstream } = await joined(t);
  upstream.end('banner');
  assert.equal(await text(client), 'banner');
  client.end('late');
  assert.equal(await text(upstream), 'late');
});

test('a reset on either side arrives as a reset on the other', async (t) => {
  for (const side of ['client', 'upstream'] as const) {
    const pair = await joined(t);
    const other = side === 'client' ? pair.upstream : pair.client;
    const failed = once(other, 'error');
    pair[side].resetAndDestroy();
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
  }
});

test('a connection that the far side refuses is reset', async (t) => {
  const nobody = { port: 1, host: '127.0.0.1', allowHalfOpen: true };
  const through = await forward({ port: 0, connect: () => connect(nobody) });
  t.after(() => through.close());
  const client = connect(through.port, '127.0.0.1');
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNRESET');
});

test('a reader that stops stops the writer at the other end', async (t) => {
  const { client, upstream } = await joined(t);
  upstream.pause();
  let sent = 0;
  const chunk = Buffer.alloc(65536);
  const LIMIT = 200e6;
  while (sent < LIMIT) {
    sent += chunk.length;
    if (client.write(chunk)) continue;
    const isDrained = await Promise.race([once(client, 'drain').then(() => true), sleep(500).then(() => false)]);
    if (!isDrained) break;
  }
  assert.ok(sent < LIMIT, `${sent} octets were taken by nobody`);
  client.end();
  let received = 0;
  for await (const octets of upstream) received += (octets as Buffer).length;
  assert.equal(received, sent);
});

test('closing the forward ends both sides with FIN', async (t) => {
  const { client, upstream, through } = await joined(t);
  const closing = through.close();
  assert.equal(await text(client), '');
  assert.equal(await text(upstream), '');
  client.end();
  upstream.end();
  await closing;
  assert.equal(through.connections, 0);
});

test('closing the forward resets a side that does not end in time', async (t) => {
  const { client, through } = await joined(t);
  await through.close(50); // it would wait for ever
  // Behind a FIN the kernel tells of a reset only to someone who writes.
  const failed = once(client, 'error');
  client.write('late');
  const [error] = (await failed) as [NodeJS.ErrnoException];
  assert.match(error.code ?? '', /^(ECONNRESET|EPIPE)$/);
});

test('a port that is taken rejects', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const connectNowhere = (): never => assert.fail('nothing is to be opened');
  await assert.rejects(forward({ port, connect: connectNowhere }), { code: 'EADDRINUSE' });
});

/** All that arrives up to the end; unlike an iterator it leaves the socket open for writing. */
async function text(socket: Socket): Promise<string> {
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  await once(socket, 'end');
  return received;
}

/** A client joined through a forward to an upstream connection. */
async function joined(t: TestContext): Promise<{ client: Socket; upstream: Socket; through: Forward }> {
  const server: Server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const through = await forward({ port: 0, connect: () => connect({ port, host: '127.0.0.1', allowHalfOpen: true }) });
  const client = connect({ port: through.port, host: '127.0.0.1', allowHalfOpen: true });
  const [upstream] = (await once(server, 'connection')) as [Socket];
  client.on('error', () => undefined);
  upstream.on('error', () => undefined);
  t.after(async () => {
    client.destroy();
    upstream.destroy();
    server.close();
    await through.close(0);
  });
  return { client, upstream, through };
}
