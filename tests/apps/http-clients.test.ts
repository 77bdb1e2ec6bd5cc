// Real clients judge the web server: node:http and curl's manners over the host's sockets and an emulated cable.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Duplex } from 'node:stream';
import { open, type Stack } from '../../host/index.js';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { pattern } from './message.js';

await buildWasm({ names: ['board-http', 'host'] });

interface Response {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

class Clients {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  agent(options: http.AgentOptions = {}): http.Agent {
    const agent = new http.Agent(options) as http.Agent & { createConnection: () => Duplex };
    agent.createConnection = () => this.#stack.connect(80);
    return agent;
  }

  request(path: string, options: http.RequestOptions = {}, body?: Buffer | AsyncIterable<Buffer>): Promise<Response> {
    return new Promise((resolve, reject) => {
      const request = http.request({ host: 'board', path, agent: this.agent(), ...options }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
        });
        response.on('error', reject);
      });
      request.on('error', reject);
      void send(request, body).catch(reject);
    });
  }
}

async function send(request: http.ClientRequest, body: Buffer | AsyncIterable<Buffer> | undefined): Promise<void> {
  if (body === undefined || Buffer.isBuffer(body)) {
    request.end(body);
    return;
  }
  for await (const part of body) {
    if (!request.write(part)) await new Promise((resolve) => request.once('drain', resolve));
  }
  request.end();
}

const sha256 = (octets: Buffer) => createHash('sha256').update(octets).digest('hex');

for (const link of [
  'emulated:?app=http&seed=3',
  'emulated:?app=http&loss=2%&reorder=3%&duplicate=2%&corrupt=1%&delay=5ms&seed=7',
]) {
  describe(`node:http over ${link}`, () => {
    let stack: Stack;
    let clients: Clients;
    before(async () => {
      stack = await open(link);
      clients = new Clients(stack);
    });
    after(async () => stack.close());

    test('/bytes/300000 arrives octet for octet', async () => {
      const { status, headers, body } = await clients.request('/bytes/300000');
      assert.equal(status, 200);
      assert.equal(headers['content-length'], '300000');
      assert.equal(sha256(body), sha256(pattern(300_000)));
    });

    test('a body of known length comes back as it went', async () => {
      const body = pattern(100_000);
      const answer = await clients.request(
        '/echo',
        { method: 'POST', headers: { 'content-length': body.length } },
        body,
      );
      assert.equal(sha256(answer.body), sha256(body));
    });

    test('a chunked body comes back as it went', async () => {
      async function* parts() {
        for (let i = 0; i < 50; i++) yield pattern(1 + i * 37);
      }
      const all: Buffer[] = [];
      for await (const part of parts()) all.push(part);
      const answer = await clients.request('/echo', { method: 'POST' }, parts());
      assert.equal(answer.headers['transfer-encoding'], 'chunked');
      assert.equal(sha256(answer.body), sha256(Buffer.concat(all)));
    });

    test('the page and the JSON arrive whole', async () => {
      const page = await clients.request('/');
      assert.match(page.body.toString(), /^<!doctype html>[^]*<\/p>\n$/);
      const netstat = JSON.parse((await clients.request('/netstat.json')).body.toString()) as {
        listeners: { state: string }[];
        connections: { state: string }[];
      };
      assert.equal(netstat.listeners[0]?.state, 'LISTEN');
      assert.ok(netstat.connections.some(({ state }) => state === 'ESTABLISHED'));
    });

    test('one kept-alive connection serves request after request', async () => {
      const agent = clients.agent({ keepAlive: true, maxSockets: 1 });
      for (let i = 0; i < 20; i++) {
        const { status, body } = await clients.request(`/bytes/${String(i * 50)}`, { agent });
        assert.equal(status, 200);
        assert.ok(body.equals(pattern(i * 50)));
      }
      assert.equal(Object.values(agent.freeSockets).flat().length, 1);
      agent.destroy();
    });

    test('errors come with a status and leave the connection usable where they can', async () => {
      const agent = clients.agent({ keepAlive: true, maxSockets: 1 });
      assert.equal((await clients.request('/nothing', { agent })).status, 404);
      const refused = await clients.request('/', { agent, method: 'PUT', headers: { 'content-length': 0 } });
      assert.equal(refused.status, 405);
      assert.equal(refused.headers.allow, 'GET, HEAD');
      assert.equal((await clients.request('/', { agent, method: 'HEAD' })).body.length, 0);
      assert.equal((await clients.request('/bytes/3', { agent })).body.length, 3);
      agent.destroy();
    });

    test('twenty clients at once share the four connections', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => clients.request(`/bytes/${String(10_000 + i)}`)),
      );
      answers.forEach(({ body }, i) => assert.ok(body.equals(pattern(10_000 + i)), `client ${String(i)}`));
    });
  });
}
