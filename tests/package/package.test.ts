// The package: what is in it, what its manifest promises, and that it works where nothing else of this project is.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { modulePath } from '../../host/modules.js';
import { ROOT } from '../cli/slipway.js';
import { install, pack, run, type Packed } from './packed.js';

/** More than there is even with the boards' ready images, and far less than their builds beside them in build/. */
const SIZE_MOST = 8_000_000;

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-package-'));
let packed: Packed;
let app = '';
before(() => {
  packed = pack(folder);
  app = install(packed, folder);
});
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

/** Runs a module of the one who has installed the package; what it prints. */
function node(lines: string): string {
  const { status, stdout, stderr } = run(process.execPath, ['--input-type=module', '-e', lines], app);
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

describe('the tarball', () => {
  test('holds what runs, and nothing that only builds or tests it', (t) => {
    const { file, size, unpackedSize, files } = packed;
    const octets = (count: number): string => count.toLocaleString('en-GB');
    t.diagnostic(
      `${path.basename(file)}: ${octets(size)} octets packed, ${octets(unpackedSize)} unpacked, ${files.length} files`,
    );
    assert.ok(size < SIZE_MOST, `${size} octets`);
    for (const needed of ['README.md', 'LICENSE', 'dist/host/cli/main.js', 'build/host.wasm', 'boards/common/main.c'])
      assert.ok(files.includes(needed), needed);
    const odd = files.filter((name) => /(^|\/)(tests|node_modules|coverage)\/|\.map$|\/\.|\.test\./.test(name));
    assert.deepEqual(odd, []);
  });

  test('publint finds nothing', async () => {
    const tarball = new Uint8Array(readFileSync(packed.file)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion' });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  test('its types are right for every subpath, wherever ES modules are resolved', () => {
    const attw = path.join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const { status, stdout, stderr } = run(process.execPath, [attw, packed.file, '--profile', 'esm-only']);
    assert.equal(status, 0, stdout + stderr);
    const subpaths = Object.keys(manifest().exports).map((subpath) => subpath.replace(/^\./, 'slipway'));
    for (const subpath of subpaths) assert.ok(stdout.includes(`"${subpath}"`), `${subpath} was looked at`);
  });
});

describe('in an empty folder, with nothing optional', () => {
  test('npx slipway demo --once exits 0', () => {
    const { status, stdout, stderr } = run('npx', ['--no-install', 'slipway', 'demo', '--once'], app);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /SYN-ACK/);
    assert.match(stdout, /allocations: none\n$/);
  });

  test('slipway and slipway/node are the same library, which fetches a page of an emulated board', () => {
    const text = node(`
      import { open } from 'slipway';
      import * as node from 'slipway/node';
      import * as all from 'slipway';
      if (node.open !== open || Object.keys(node).length !== Object.keys(all).length) throw new Error('two libraries');
      const board = await open('emulated:?app=http');
      const socket = board.connect(80);
      socket.end('GET /bytes/10 HTTP/1.0\\r\\n\\r\\n');
      let text = '';
      for await (const octets of socket) text += octets.toString('latin1');
      console.log(text.split('\\r\\n')[0]);
      await board.close();`);
    assert.equal(text, 'HTTP/1.1 200 OK');
  });

  test('slipway/core and slipway/core.wasm are the same octets, and slipway/web loads them', () => {
    const text = node(`
      import { readFileSync } from 'node:fs';
      import { fileURLToPath } from 'node:url';
      import { Core } from 'slipway/web';
      import octets from 'slipway/core';
      const file = readFileSync(fileURLToPath(import.meta.resolve('slipway/core.wasm')));
      const core = await Core.load(octets);
      console.log(file.equals(octets), core.constants.connections > 0, octets.length);`);
    assert.equal(text, `true true ${readFileSync(modulePath('host')).length}`);
  });

  test('what needs an optional part says which when it is used, and not before', () => {
    const text = node(`
      import { openLink, parseLinkUrl } from 'slipway';
      for (const url of ['tun:slw0', 'slip:/dev/null?dtr=1'])
        console.log(await openLink(parseLinkUrl(url)).catch((error) => error.message));`);
    assert.match(
      text,
      /^A TUN device .*; run 'npm install koffi'\.\n.* needs the package serialport; run 'npm install serialport' /,
    );
  });

  test('a program in TypeScript finds every type, one for a browser without those of Node', () => {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const compiles = (name: string, text: string, types: string[], options: object): void => {
      const lib = ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'];
      const compilerOptions = {
        noEmit: true,
        strict: true,
        target: 'es2022',
        module: 'nodenext',
        lib,
        types,
        ...options,
      };
      writeFileSync(path.join(app, `${name}.ts`), text);
      writeFileSync(path.join(app, `${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
      const { status, stdout } = run(process.execPath, [tsc, '-p', `${name}.json`], app);
      assert.equal(status, 0, `${name}: ${stdout}`);
    };
    compiles('node', FOR_NODE, ['node'], { typeRoots: [path.join(ROOT, 'node_modules/@types')], skipLibCheck: true });
    compiles('web', FOR_WEB, [], {});
  });
});

const FOR_NODE = `import { open, type Socket, type Stack } from 'slipway';
import { Server } from 'slipway/node';
const stack: Stack = await open('emulated:');
const socket: Socket = stack.connect(80);
socket.on('data', (octets: Buffer) => octets.length);
const server: Server = stack.createServer((peer) => peer.end());
server.close();
// @ts-expect-error: a port is no object.
stack.connect({ port: {} });
`;

const FOR_WEB = `import { Core, RealClock, Station, pair, secretFrom } from 'slipway/web';
import octets from 'slipway/core';
import * as core from 'slipway/core.wasm';
const clock = new RealClock();
const [link] = pair(clock);
const station = await Station.create({ module: octets, link, clock, address: '192.168.7.1', secret: secretFrom() });
const loaded: Core = station.core;
const room: number = core.sendRoom(loaded.call.open(0, 80, 0));
// @ts-expect-error: there is no such call.
core.sendRooms(room);
`;

interface Manifest {
  exports: Record<string, unknown>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
}
