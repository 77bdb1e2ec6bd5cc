import { createHash } from 'node:crypto';
import { RealClock, VirtualClock } from '../../host/clock.js';
import type { Configuration } from '../../host/configuration.js';
import { EmulatedCable, type EmulatedOptions } from '../../host/link/emulated.js';
import { loadModule } from '../../host/modules.js';
import { secretFrom } from '../../host/random.js';
import { Stack } from '../../host/stack.js';

/** Two stacks and the cable between them. `far` is where tests listen. */
export interface Stacks<C> {
  clock: C;
  cable: EmulatedCable;
  near: Stack;
  far: Stack;
  close(): Promise<void>;
}

export interface StacksOptions extends EmulatedOptions {
  configuration?: Configuration;
  /** The module at the far end; default 'host'. */
  farModule?: string;
}

export const NEAR = '192.168.7.1';
export const FAR = '192.168.7.2';

/** On a clock that only a test moves. */
export async function virtualStacks(options: StacksOptions = {}): Promise<Stacks<VirtualClock>> {
  const clock = new VirtualClock(1000);
  const stacks = await makeStacks(clock, options);
  const close = async (): Promise<void> => {
    await clock.runUntil(Promise.all([stacks.near.close(), stacks.far.close()]));
  };
  return { ...stacks, clock, close };
}

/** In real time, without delay. */
export async function realStacks(options: StacksOptions = {}): Promise<Stacks<RealClock>> {
  const clock = new RealClock();
  const stacks = await makeStacks(clock, options);
  const close = async (): Promise<void> => {
    await Promise.all([stacks.near.close(500), stacks.far.close(500)]);
  };
  return { ...stacks, clock, close };
}

async function makeStacks<C extends VirtualClock | RealClock>(
  clock: C,
  { configuration = {}, farModule = 'host', ...link }: StacksOptions,
): Promise<Omit<Stacks<C>, 'close' | 'clock'>> {
  const cable = new EmulatedCable(clock, link);
  const seed = link.seed ?? 1;
  const make = async (
    name: string,
    end: EmulatedCable['a'],
    address: string,
    peer: string,
    salt: number,
  ): Promise<Stack> =>
    Stack.create({
      module: await loadModule(name),
      link: end,
      clock,
      address,
      peer,
      secret: secretFrom(seed * 2 + salt),
      configuration,
    });
  const near = await make('host', cable.a, NEAR, FAR, 0);
  const far = await make(farModule, cable.b, FAR, NEAR, 1);
  return { cable, near, far };
}

/** What a board's /bytes/N answers: octet i is the low 8 bits of i ^ (i >>> 8) ^ (i >>> 16). */
export function pattern(length: number): Buffer {
  const octets = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index++) octets[index] = (index ^ (index >>> 8) ^ (index >>> 16)) & 255;
  return octets;
}

export function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}
