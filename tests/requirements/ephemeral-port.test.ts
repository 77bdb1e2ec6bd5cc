import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Core } from '../../host/core.js';
import { loadModule } from '../../host/modules.js';

const LOCAL = 0xc0a80001;
const REMOTE = 0xc0000201;

const core = await Core.load(await loadModule('host'));

/** Local ports of so many active opens to one server, each aborted before the next. */
function ports(secret: number, count: number): number[] {
  core.call.start(LOCAL, secret, 2, 3, 4, 1000);
  return Array.from({ length: count }, (_, index) => {
    const handle = core.call.open(REMOTE, 80, 0);
    assert.ok(handle > 0, `open() answers ${handle}`);
    const port = core.info(handle)?.localPort ?? 0;
    core.call.abort(handle);
    core.call.output(1001 + index);
    return port;
  });
}

test('RFC 6056 section 3.2: an ephemeral port is none of the well-known ones', () => {
  for (const port of ports(1, 200)) assert.ok(port >= 1024 && port <= 65535, String(port));
});

test('RFC 6056 section 3.3: the next ephemeral port does not follow from the last', () => {
  const seen = ports(1, 200);
  const steps = new Set(seen.slice(1).map((port, index) => port - (seen[index] as number)));
  assert.ok(steps.size > 100, `${steps.size} different steps in 200 opens`);
  assert.ok(new Set(seen).size > 190, 'ports come again too soon');
});

test('RFC 6056 section 3.3: another secret gives other ports', () => {
  assert.notDeepEqual(ports(1, 20), ports(2, 20));
});
