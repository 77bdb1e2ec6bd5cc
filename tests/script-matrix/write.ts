import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matrix } from './matrix.js';

// Writes the scripts of the matrix: `npx tsx tests/script-matrix/write.ts`. tests/scripts.test.ts sees that they are as
// this would write them.
const folder = fileURLToPath(new URL('../scripts/segment-arrives/', import.meta.url));
const scripts = matrix();
for (const [path, text] of scripts) {
  mkdirSync(dirname(folder + path), { recursive: true });
  writeFileSync(folder + path, text);
}
console.log(`${scripts.size} scripts written`);
