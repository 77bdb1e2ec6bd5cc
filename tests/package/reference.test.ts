// npm run docs:api: the reference of what the package exports, and that nothing in it is left without a sentence.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../cli/slipway.js';
import { run } from './packed.js';

test('every export has its sentence, and speaks only of what is documented too', () => {
  const typedoc = path.join(ROOT, 'node_modules/typedoc/bin/typedoc');
  const { status, stdout, stderr } = run(process.execPath, [typedoc, '--emit', 'none', '--pretty', 'false']);
  assert.equal(status, 0, stdout + stderr);
});
