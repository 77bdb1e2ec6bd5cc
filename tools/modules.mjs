// The modules that this project builds: a profile of asconfig.json, and what runs beside the core in it.
// The board's own programs (boards/) build further profiles from their board.json through compile() of compile-wasm.mjs.

/** @typedef {{ name: string, target: string, entry: string }} Module */

/** @type {readonly Module[]} */
export const MODULES = [
  { name: 'micro', target: 'micro', entry: 'assembly/index.ts' },
  { name: 'board', target: 'board', entry: 'assembly/index.ts' },
  { name: 'host', target: 'host', entry: 'assembly/index.ts' },
  { name: 'board-http', target: 'board', entry: 'assembly/apps/http.ts' },
  { name: 'board-echo', target: 'board', entry: 'assembly/apps/echo.ts' },
  { name: 'micro-http', target: 'micro', entry: 'assembly/apps/http.ts' },
  { name: 'micro-echo', target: 'micro', entry: 'assembly/apps/echo.ts' },
];
