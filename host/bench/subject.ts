// A stack under the peer: this project's core as it ships, another stack's module, or the floor. The peer is a module too
// and calls the stack's exports itself; what crosses from JavaScript is one call for some thousand rounds.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { modulePath } from '../modules.js';
import { COUNT, counting } from './instrument.js';

/** What host/bench/assembly/cases.ts exports. */
export interface Peer {
  prepare(rx: number, tx: number, connections: number, text: number): void;
  assume(rx: number, tx: number, text: number): void;
  strict(is: number): void;
  spoil(is: number): void;
  layChunk(serialRx: number, chunk: number, isEscaped: number): void;
  receive(rounds: number): void;
  receiveAndSleep(rounds: number): void;
  send(rounds: number, octets: number): void;
  sendFramed(rounds: number, octets: number): void;
  openAndClose(rounds: number): void;
  syn(rounds: number): void;
  synAndReset(rounds: number): void;
  noConnection(rounds: number): void;
  decode(rounds: number, isEscaped: number): void;
  fillSynQueue(entries: number): void;
  receiveAmidFlood(rounds: number): void;
  receiveNothing(rounds: number): void;
  offer(): number;
  check(length: number): void;
  time(): number;
  handle(): number;
}

export type Kind = 'slipway' | 'lwIP' | 'floor';

export interface Subject {
  kind: Kind;
  profile: string;
  sha256: string;
  exports: StackExports;
  peer: Peer;
  /** Where datagrams come and go. */
  rx: number;
  tx: number;
  /** In a counting copy: instructions executed in the stack since it was instantiated, function by function. */
  counts(): number[];
}

export type StackExports = Record<string, WebAssembly.ExportValue> & { memory: WebAssembly.Memory };

/** A module to make subjects of. */
export interface SubjectModule {
  kind: Kind;
  profile: string;
  wasm: Uint8Array<ArrayBuffer>;
  sha256: string;
}

export interface SubjectOptions extends SubjectModule {
  /** A copy that counts what it executes, for exact figures; it is of no use for times. */
  isCounting?: boolean;
}

export function subjectModule(kind: Kind, profile: string, wasm: Uint8Array<ArrayBuffer>): SubjectModule {
  return { kind, profile, wasm, sha256: createHash('sha256').update(wasm).digest('hex') };
}

export async function createSubject({
  kind,
  profile,
  wasm,
  sha256,
  isCounting = false,
}: SubjectOptions): Promise<Subject> {
  const { instance } = await WebAssembly.instantiate(isCounting ? counting(wasm) : wasm);
  const exports = instance.exports as StackExports;
  const imports = { env: { memory: exports.memory }, core: exports, stack: exports };
  const peerModule = await peerOf(kind);
  const peer = (await WebAssembly.instantiate(peerModule, imports)).exports as unknown as Peer;
  const counters = Object.keys(exports)
    .filter((name) => name.startsWith(COUNT))
    .map((name) => exports[name] as WebAssembly.Global<'i64'>);
  const counts = (): number[] => counters.map(({ value }) => Number(value));
  return { kind, profile, sha256, exports, peer, ...buffersOf(kind, exports), counts };
}

/** A number that the stack's module tells: an exported constant. */
export function constant(subject: Subject, name: string): number {
  return (subject.exports[name] as WebAssembly.Global<'i32'>).value;
}

/** A function of the stack's module. */
export function call(subject: Subject, name: string, ...numbers: number[]): number {
  return (subject.exports[name] as (...numbers: number[]) => number)(...numbers);
}

function buffersOf(kind: Kind, exports: StackExports): { rx: number; tx: number } {
  if (kind === 'slipway') {
    const at = (name: string): number => (exports[name] as WebAssembly.Global<'i32'>).value;
    return { rx: at('rx'), tx: at('tx') };
  }
  const at = (name: string): number => (exports[name] as () => number)();
  return { rx: at('stack_rx'), tx: at('stack_tx') };
}

const peers = new Map<string, Promise<WebAssembly.Module>>();

function peerOf(kind: Kind): Promise<WebAssembly.Module> {
  const name = kind === 'slipway' ? 'bench-peer' : 'bench-other-peer';
  const peer = peers.get(name) ?? readBuilt(name).then((wasm) => WebAssembly.compile(wasm));
  peers.set(name, peer);
  return peer;
}

/** A module that the build has left in build/. */
export async function readBuilt(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const octets = await readFile(modulePath(name)).catch((error: unknown) => {
    throw new Error(`The module build/${name}.wasm is missing; run 'npm run build:wasm' to build it.`, {
      cause: error,
    });
  });
  return new Uint8Array(octets);
}
