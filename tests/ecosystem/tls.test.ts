// TLS over Slipway's sockets, both ways: openssl as the server, and openssl as the client.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { Agent, fetch } from 'undici';
import { forward } from '../../host/gateway/forward.js';
import { connector } from '../../host/index.js';
import type { Stack } from '../../host/stack.js';
import { without } from '../cli/slipway.js';
import { GATEWAY, pair } from '../gateway/pair.js';
import { pattern, sha256 } from '../host/stacks.js';
import { LOOPBACK, identity, opensslServer } from './programs.js';
import { runRecipe } from './recipe.js';
import { stacksFor } from './stacks.js';

const skip = without('openssl');
const servername = 'board.example';

/** A board whose gateway leads its port 443 to one of the laptop's. */
async function boardBehind(t: TestContext, port: number): Promise<Stack> {
  const dial = () => connect({ port, host: LOOPBACK, allowHalfOpen: true });
  return (await pair(t, { access: [`allow ${LOOPBACK}:443`], dial })).board;
}

test('recipe: TLS, to openssl s_server through the gateway', { skip }, async (t) => {
  const own = identity(t);
  const stack = await boardBehind(t, await opensslServer(t, own));
  const { told, values } = await runRecipe('TLS', { stack, ca: own.cert }, ['socket']);
  assert.deepEqual(await told(1), ['true TLSv1.3']);
  (values['socket'] as tls.TLSSocket).destroy();
});

for (const version of ['tls1_2', 'tls1_3']) {
  test(`openssl s_server -${version}: a page, encrypted, and the end of it`, { skip }, async (t) => {
    const own = identity(t);
    const stack = await boardBehind(t, await opensslServer(t, own, [`-${version}`]));
    const socket = tls.connect({ socket: stack.connect(443, GATEWAY), servername, ca: own.cert });
    await once(socket, 'secureConnect');
    assert.equal(socket.getProtocol(), version === 'tls1_2' ? 'TLSv1.2' : 'TLSv1.3');
    socket.write('GET / HTTP/1.0\r\n\r\n');
    const page = await text(socket);
    assert.match(page, /^HTTP\/1\.0 200 ok/i);
    assert.match(page, /Ciphers supported/);
  });
}

test('a certificate that nobody has signed is refused, and the connection with it', { skip }, async (t) => {
  const own = identity(t);
  const stack = await boardBehind(t, await opensslServer(t, own));
  const plain = stack.connect(443, GATEWAY);
  const socket = tls.connect({ socket: plain, servername });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  if (!plain.closed) await once(plain, 'close');
});

test('undici over TLS: fetch() from openssl s_server', { skip }, async (t) => {
  const own = identity(t);
  const stack = await boardBehind(t, await opensslServer(t, own));
  const dispatcher = new Agent({ connect: connector(stack, { ca: own.cert, servername }) });
  const answer = await fetch('https://board/', { dispatcher });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /TLSv1\.3/);
  await dispatcher.destroy();
});

test('recipe: a TLS server, asked by openssl s_client through a forward', { skip }, async (t) => {
  const own = identity(t);
  const { near, far } = await stacksFor(t);
  await runRecipe('A TLS server', { stack: far, key: own.key, cert: own.cert });
  const { port, close } = await forward({ port: 0, connect: () => near.connect({ port: 443, allowHalfOpen: true }) });
  t.after(() => close(0));
  const verify = ['-CAfile', own.certFile, '-verify_return_error', '-verify_hostname', servername];
  const client = spawn(
    'openssl',
    ['s_client', '-connect', `${LOOPBACK}:${port}`, '-servername', servername, '-quiet', ...verify],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  t.after(() => client.kill());
  client.stdin.write('openssl');
  assert.equal(await text(client.stdout), 'heard openssl');
});

test('https.Server over our Server, and tls.connect() over our Socket: a megabyte both ways', { skip }, async (t) => {
  const own = identity(t);
  const { near, far } = await stacksFor(t);
  const octets = pattern(1_000_000);
  const pages = https.createServer({ key: own.key, cert: own.cert }, (asked, answer) => asked.pipe(answer));
  far.createServer((socket) => pages.emit('connection', socket)).listen(443);
  const asking = https.request({
    host: 'board',
    method: 'POST',
    createConnection: () => tls.connect({ socket: near.connect(443), servername, ca: own.cert }),
  });
  asking.end(octets);
  const [answer] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
  const got: Buffer[] = [];
  for await (const piece of answer) got.push(piece as Buffer);
  assert.equal(sha256(Buffer.concat(got)), sha256(octets));
});

test('a reset in the midst of TLS is an error at the other end', { skip }, async (t) => {
  const own = identity(t);
  const { near, far } = await stacksFor(t);
  const accepted = new Promise<tls.TLSSocket>((resolve) => {
    const secure = tls.createServer({ key: own.key, cert: own.cert }, resolve);
    far.createServer((socket) => secure.emit('connection', socket)).listen(443);
  });
  const plain = near.connect(443);
  const socket = tls.connect({ socket: plain, servername, ca: own.cert });
  socket.on('error', () => undefined);
  const peer = await accepted;
  const failed = once(peer, 'error') as Promise<[NodeJS.ErrnoException]>;
  plain.resetAndDestroy();
  assert.equal((await failed)[0].code, 'ECONNRESET');
});
