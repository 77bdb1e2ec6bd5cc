// Writes dist/core.js: the octets of build/host.wasm inside a module of JavaScript, for bundlers and pages that cannot or need
// not fetch a file of their own.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const octets = readFileSync(path.join(ROOT, 'build', 'host.wasm'));
mkdirSync(path.join(ROOT, 'dist'), { recursive: true });
writeFileSync(
  path.join(ROOT, 'dist', 'core.js'),
  `/** The octets of slipway/core.wasm. */
const octets = Uint8Array.from(atob('${octets.toString('base64')}'), (letter) => letter.charCodeAt(0));
export default octets;
`,
);
writeFileSync(
  path.join(ROOT, 'dist', 'core.d.ts'),
  `/** The octets of slipway/core.wasm, for \`Core.load(octets)\` or \`WebAssembly.compile(octets)\`. */
declare const octets: Uint8Array<ArrayBuffer>;
export default octets;
`,
);
