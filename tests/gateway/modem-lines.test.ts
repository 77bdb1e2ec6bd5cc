// DTR and RTS, which reset many boards: left alone unless the URL says otherwise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLink, parseLinkUrl } from '../../host/index.js';
import { openTerminal } from '../../host/link/serial.js';
import { ptyPair, withoutSocat } from '../host/pty.js';

test('the URL sets them, one by one, or says nothing of them', () => {
  const line = { scheme: 'slip', path: '/dev/x', baud: 115_200, rtscts: false };
  assert.deepEqual(parseLinkUrl('slip:/dev/x'), line);
  assert.deepEqual(parseLinkUrl('slip:/dev/x?dtr=0'), { ...line, dtr: false });
  assert.deepEqual(parseLinkUrl('slip:/dev/x?dtr=1&rts=0'), { ...line, dtr: true, rts: false });
  assert.throws(() => parseLinkUrl('slip:/dev/x?dtr=low'), /write dtr=1 or dtr=0/);
});

test('a device without such lines says so and is given back', { skip: withoutSocat }, async (t) => {
  const cable = await ptyPair();
  t.after(() => cable.remove());
  const [path] = cable.paths;
  const spec = parseLinkUrl(`slip:${path}?dtr=0`);
  assert.ok(spec.scheme === 'slip');
  await assert.rejects(
    openLink(spec),
    /^Error: The serial device .* has no DTR and RTS that could be set; leave out dtr and rts\.$/,
  );
  await assert.rejects(openTerminal(path, spec), /needs the package serialport/);
  const link = await openLink({ scheme: 'slip', path, baud: 115_200, rtscts: false });
  await link.close();
});
