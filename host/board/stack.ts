// The worst-case stack of an image, computed and not tried out: the compiler says how much each function uses and whom it
// calls (-fcallgraph-info=su), the disassembly says the same of a library's functions, and the deepest path is summed.
// It is a bound because the core has no recursion and no indirect calls; both are found and reported here.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Function {
  octets: number;
  calls: Set<string>;
}

export interface StackBound {
  octets: number;
  /** The functions on the deepest path, outermost first. */
  path: string[];
  /** Why the number is no bound: recursion, an indirect call, an unknown function. Empty when it is one. */
  doubts: string[];
}

export type CallGraph = Map<string, Function>;

/** Reads the compiler's call graphs beside the objects, then fills in from the image what came from a library. */
export async function callGraph(objects: string[], elf: string, objdump: string): Promise<CallGraph> {
  const graph: CallGraph = new Map();
  for (const object of objects) readCallGraph(await readFile(object.replace(/\.o$/, '.ci'), 'utf8'), graph);
  const { stdout } = await run(objdump, ['-dt', '--no-show-raw-insn', elf], { maxBuffer: 1 << 26 });
  const shown = disassembled(stdout);
  for (const [name, found] of shown) if (!graph.has(name)) graph.set(name, found);
  for (const [name, other] of aliases(stdout, shown)) if (!graph.has(name)) graph.set(name, other);
  forgetAbsent(graph, stdout);
  return graph;
}

/** The compiler notes a call of a division that it then does otherwise: what the image has not, it cannot call. */
function forgetAbsent(graph: CallGraph, text: string): void {
  const present = new Set([...text.matchAll(/^[0-9a-f]{8} .*[\s]([^\s]+)$/gm)].map(([, name]) => name));
  for (const { calls } of graph.values()) {
    for (const name of calls) if (name !== '__indirect_call' && !present.has(functionName(name))) calls.delete(name);
  }
}

/** A library function may have several names (__aeabi_uidiv, __udivsi3), of which the disassembly shows one. */
function aliases(text: string, shown: CallGraph): CallGraph {
  const symbols = [...text.matchAll(/^([0-9a-f]{8}) .{7} \.\w+\t[0-9a-f]{8} (?:\.hidden )?(\S+)$/gm)];
  const byAddress = new Map<string, Function>();
  for (const [, address, name] of symbols) {
    const found = shown.get(name ?? '');
    if (found) byAddress.set(address ?? '', found);
  }
  const graph: CallGraph = new Map();
  for (const [, address, name] of symbols) {
    const found = byAddress.get(address ?? '');
    if (found) graph.set(name ?? '', found);
  }
  return graph;
}

/** One .ci file, in the VCG language: a node with octets for each function defined, an edge for each call. */
export function readCallGraph(text: string, graph: CallGraph): void {
  for (const [, name, octets] of text.matchAll(
    /^node: \{ title: "([^"]+)" label: "[^"]*?(\d+) bytes \((?:static|dynamic,bounded)\)/gm,
  )) {
    graph.set(name ?? '', { octets: Number(octets), calls: new Set() });
  }
  for (const [, from, to] of text.matchAll(/^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/gm)) {
    graph.get(from ?? '')?.calls.add(to ?? '');
  }
}

/** What objdump -d shows of each function: registers pushed, the stack pointer moved, the functions branched to. */
function disassembled(text: string): CallGraph {
  const graph: CallGraph = new Map();
  for (const block of text.split(/\n\n/)) {
    const name = /^[0-9a-f]+ <([^>]+)>:/m.exec(block)?.[1];
    if (name === undefined) continue;
    const pushed = [...block.matchAll(/\t(?:push|stmdb\tsp!,|stmfd\tsp!,)(?:\.w)?\s*\{([^}]*)\}/g)].map(
      ([, list]) => 4 * registers(list ?? ''),
    );
    const moved = [...block.matchAll(/\t(?:sub(?:\.w|w)?\tsp, (?:sp, )?#(\d+)|addi\tsp,sp,-(\d+))/g)].map(
      ([, arm, riscv]) => Number(arm ?? riscv),
    );
    const octets = [...pushed, ...moved].reduce((sum, one) => sum + one, 0);
    const calls = [...block.matchAll(/\t(?:bl?|b\.\w|jal|j|call|tail)(?:\.w|\.n)?\t(?:ra,)?[0-9a-f]+ <([^>+]+)>/g)].map(
      ([, to]) => to ?? '',
    );
    graph.set(name, { octets, calls: new Set(calls.filter((to) => to !== name)) });
  }
  return graph;
}

/** How many registers {r4, r5, r7-r9, lr} names. */
function registers(list: string): number {
  return list.split(',').reduce((count, word) => {
    const [, first, last] = /r(\d+)-r(\d+)/.exec(word) ?? [];
    return count + (first === undefined ? 1 : Number(last) - Number(first) + 1);
  }, 0);
}

/** A static function's name carries its file in front. */
export function functionName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

/** The deepest path from `root` down. */
export function deepest(graph: CallGraph, root: string): StackBound {
  const known = new Map<string, StackBound>();
  const doubts = new Set<string>();
  const visit = (name: string, above: string[]): StackBound => {
    const done = known.get(name);
    if (done) return done;
    const one = graph.get(name) ?? graph.get(functionName(name));
    if (!one) {
      doubts.add(
        name === '__indirect_call'
          ? `${functionName(above.at(-1) ?? '')} calls through a pointer`
          : `${name} is unknown`,
      );
      return { octets: 0, path: [name], doubts: [] };
    }
    if (above.includes(name)) {
      doubts.add(`${functionName(name)} is recursive`);
      return { octets: 0, path: [], doubts: [] };
    }
    const below = [...one.calls].map((callee) => visit(callee, [...above, name]));
    const worst = below.reduce((a, b) => (b.octets > a.octets ? b : a), { octets: 0, path: [], doubts: [] });
    const bound = { octets: one.octets + worst.octets, path: [functionName(name), ...worst.path], doubts: [] };
    known.set(name, bound);
    return bound;
  };
  return { ...visit(root, []), doubts: [...doubts] };
}
