// Who may import whom in assembly/: design in ARCHITECTURE.md. A file may import what stands lower, or beside it in the
// same layer; never what stands higher, and never round in a circle.

/** From the bottom up. Each file of assembly/ belongs to the first layer that names it. */
export const LAYERS: readonly { name: string; holds: readonly RegExp[] }[] = [
  { name: 'numbers', holds: [/^(numbers|sizes|sequence|runtime|no-allocator)\.ts$/] },
  { name: 'memory', holds: [/^(memory-map|stack|counters|random|handles|record)\.ts$/] },
  { name: 'wire', holds: [/^wire\//] },
  { name: 'storage', holds: [/^storage\//] },
  { name: 'the slot for ICMP', holds: [/^ip\/icmp-slot\.ts$/] },
  { name: 'utility rooms of tcp', holds: [/^tcp\/(?!input\.|turn\.)[^/]+\.ts$/] },
  { name: 'event rooms of tcp', holds: [/^tcp\/[^/]+\//] },
  { name: 'doors of tcp, ip, udp', holds: [/^tcp\//, /^ip\//, /^udp\//] },
  { name: 'core', holds: [/^(core|configure)\.ts$/] },
  { name: 'ABI', holds: [/^index\.ts$/] },
  { name: 'apps', holds: [/^apps\//] },
];

const EVENT_ROOM = /^tcp\/(segment-arrives|timeouts|user-calls)\//;

/** The rank of a file, its path relative to assembly/. */
export function layerOf(file: string): number {
  const layer = LAYERS.findIndex(({ holds }) => holds.some((pattern) => pattern.test(file)));
  if (layer < 0) throw new Error(`assembly/${file} belongs to no layer: name it in tests/tidy/imports.ts.`);
  return layer;
}

/** Why `from` must not import `to`; undefined when it may. */
export function objection(from: string, to: string): string | undefined {
  if (layerOf(to) > layerOf(from)) return `${from} (${nameOf(from)}) imports upwards: ${to} (${nameOf(to)})`;
  const rooms = [from, to].map((file) => EVENT_ROOM.exec(file)?.[1]);
  if (rooms[0] && rooms[1] && rooms[0] !== rooms[1]) return `${from} imports another event room: ${to}`;
  return undefined;
}

const nameOf = (file: string) => LAYERS[layerOf(file)]?.name;

/** The files of one circle of imports; empty when there is none. */
export function circle(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    done.add(file);
    for (const next of imports.get(file) ?? []) {
      const found = walk(next, [...path, file]);
      if (found.length > 0) return found;
    }
    return [];
  };
  for (const file of imports.keys()) {
    const found = walk(file, []);
    if (found.length > 0) return found;
  }
  return [];
}
