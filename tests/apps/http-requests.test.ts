// The web server octet by octet: what it makes of every kind of request, in every fragmentation.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { answersIn, pattern } from './message.js';
import { World } from './world.js';

const MODULES = ['board-http', 'micro-http'] as const;
await buildWasm({ names: [...MODULES, 'board'] });

const HOST = 'Host: board\r\n';
const get = (target: string, fields = '') => `GET ${target} HTTP/1.1\r\n${HOST}${fields}\r\n`;

/** The answers to what is written, and whether the board closed behind them. */
async function ask(module: string, request: string, fragment = Infinity) {
  const world = await World.create({ module });
  const client = world.connect(80);
  const written = client.write(request, fragment);
  client.readAll();
  for (let at = written; at < request.length; at += client.write(request.slice(at), fragment)) {
    world.pass(10);
    client.readAll();
  }
  world.pass(1000);
  client.readAll();
  const methods = [...request.matchAll(/([A-Z]+) \S+ HTTP/g)].map((match) => match[1] ?? '');
  return { answers: answersIn(client.received, methods), isEnded: client.isEnded, text: client.text };
}

/** A request, the status it gets, and whether the connection ends behind the answer. */
const REQUESTS: readonly {
  what: string;
  request: string;
  status: number;
  ends: boolean;
  fields?: Record<string, string>;
}[] = [
  { what: 'the page', request: get('/'), status: 200, ends: false, fields: { 'content-type': 'text/html' } },
  { what: 'a query is no part of the resource', request: get('/?a=/b'), status: 200, ends: false },
  { what: 'the absolute form', request: get('http://board:80/bytes/4'), status: 200, ends: false },
  { what: 'the absolute form without a path', request: get('http://board'), status: 200, ends: false },
  { what: 'the absolute form with a query alone', request: get('http://board?q'), status: 200, ends: false },
  { what: 'empty lines before a request', request: `\r\n\r\n${get('/bytes/1')}`, status: 200, ends: false },
  { what: 'lines that end with LF alone', request: 'GET /bytes/1 HTTP/1.1\nHost: x\n\n', status: 200, ends: false },
  {
    what: 'a field without a value',
    request: 'GET /bytes/1 HTTP/1.1\r\nHost:\r\nAccept:\r\n\r\n',
    status: 200,
    ends: false,
  },
  {
    what: 'blanks around values',
    request: 'GET /bytes/1 HTTP/1.1\r\nHost: \t x \t\r\nContent-Length: \t 0 \t\r\n\r\n',
    status: 200,
    ends: false,
  },
  { what: 'HTTP/1.2 is answered like 1.1', request: `GET /bytes/1 HTTP/1.2\r\n${HOST}\r\n`, status: 200, ends: false },
  {
    what: 'Connection: close, in any case and among others',
    request: get('/bytes/1', 'CONNECTION: foo ,\tCLOSE,\r\n'),
    status: 200,
    ends: true,
    fields: { connection: 'close' },
  },
  {
    what: 'HTTP/1.0 ends',
    request: 'GET /bytes/1 HTTP/1.0\r\n\r\n',
    status: 200,
    ends: true,
    fields: { connection: 'close' },
  },
  {
    what: 'HTTP/1.0 with keep-alive goes on',
    request: 'GET /bytes/1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n',
    status: 200,
    ends: false,
    fields: { connection: 'keep-alive' },
  },
  {
    what: 'a page for HTTP/1.0 ends with the connection',
    request: 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    status: 200,
    ends: true,
  },
  { what: 'HEAD of the page', request: `HEAD / HTTP/1.1\r\n${HOST}\r\n`, status: 200, ends: false },
  {
    what: 'HEAD of 2^31 - 1 octets',
    request: `HEAD /bytes/2147483647 HTTP/1.1\r\n${HOST}\r\n`,
    status: 200,
    ends: false,
    fields: { 'content-length': '2147483647' },
  },
  { what: 'HEAD of nothing', request: `HEAD /no HTTP/1.1\r\n${HOST}\r\n`, status: 404, ends: false },
  {
    what: 'an unknown resource',
    request: get('/netstat.jsonx'),
    status: 404,
    ends: false,
    fields: { 'content-type': 'text/plain' },
  },
  { what: 'a resource with a name of 24 octets', request: get('/abcdefghijklmnopqrstuvw'), status: 404, ends: false },
  { what: 'a resource with a name of 25 octets', request: get('/abcdefghijklmnopqrstuvwx'), status: 404, ends: false },
  { what: 'a resource with a name of 4000 octets', request: get(`/${'a'.repeat(3999)}`), status: 404, ends: false },
  { what: 'a name that only begins like another', request: get('/bytes'), status: 404, ends: false },
  { what: 'no number of octets', request: get('/bytes/'), status: 404, ends: false },
  { what: 'not a number of octets', request: get('/bytes/1a'), status: 404, ends: false },
  { what: 'a negative number of octets', request: get('/bytes/-1'), status: 404, ends: false },
  { what: '2^31 octets', request: get('/bytes/2147483648'), status: 404, ends: false },
  { what: 'a number of octets with eleven digits', request: get('/bytes/00000000001'), status: 404, ends: false },
  { what: 'the asterisk form', request: `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, status: 404, ends: false },
  {
    what: 'a method that the page has not',
    request: `DELETE / HTTP/1.1\r\n${HOST}\r\n`,
    status: 405,
    ends: false,
    fields: { allow: 'GET, HEAD' },
  },
  {
    what: 'POST to the page',
    request: `POST / HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`,
    status: 405,
    ends: false,
    fields: { allow: 'GET, HEAD' },
  },
  {
    what: 'POST to the page with a body',
    request: `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`,
    status: 405,
    ends: true,
  },
  { what: 'GET of the echo', request: get('/echo'), status: 405, ends: false, fields: { allow: 'POST' } },
  { what: 'a method that nobody knows', request: `BREW / HTTP/1.1\r\n${HOST}\r\n`, status: 501, ends: false },
  { what: 'methods are told by case', request: `get / HTTP/1.1\r\n${HOST}\r\n`, status: 501, ends: false },
  {
    what: 'a method of 3000 octets',
    request: `${'M'.repeat(3000)} / HTTP/1.1\r\n${HOST}\r\n`,
    status: 501,
    ends: false,
  },
  {
    what: 'a coding that nobody knows',
    request: `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n`,
    status: 501,
    ends: true,
  },
  {
    what: 'chunked twice',
    request: `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, chunked\r\n\r\n`,
    status: 400,
    ends: true,
  },
  {
    what: 'a coding behind chunked',
    request: `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n`,
    status: 400,
    ends: true,
  },
  {
    what: 'chunks and a length',
    request: `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n`,
    status: 400,
    ends: true,
  },
  {
    what: 'chunks in HTTP/1.0',
    request: 'POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n',
    status: 400,
    ends: true,
  },
  {
    what: 'two lengths',
    request: `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    status: 400,
    ends: true,
  },
  {
    what: 'a length that is none',
    request: `POST /echo HTTP/1.1\r\n${HOST}Content-Length: +1\r\n\r\n`,
    status: 400,
    ends: true,
  },
  {
    what: 'a length with a gap',
    request: `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 1 2\r\n\r\n`,
    status: 400,
    ends: true,
  },
  {
    what: 'an empty length',
    request: `POST /echo HTTP/1.1\r\n${HOST}Content-Length: \r\n\r\n`,
    status: 400,
    ends: true,
  },
  {
    what: 'a body of 2^31 octets',
    request: `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 2147483648\r\n\r\n`,
    status: 413,
    ends: true,
  },
  {
    what: 'a body of 10^20 octets',
    request: `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 100000000000000000000\r\n\r\n`,
    status: 413,
    ends: true,
  },
  {
    what: 'a length of 40 digits',
    request: `POST /echo HTTP/1.1\r\n${HOST}Content-Length: ${'1'.repeat(40)}\r\n\r\n`,
    status: 413,
    ends: true,
  },
  {
    what: 'GET with a body of chunks, which is not read',
    request: `${get('/bytes/3', 'Transfer-Encoding: chunked\r\n')}3\r\nabc\r\n0\r\n\r\n`,
    status: 200,
    ends: true,
    fields: { 'content-length': '3' },
  },
  {
    what: 'GET with a body, which is not read',
    request: `${get('/bytes/3', 'Content-Length: 5\r\n')}abcde`,
    status: 200,
    ends: true,
    fields: { 'content-length': '3' },
  },
  { what: 'no Host in HTTP/1.1', request: 'GET / HTTP/1.1\r\n\r\n', status: 400, ends: true },
  { what: 'two Hosts', request: get('/', HOST), status: 400, ends: true },
  { what: 'a blank before the colon', request: get('/', 'Accept : */*\r\n'), status: 400, ends: true },
  { what: 'a folded line', request: get('/', 'Accept: a\r\n b\r\n'), status: 400, ends: true },
  { what: 'a field without a name', request: get('/', ': x\r\n'), status: 400, ends: true },
  { what: 'a line without a colon', request: get('/', 'Accept\r\n'), status: 400, ends: true },
  { what: 'a CR alone', request: get('/', 'Accept: a\rb\r\n'), status: 400, ends: true },
  { what: 'a zero octet', request: get('/', 'Accept: a\0b\r\n'), status: 400, ends: true },
  { what: 'a control octet in the target', request: get('/\x01'), status: 400, ends: true },
  { what: 'a request line without a version', request: 'GET /\r\n\r\n', status: 400, ends: true },
  { what: 'a request line without a target', request: 'GET  HTTP/1.1\r\n\r\n', status: 400, ends: true },
  { what: 'a request line that begins with a blank', request: ' GET / HTTP/1.1\r\n\r\n', status: 400, ends: true },
  { what: 'a version that is none', request: 'GET / HTTP/1.11\r\n\r\n', status: 400, ends: true },
  { what: 'a version in small letters', request: 'GET / http/1.1\r\n\r\n', status: 400, ends: true },
  { what: 'something behind the version', request: `GET / HTTP/1.1 x\r\n${HOST}\r\n`, status: 400, ends: true },
  { what: 'TLS', request: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', status: 400, ends: true },
  { what: 'HTTP/2', request: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 505, ends: true },
  { what: 'a target above 8192 octets', request: `GET /${'a'.repeat(9000)} HTTP/1.1\r\n\r\n`, status: 414, ends: true },
  { what: 'fields above 8192 octets', request: get('/', `Cookie: ${'a'.repeat(9000)}\r\n`), status: 431, ends: true },
  { what: 'a thousand fields', request: get('/', 'A: b\r\n'.repeat(2000)), status: 431, ends: true },
];

for (const module of MODULES) {
  describe(`${module}: one request`, () => {
    for (const { what, request, status, ends, fields } of REQUESTS) {
      test(`${what}: ${String(status)}`, async () => {
        const { answers, isEnded } = await ask(module, request);
        assert.deepEqual(
          answers.map((answer) => answer.status),
          [status],
        );
        assert.equal(isEnded, ends);
        const [answer] = answers;
        for (const [name, value] of Object.entries(fields ?? {})) assert.equal(answer?.fields.get(name), value, name);
        assert.equal(answer?.fields.get('connection') === 'close', ends);
        if (status !== 200 && !request.startsWith('HEAD'))
          assert.ok(answer?.body.toString().startsWith(`${String(status)} `));
      });
    }

    test('one octet at a time it is answered the same', async () => {
      for (const { what, request, status, ends } of REQUESTS.filter((row) => row.request.length < 200)) {
        const { answers, isEnded } = await ask(module, request, 1);
        assert.deepEqual(
          { what, status: answers.map((answer) => answer.status), isEnded },
          { what, status: [status], isEnded: ends },
        );
      }
    });
  });

  describe(`${module}: many requests on one connection`, () => {
    const REQUEST =
      get('/bytes/5') +
      get('/nope') +
      `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 11\r\n\r\nhello\r\n\r\nge` +
      `HEAD / HTTP/1.1\r\n${HOST}\r\n` +
      `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n` +
      '5;name="value"\r\nhello\r\n00A \r\n0123456789\r\n0\r\nTrailer: x\r\nHost: again\r\n\r\n' +
      get('/bytes/0') +
      `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n` +
      get('/bytes/3', 'Connection: close\r\n');

    for (const fragment of [Infinity, 1, 2, 3, 7, 64]) {
      test(`pipelined, ${String(fragment)} octets at a time, they are answered in order`, async () => {
        const { answers, isEnded } = await ask(module, REQUEST, fragment);
        assert.deepEqual(
          answers.map((answer) => [answer.status, answer.body.toString('latin1')]),
          [
            [200, '\0\x01\x02\x03\x04'],
            [404, '404 Not Found\n'],
            [200, 'hello\r\n\r\nge'],
            [200, ''],
            [200, 'hello0123456789'],
            [200, ''],
            [200, ''],
            [200, '\0\x01\x02'],
          ],
        );
        assert.equal(isEnded, true);
      });
    }

    test('what comes behind an answer with Connection: close is not answered, and resets nothing', async () => {
      const world = await World.create({ module });
      const client = world.connect(80);
      client.write(get('/bytes/3', 'Connection: close\r\n') + get('/bytes/4'));
      assert.equal(answersIn(client.readToEnd()).length, 1);
      client.write('more of the same');
      world.pass(100);
      assert.equal(client.fault, 0);
      client.close();
      world.pass(1000);
      assert.deepEqual(
        world.board.list().filter((row) => row.table === 'connection'),
        [],
      );
    });
  });

  describe(`${module}: bodies`, () => {
    test('/bytes/N is the pattern, octet for octet', async () => {
      const world = await World.create({ module });
      const client = world.connect(80);
      for (const length of [0, 1, 2, 3, 4, 5, 255, 256, 257, 511, 512, 513, 4095, 4097, 70_001]) {
        client.received = Buffer.alloc(0);
        client.write(get(`/bytes/${String(length)}`));
        client.readTo(client.received.length);
        const head = () => client.received.indexOf('\r\n\r\n') + 4;
        client.readTo(head() + length);
        const [answer] = answersIn(client.received);
        assert.equal(answer?.fields.get('content-length'), String(length));
        assert.ok(answer.body.equals(pattern(length)), `${String(length)} octets`);
      }
    });

    test('the end of an answer does not wait for an acknowledgment', async () => {
      const world = await World.create({ module });
      const client = world.connect(80);
      const length = world.board.constants.mtu - 40; // with the head it takes one segment and a part of the next
      client.write(get(`/bytes/${String(length)}`));
      client.read();
      assert.equal(answersIn(client.received)[0]?.body.length, length);
    });

    test('a reader that stops holds the answer back and loses nothing', async () => {
      const world = await World.create({ module });
      const client = world.connect(80);
      client.write(get('/bytes/2147483647'));
      world.pass(30_000);
      const row = world.board.list().find(({ state }) => state === 'ESTABLISHED');
      assert.ok(
        row !== undefined && row.snd.end !== row.snd.una,
        'the send ring holds what the reader has no room for',
      );
      client.readTo(100_000);
      const body = client.received.subarray(client.received.indexOf('\r\n\r\n') + 4);
      assert.ok(body.equals(pattern(body.length)));
      const other = world.connect(80);
      other.write(get('/bytes/3'));
      assert.equal(answersIn(other.readTo(1)).length, 1, 'another connection is served meanwhile');
    });

    test('a client of HTTP/1.0 gets no 100 Continue', async () => {
      const { answers, text } = await ask(
        module,
        'POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody',
      );
      assert.doesNotMatch(text, /100 Continue/);
      assert.deepEqual(
        answers.map(({ status, body }) => [status, body.toString()]),
        [[200, 'body']],
      );
    });

    test('methods and names of fields have the letters of RFC 9110 section 5.6.2 and no others', async () => {
      const letters = "!#$%&'*+-.^_`|~09azAZ";
      for (let octet = 0x21; octet < 0x100; octet++) {
        const letter = String.fromCharCode(octet);
        if (letter === ':') continue;
        const isToken = letters.includes(letter) || /[0-9A-Za-z]/.test(letter);
        const method = await ask(module, `A${letter} / HTTP/1.1\r\n${HOST}\r\n`);
        const field = await ask(module, get('/bytes/1', `A${letter}: b\r\n`));
        assert.deepEqual(
          { letter, method: method.answers[0]?.status, field: field.answers[0]?.status },
          { letter, method: isToken ? 501 : 400, field: isToken ? 200 : 400 },
        );
      }
    });

    test('Expect: 100-continue is answered before the body comes, and only if it is wanted', async () => {
      const world = await World.create({ module });
      const client = world.connect(80);
      const head = (target: string) =>
        `POST ${target} HTTP/1.1\r\n${HOST}Content-Length: 4\r\nExpect: 100-continue\r\n\r\n`;
      client.write(head('/echo'));
      assert.match(client.readAll(), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
      client.write('body');
      assert.ok(client.readAll().endsWith('\r\n\r\nbody'));
      const other = world.connect(80);
      other.write(head('/'));
      other.readToEnd();
      assert.deepEqual(
        answersIn(other.received).map((answer) => answer.status),
        [405],
      );
      assert.doesNotMatch(other.text, /100 Continue/);
    });

    for (const [what, chunk] of [
      ['no digit', '\r\n'],
      ['not a digit', 'x\r\n'],
      ['2^31 octets', '80000000\r\n'],
      ['a CR alone', '1\rx'],
      ['data longer than it says', '1\r\nab'],
      ['an endless extension', `1;${'x'.repeat(2000)}`],
      ['an endless size', '0'.repeat(2000)],
      ['an endless trailer', `0\r\n${'A: b\r\n'.repeat(2000)}`],
      ['a trailer that is none', '0\r\n: x\r\n'],
    ] as const) {
      test(`a chunk with ${what} resets the connection: its answer cannot be completed`, async () => {
        const world = await World.create({ module });
        const client = world.connect(80);
        client.write(`POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`);
        client.readAll();
        try {
          client.write(chunk);
        } catch {
          // The reset may come before all of it has been written.
        }
        client.readAll();
        assert.notEqual(client.fault, 0);
      });
    }
  });
}
