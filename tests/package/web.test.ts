// slipway/web where there is no Node: in a page that knows nothing but the installed package.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { without } from '../cli/slipway.js';
import { openBrowser, openPage } from '../interop/browser.js';
import { install, pack } from './packed.js';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-web-'));
let app = '';
before(() => {
  app = install(pack(folder), folder);
});
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

/** Whatever a module imports, exports from, or loads when it is needed. */
const IMPORTS = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

test('neither it nor anything that it imports knows Node', () => {
  const dist = path.join(app, 'node_modules/slipway/dist');
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    assert.doesNotMatch(text, /\b(Buffer\.|process\.|require\()/, file);
    for (const [, target = ''] of text.matchAll(IMPORTS)) {
      if (target.startsWith('.')) visit(path.join(path.dirname(file), target));
      else packages.add(target);
    }
  };
  visit(path.join(dist, 'host/browser.js'));
  visit(path.join(dist, 'core.js'));
  assert.ok(seen.size > 20, `${seen.size} modules`);
  assert.deepEqual([...packages], ['@assemblyscript/loader']);
});

test('in Chromium two cores shake hands over a cable', { skip: without('chromium') }, async (t) => {
  const url = await served(t);
  const page = await openPage(await openBrowser(t));
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.waitForFunction(() => document.title !== '');
  assert.deepEqual(complaints, []);
  assert.equal(await page.title(), 'ESTABLISHED ESTABLISHED');
});

const PAGE = `<!doctype html>
<script type="importmap">{ "imports": {
  "slipway/web": "/slipway/dist/host/browser.js",
  "slipway/core": "/slipway/dist/core.js",
  "@assemblyscript/loader": "/@assemblyscript/loader/index.js"
} }</script>
<script type="module">
import { RealClock, Station, pair, parseAddress, secretFrom } from 'slipway/web';
import octets from 'slipway/core';
const clock = new RealClock();
const [near, far] = pair(clock);
const end = (link, address) => Station.create({ module: octets, link, clock, address, secret: secretFrom() });
const [laptop, board] = [await end(near, '192.168.7.1'), await end(far, '192.168.7.2')];
for (const { driver } of [laptop, board]) driver.start();
board.core.call.listen(0, 80, 4, 0);
const handle = laptop.core.call.open(parseAddress('192.168.7.2'), 80, 0);
laptop.driver.kick();
const state = ({ core }) => core.list().find(({ table }) => table === 'connection')?.state;
const timer = setInterval(() => {
  if (state(laptop) !== 'ESTABLISHED' || state(board) !== 'ESTABLISHED') return;
  clearInterval(timer);
  document.title = state(laptop) + ' ' + state(board);
}, 10);
</script>
`;

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** The page, and node_modules of the folder that has the package. */
async function served(t: TestContext): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const file = path.join(app, 'node_modules', path.normalize(url));
    if (url === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (TYPES[path.extname(file)] === undefined || !existsSync(file)) response.writeHead(404).end();
    else response.setHeader('content-type', TYPES[path.extname(file)] ?? '').end(readFileSync(file));
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
