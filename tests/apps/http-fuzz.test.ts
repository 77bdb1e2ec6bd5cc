// What nobody would send, in fragments of any size: the server must answer in whole messages or not at all, must not trap,
// and must come to rest with every connection given back. Each run prints its seed when it fails, and replays from it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../host/random.js';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { answersIn, pattern } from './message.js';
import { World } from './world.js';

const MODULES = ['board-http', 'micro-http'] as const;
await buildWasm({ names: [...MODULES, 'board'] });

const RUNS = 150;

/** Pieces of requests, right and wrong, to be put together at random. */
const PIECES = [
  'GET ',
  'HEAD ',
  'POST ',
  'PUT ',
  'get ',
  '/',
  '/echo',
  '/bytes/',
  '/netstat.json',
  'http://',
  'host',
  '?',
  '#',
  ' ',
  '  ',
  ' HTTP/1.1',
  ' HTTP/1.0',
  ' HTTP/2.0',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  'Host: x\r\n',
  'Host:',
  'Content-Length: ',
  '0',
  '5',
  '17',
  '4294967296',
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive\r\n',
  'Expect: 100-continue\r\n',
  'Cookie: a=b\r\n',
  ':',
  ';',
  ',',
  '\t',
  '\0',
  '\x7f',
  '\xff',
  'abcde',
  'a\r\n',
  '0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /bytes/300 HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n',
  'POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
];

function nonsense(random: Random): string {
  const pieces = Array.from({ length: 1 + random.below(25) }, () => PIECES[random.below(PIECES.length)] ?? '');
  return pieces.join('');
}

/** One request that is right, and what it must get. */
function request(random: Random): { request: string; status: number; body: Buffer | undefined } {
  const length = random.below(700);
  const fields = `Host: x\r\n${'X-Y: z\r\n'.repeat(random.below(5))}`;
  const octets = pattern(length);
  switch (random.below(4)) {
    case 0:
      return { request: `GET /bytes/${String(length)} HTTP/1.1\r\n${fields}\r\n`, status: 200, body: octets };
    case 1:
      return { request: `GET /nothing HTTP/1.1\r\n${fields}\r\n`, status: 404, body: Buffer.from('404 Not Found\n') };
    case 2: {
      const head = `POST /echo HTTP/1.1\r\n${fields}Content-Length: ${String(length)}\r\n\r\n`;
      return { request: head + octets.toString('latin1'), status: 200, body: octets };
    }
    default: {
      let body = '';
      for (let at = 0; at < length;) {
        const part = 1 + random.below(length - at);
        body += `${part.toString(16)}\r\n${octets.toString('latin1', at, at + part)}\r\n`;
        at += part;
      }
      return {
        request: `POST /echo HTTP/1.1\r\n${fields}Transfer-Encoding: chunked\r\n\r\n${body}0\r\n\r\n`,
        status: 200,
        body: octets,
      };
    }
  }
}

for (const module of MODULES) {
  describe(`${module}: at random`, () => {
    test('nonsense is answered in whole messages or by a reset, and every connection comes back', async () => {
      for (let seed = 1; seed <= RUNS; seed++) {
        const random = new Random(seed);
        const world = await World.create({ module, seed });
        const client = world.connect(80);
        const octets = nonsense(random);
        try {
          client.write(octets, 1 + random.below(40));
          client.end();
        } catch {
          // Reset before all of it was written: a broken body.
        }
        world.pass(1000);
        client.readAll();
        world.pass(60_000);
        client.readAll();
        const what = `seed ${String(seed)}: ${JSON.stringify(octets)} -> ${JSON.stringify(client.text)}`;
        assert.ok(client.isEnded || client.fault !== 0, what);
        const methods = [...octets.matchAll(/(?:^|\n)(HEAD|[A-Z]+) /g)].map((match) => match[1] ?? '');
        // A reset may cut an answer short, and which requests were seen as HEAD nonsense does not tell.
        if (client.fault === 0 && !methods.includes('HEAD'))
          assert.doesNotThrow(() => answersIn(client.received), what);
        assert.deepEqual(
          world.board.list().filter((row) => row.table === 'connection'),
          [],
          what,
        );
      }
    });

    test('requests are answered in order, however they are cut and however slowly they are read', async () => {
      for (let seed = 1; seed <= RUNS; seed++) {
        const random = new Random(seed);
        const world = await World.create({ module, seed });
        const client = world.connect(80);
        const requests = Array.from({ length: 1 + random.below(8) }, () => request(random));
        const octets = requests.map((one) => one.request).join('');
        const fragment = 1 + random.below(300);
        let written = 0;
        let turns = 0;
        const length = () => client.received.length;
        while (written < octets.length && turns++ < 50_000) {
          written += client.write(octets.slice(written, written + 1 + random.below(2000)), fragment);
          client.read(random.below(400));
          world.pass(random.below(50));
        }
        for (let before = -1; before !== length();) {
          before = length();
          world.pass(1000);
          client.read(1 + random.below(3000));
        }
        assert.deepEqual(
          answersIn(client.received).map(({ status, body }) => [status, body.toString('latin1')]),
          requests.map(({ status, body }) => [status, body?.toString('latin1')]),
          `seed ${String(seed)}`,
        );
      }
    });
  });
}
