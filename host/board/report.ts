// What a build cost, as a table for people.

import type { BoardBuild } from './build.js';

const grouped = (octets: number): string => octets.toLocaleString('en-GB');

/** The lines that `slipway build` prints. */
export function report({ board, module, buildId, images, memory }: BoardBuild): string[] {
  const files = Object.values(images);
  const head = [`${board.name}  ${board.mcu}, ${board.core}`, `module ${module.sha256}`, `build  ${buildId}`];
  if (!memory) return [...head, ...files];
  const { flash, ram, octets } = {
    flash: board.flash?.octets ?? 0,
    ram: board.ram?.octets ?? 0,
    octets: memory.stack.octets,
  };
  const rows: [string, number, string][] = [
    ['flash', memory.flash, `of ${grouped(flash)}`],
    ['static RAM', memory.ram, `of ${grouped(ram)}, linear memory of ${grouped(module.heapBase)} in it`],
    ['stack', board.stack, `reserved, of which ${grouped(octets)} are used at worst`],
    ['spare RAM', memory.spare, ''],
    ['per connection', memory.perConnection, 'send and receive ring'],
  ];
  const lines = rows.map(([name, value, note]) => `${name.padEnd(15)}${grouped(value).padStart(9)}  ${note}`.trimEnd());
  const doubts = memory.stack.doubts.map((doubt) => `The stack's worst case is no bound: ${doubt}.`);
  return [...head, ...lines, ...doubts, ...files];
}
