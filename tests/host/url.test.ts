import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLinkUrl } from '../../host/link/url.js';
import { UsageError } from '../../host/usage-error.js';

test('a serial link has a path and a speed', () => {
  assert.deepEqual(parseLinkUrl('slip:/dev/ttyACM0'), {
    scheme: 'slip',
    path: '/dev/ttyACM0',
    baud: 115200,
    rtscts: false,
  });
  assert.deepEqual(parseLinkUrl('slip:COM3?baud=9600&rtscts'), {
    scheme: 'slip',
    path: 'COM3',
    baud: 9600,
    rtscts: true,
  });
});

test('an emulated link has an app and faults, written as people say them', () => {
  assert.deepEqual(parseLinkUrl('emulated:'), { scheme: 'emulated', app: 'http', faults: {} });
  assert.deepEqual(parseLinkUrl('emulated:?app=echo&loss=3%&delay=20ms&seed=1'), {
    scheme: 'emulated',
    app: 'echo',
    faults: { loss: 0.03, delayMs: 20, seed: 1 },
  });
  assert.deepEqual(
    parseLinkUrl('emulated:?jitter=1.5s&reorder=0.25&duplicate=100%&corrupt=0&bandwidth=115200baud&queue=3000'),
    {
      scheme: 'emulated',
      app: 'http',
      faults: { jitterMs: 1500, reorder: 0.25, duplicate: 1, corrupt: 0, bandwidth: 11520, queueOctets: 3000 },
    },
  );
  const { faults } = parseLinkUrl('emulated:?bandwidth=10Mbit') as { faults: unknown };
  assert.deepEqual(faults, { bandwidth: 1_250_000 });
});

test('octet streams and TUN devices have their own forms', () => {
  assert.deepEqual(parseLinkUrl('unix:/run/board.sock'), {
    scheme: 'stream',
    address: { path: '/run/board.sock' },
    isListening: false,
  });
  assert.deepEqual(parseLinkUrl('tcp:127.0.0.1:4000?listen'), {
    scheme: 'stream',
    address: { host: '127.0.0.1', port: 4000 },
    isListening: true,
  });
  assert.deepEqual(parseLinkUrl('tcp:[::1]:4000'), {
    scheme: 'stream',
    address: { host: '::1', port: 4000 },
    isListening: false,
  });
  assert.deepEqual(parseLinkUrl('tun:slip0?address=192.168.7.1'), {
    scheme: 'tun',
    device: 'slip0',
    address: '192.168.7.1',
    peer: undefined,
    mtu: 1500,
  });
});

const WRONG: readonly (readonly [url: string, says: RegExp])[] = [
  ['', /is not a link; write slip:/],
  ['/dev/ttyACM0', /is not a link/],
  ['serial:/dev/ttyACM0', /is not a link/],
  ['slip:', /names no serial device/],
  ['slip:/dev/ttyACM0?baud=fast', /baud 'fast' is not a whole number from 50/],
  ['slip:/dev/ttyACM0?baud=0', /baud '0'/],
  ['slip:/dev/ttyACM0?speed=9600', /no option 'speed'; its options are baud, rtscts/],
  ['slip:/dev/ttyACM0?rtscts=perhaps', /write rtscts=1 or rtscts=0/],
  ['slip:/dev/ttyACM0?baud=9600&baud=115200', /gives baud twice/],
  ['emulated:/dev/ttyACM0', /names a device/],
  ['emulated:?loss=300%', /loss '300%' is not a share; write it as 3%/],
  ['emulated:?loss=-1%', /loss '-1%'/],
  ['emulated:?delay=soon', /delay 'soon' is not a time; write it as 20ms/],
  ['emulated:?bandwidth=0', /bandwidth '0' is not a bandwidth/],
  ['emulated:?seed=x', /seed 'x' is not a whole number/],
  ['emulated:?los=3%', /no option 'los'/],
  ['unix:', /names no socket/],
  ['tcp:4000', /write tcp:127.0.0.1:4000/],
  ['tcp:host:99999', /is not a TCP address/],
  ['tun:a/b', /names no network device/],
  ['tun:slip0?mtu=12', /mtu '12' is not a whole number from 68/],
];

for (const [url, says] of WRONG) {
  test(`'${url}' is refused in one sentence that names the fix`, () => {
    assert.throws(
      () => parseLinkUrl(url),
      (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, says);
        assert.match(error.message, /^[^\n]+\.$/);
        return true;
      },
    );
  });
}
