// One instance of the core, bare: its calls without any layer between, and its memory. Instances are used again, run after
// run, since start() forgets everything; the rings that a run will use are filled anew, so that it never depends on the last.
import type { CoreCalls } from '../core.js';
import { loadModule } from '../modules.js';
import { PROFILES, type Profile } from './plan.js';

/** The modules of a run, by profile. */
export type Modules = Readonly<Record<Profile, WebAssembly.Module>>;

/** The modules of this package. */
export async function loadModules(): Promise<Modules> {
  const modules = await Promise.all(PROFILES.map((profile) => loadModule(profile)));
  return Object.fromEntries(PROFILES.map((profile, i) => [profile, modules[i]])) as unknown as Modules;
}

/** As many rings of each kind are filled and watched: no run holds more connections at once on one side. */
export const WATCHED = 5;
/** What the rings hold before anybody has used them. */
export const FILL = 0xa5;

export class Machine {
  readonly call: CoreCalls;
  readonly octets: Buffer;
  readonly words: Int32Array;
  readonly rx: number;
  readonly tx: number;
  readonly serialRx: number;
  readonly serialTx: number;
  readonly serialChunk: number;
  readonly mtu: number;
  readonly connections: number;
  readonly synQueue: number;
  readonly timeWaits: number;
  readonly listeners: number;
  readonly sendRing: number;
  readonly receiveRing: number;
  /** Address of the UDP exchange buffer. */
  readonly datagram: number;
  /** Address of the record; 0: none is kept. */
  readonly record: number;
  /** Where the rings of the first connection lie; the others follow. */
  readonly sendRings: number;
  readonly receiveRings: number;

  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module);
    const constant = (name: string): number => (exports[name] as WebAssembly.Global<'i32'>).value;
    const memory = exports['memory'] as WebAssembly.Memory;
    this.call = exports as unknown as CoreCalls;
    this.octets = Buffer.from(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.rx = constant('rx');
    this.tx = constant('tx');
    this.serialRx = constant('serialRx');
    this.serialTx = constant('serialTx');
    this.serialChunk = constant('serialChunk');
    this.mtu = constant('mtu');
    this.connections = constant('connections');
    this.synQueue = constant('synQueue');
    this.timeWaits = constant('timeWaits');
    this.listeners = constant('listeners');
    this.sendRing = constant('sendRing');
    this.receiveRing = constant('receiveRing');
    this.datagram = constant('datagram');
    this.record = constant('record');
    [this.sendRings, this.receiveRings] = this.#findRings();
  }

  /** Every watched ring holds the same octets again. */
  fillRings(): void {
    const count = Math.min(WATCHED, this.connections);
    this.octets.fill(FILL, this.sendRings, this.sendRings + count * this.sendRing);
    this.octets.fill(FILL, this.receiveRings, this.receiveRings + count * this.receiveRing);
  }

  /** The first connection that is opened has the first rings; an octet lies at its sequence number modulo the ring. */
  #findRings(): [number, number] {
    const { call } = this;
    call.start(0x0a000001, 1, 2, 3, 4, 0);
    const handle = call.open(0x0a000002, 1, 1);
    const info = call.info(handle) >>> 2;
    const sendNext = this.words[info + 8] ?? 0;
    const readNext = this.words[info + 12] ?? 0;
    const rings: [number, number] = [
      call.sendAt(handle) - (sendNext & (this.sendRing - 1)),
      call.receiveAt(handle) - (readNext & (this.receiveRing - 1)),
    ];
    call.abort(handle);
    return rings;
  }
}

const idle = new WeakMap<WebAssembly.Module, Machine[]>();

/** A machine that nobody uses. */
export function takeMachine(module: WebAssembly.Module): Machine {
  return idle.get(module)?.pop() ?? new Machine(module);
}

export function giveMachineBack(module: WebAssembly.Module, machine: Machine): void {
  const others = idle.get(module);
  if (others === undefined) idle.set(module, [machine]);
  else others.push(machine);
}
