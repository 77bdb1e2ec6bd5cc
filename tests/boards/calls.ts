// A recording of every call that the simulator makes of one core, with the octets that it writes before the call. Whoever
// makes the same calls of the same module as C must get the same results, and find the same octets where the host looks.

import { Machine } from '../../host/simulator/machine.js';
import { InfoAt } from '../../assembly/numbers.js';

/** In place of an address or a length: the call's own result. */
const RESULT = 0xffffffff;

/** Octets of linear memory. */
interface Stretch {
  at: number;
  length: number;
}

type Call = (...values: number[]) => number | undefined;

/** A machine of the simulator that writes down what it is asked and what it answers. */
export class RecordedMachine extends Machine {
  /** What call-player.c reads: words and octets, in host order. */
  asked: Buffer[] = [];
  /** What it must then write. */
  answered: Buffer[] = [];
  /** Where the host was told to write, and to read. */
  private sendsAt = 0;
  private receivesAt = 0;

  constructor(module: WebAssembly.Module) {
    super(module);
    const { octets } = this;
    const recorded = functionsOf(module).map((name, number) => {
      const call = (this.call as unknown as Record<string, Call>)[name] as Call;
      return [name, (...values: number[]) => this.written(number, name, call, values, octets)] as const;
    });
    Object.defineProperty(this, 'call', { value: Object.fromEntries(recorded) });
  }

  private written(number: number, name: string, call: Call, values: number[], octets: Buffer): number | undefined {
    const given = this.given(name, values);
    const read = name === 'receive' ? { at: this.receivesAt, length: values[1] ?? 0 } : { at: 0, length: 0 };
    const shown = this.shown(name);
    const head = [
      number,
      values.length,
      ...values,
      given.at,
      given.length,
      read.at,
      read.length,
      shown.at,
      shown.length,
    ];
    this.asked.push(words(head), Buffer.from(octets.subarray(given.at, given.at + given.length)));
    this.answered.push(Buffer.from(octets.subarray(read.at, read.at + read.length)));
    const result = call(...values);
    this.answered.push(words([result ?? 0]));
    if (name === 'sendAt') this.sendsAt = result ?? 0;
    if (name === 'receiveAt') this.receivesAt = result ?? 0;
    if (result !== undefined && result > 0 && shown.length > 0) {
      const at = shown.at === RESULT ? result : shown.at;
      const length = shown.length === RESULT ? result : shown.length;
      this.answered.push(Buffer.from(octets.subarray(at, at + length)));
    }
    return result;
  }

  /** What the host has written for this call to take. */
  private given(name: string, [first = 0, second = 0]: number[]): Stretch {
    if (name === 'input') return { at: this.rx, length: first };
    if (name === 'serialInput') return { at: this.serialRx, length: first };
    if (name === 'send') return { at: this.sendsAt, length: second };
    return { at: 0, length: 0 };
  }

  /** What the host looks at when the call has answered. */
  private shown(name: string): Stretch {
    if (name === 'output') return { at: this.tx, length: RESULT };
    if (name === 'serialOutput') return { at: this.serialTx, length: RESULT };
    if (name === 'info' || name === 'list') return { at: RESULT, length: InfoAt.OCTETS };
    return { at: 0, length: 0 };
  }
}

/** The module's functions; a recording names them by their place here. */
export function functionsOf(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name);
}

function words(values: number[]): Buffer {
  const buffer = Buffer.allocUnsafe(4 * values.length);
  values.forEach((value, i) => buffer.writeInt32LE(value | 0, 4 * i));
  return buffer;
}
