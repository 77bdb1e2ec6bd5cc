// slipway page as a server, and what the page needs when it comes from a server that is not this machine.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'node:http';
import path from 'node:path';
import { before, test } from 'node:test';
import { Random } from '../../host/random.js';
import { digestOf, sha256 } from '../../host/sha256.js';
import { serveFolder } from '../../host/web-server.js';
import { build, ROOT, slipway, start } from '../cli/slipway.js';
import { buildPage } from './open-page.js';

before(() => {
  build();
  buildPage();
});

/** Asks for a path as it is, which fetch() would tidy up. */
async function ask(
  port: number,
  target: string,
  method = 'GET',
): Promise<{ status: number; type: string; body: string }> {
  const asked = request({ port, host: '127.0.0.1', path: target, method, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  let body = '';
  for await (const piece of response.setEncoding('utf8')) body += String(piece);
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body };
}

test('slipway page serves the page, says where, and ends with Ctrl-C', async (t) => {
  const running = start(t, ['page', '--port', '0']);
  const [, port = ''] = await running.says(/The page is at http:\/\/127\.0\.0\.1:(\d+)\/\n/, 60_000);
  const page = await ask(Number(port), '/');
  assert.equal(page.status, 200);
  assert.match(page.type, /^text\/html/);
  const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(page.body) ?? [];
  assert.equal((await ask(Number(port), `/${script}`)).type, 'text/javascript; charset=utf-8');
  assert.equal(await running.stop(), 0);
});

test('only files of the folder are served, and only by GET and HEAD', async (t) => {
  const server = await serveFolder(path.join(ROOT, 'dist', 'web'));
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const target of ['/../../package.json', '/..%2f..%2fpackage.json', '/nothing', '/assets', '//etc/passwd'])
    assert.equal((await ask(port, target)).status, 404, target);
  assert.equal((await ask(port, '/', 'POST')).status, 405);
  const head = await ask(port, '/', 'HEAD');
  assert.deepEqual([head.status, head.body], [200, '']);
});

test('a port that is taken or no port: one sentence that names the fix', async (t) => {
  const other = createServer();
  t.after(() => other.close());
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken = slipway(['page', '--port', String(port)]);
  assert.equal(taken.status, 1);
  assert.match(taken.stderr, /^Port \d+ cannot be used \(EADDRINUSE\); choose another with --port\.\n$/);
  const none = slipway(['page', '--port', 'eighty']);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /port.*\.\n$/i);
});

test('where the browser lends no SHA-256 the page has its own, which gives the same', async () => {
  const random = new Random(256);
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 36_000]) {
    const octets = Uint8Array.from({ length }, () => random.below(256));
    const expected = createHash('sha256').update(octets).digest('hex');
    assert.equal(Buffer.from(digestOf(octets)).toString('hex'), expected, `${length} octets`);
    assert.equal(await sha256(octets), expected);
  }
});
