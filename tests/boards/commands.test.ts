import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { boardNames, readBoard } from '../../host/board/board.js';
import { hasReadyImage } from '../../host/board/ready-images.js';
import { encodeSlip } from '../../host/gateway/slip.js';
import { build, folder, slipway, start } from '../cli/slipway.js';
import { missing } from './missing.js';

before(build);

const MISUSES: readonly (readonly [args: string[], says: RegExp])[] = [
  [['build'], /--board/],
  [['build', '--board', 'uno'], /no board 'uno'; choose one of .*pico/],
  [['run', '--board', 'uno'], /no board 'uno'/],
  [['flash', '--board', 'uno'], /no board 'uno'/],
  [['run', '--board', 'native', '--forward', 'web'], /'web' is not a forward; write .* 8080:80/],
  [['monitor'], /No port is named; give --port/],
  [['monitor', '--link', 'emulated:'], /no board's line/],
  [['export'], /folder/],
  [['export', 'somewhere', '--app', 'ftp'], /no module of profile 'board' with the app 'ftp'/],
];

for (const [args, says] of MISUSES) {
  test(`slipway ${args.join(' ')}: exit 2 and one sentence`, () => {
    const { status, stdout, stderr } = slipway(args);
    assert.match(stderr, says);
    assert.match(stderr, /^[A-Z'][^\n]*[.?]\n$/, 'one line, with a beginning and an end');
    assert.equal(status, 2);
    assert.equal(stdout, '');
  });
}

test('slipway boards lists every board, and says of each how it was tested', async () => {
  const { status, stdout } = slipway(['boards']);
  assert.equal(status, 0);
  const lines = stdout.trim().split('\n').slice(1);
  assert.deepEqual(
    lines.map((line) => line.split(/\s/)[0]),
    await boardNames(),
  );
  for (const line of lines) assert.match(line, /in QEMU|rp2040js|on Linux/);
});

test('slipway monitor shows the log and the datagrams of a line, and what is neither', async (t) => {
  const path = join(folder(t), 'line');
  const ping = Buffer.from([0x45, 0, 0, 20, 0, 0, 0, 0, 64, 1, 0x6f, 0x90, 192, 168, 7, 2, 192, 168, 7, 1]);
  const server = createServer((socket) => {
    socket.write(Buffer.concat([Buffer.from('rom\xc0\nslipway on pico\n\xc0\xc0', 'latin1'), encodeSlip(ping)]));
  });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const running = start(t, ['monitor', '--link', `unix:${path}`]);
  await running.says(/^noise: rom$/m);
  await running.says(/^slipway on pico$/m);
  await running.says(/^datagram of 20 octets/m);
  assert.equal(await running.stop(), 0);
});

test('slipway flash --ready takes no other app than the image has, and says when there is no image', async (t) => {
  const other = slipway(['flash', '--board', 'pico', '--ready', '--app', 'echo']);
  assert.match(other.stderr, /^The ready image of pico runs http; leave out --ready to build echo\.\n$/);
  assert.equal(other.status, 2);
  if (hasReadyImage(await readBoard('pico'))) return t.skip('npm run images has been here');
  const none = slipway(['flash', '--board', 'pico', '--ready']);
  assert.match(
    none.stderr,
    /^There is no ready image of pico at .*: install slipway from its package, or run npm run images\.\n$/,
  );
  assert.equal(none.status, 1);
});

test('slipway build prints the build id that is the beginning of the module hash, and what the image takes', async (t) => {
  const reason = await missing('stm32f405');
  if (reason) return t.skip(reason);
  const { status, stdout } = slipway(['build', '--board', 'stm32f405', '--app', 'echo'], {
    timeoutMs: 280_000, // it compiles, perhaps beside everything else
  });
  assert.equal(status, 0);
  const [, sha256, id] = /^module ([0-9a-f]{64})\nbuild {2}([0-9a-f]{16})$/m.exec(stdout) ?? [];
  assert.equal(sha256?.slice(0, 16), id);
  assert.match(stdout, /^flash +[\d,]+ {2}of 1,048,576$/m);
  assert.match(stdout, /^static RAM +[\d,]+ {2}of 131,072/m);
  assert.match(stdout, /^stack +2,048 {2}reserved, of which [\d,]+ are used at worst$/m);
  assert.doesNotMatch(stdout, /no bound/);
});

test('slipway build --app with an app that is none says which there are', async (t) => {
  const reason = await missing('native');
  if (reason) return t.skip(reason);
  const { status, stderr } = slipway(['build', '--board', 'native', '--app', 'ftp']);
  assert.match(stderr, /no app 'ftp' for native; use http or echo/);
  assert.equal(status, 2);
});
