// One run: a plan in, what was found out.
import { InvariantFailure } from './failure.js';
import { INVARIANTS } from './invariants/index.js';
import { giveMachineBack, type Modules, takeMachine } from './machine.js';
import type { Invariant } from './observer.js';
import type { Plan, WireFault } from './plan.js';
import type { Spectator } from './network.js';
import { World } from './world.js';

export interface RunResult {
  /** Undefined: everything held. */
  failure: { invariant: string; message: string } | undefined;
  /** ms that passed in the world. */
  time: number;
  steps: number;
  datagrams: number;
  octets: number;
  faults: WireFault[];
}

/** `watchers`: who looks on beside the invariants. */
export function run(
  plan: Plan,
  modules: Modules,
  spectator?: Spectator,
  watchers: readonly Invariant[] = [],
): RunResult {
  const machines = plan.stations.map(({ profile }) => takeMachine(modules[profile]));
  const world = new World(plan, machines, [...watchers, ...INVARIANTS], spectator);
  const failure = failureOf(world);
  // A machine that has trapped is of no use any more.
  if (failure?.invariant !== 'no-trap') {
    for (const [i, { profile }] of plan.stations.entries()) {
      const machine = machines[i];
      if (machine !== undefined) giveMachineBack(modules[profile], machine);
    }
  }
  return {
    failure,
    time: world.time,
    steps: world.steps,
    datagrams: world.datagrams,
    octets: world.conversations.reduce((all, { sides }) => all + sides[0].received + sides[1].received, 0),
    faults: world.network.wires.flatMap(({ happened }) => happened),
  };
}

function failureOf(world: World): RunResult['failure'] {
  try {
    world.run();
    return undefined;
  } catch (error) {
    if (error instanceof InvariantFailure) {
      return { invariant: error.invariant, message: `${error.message} (at ${(world.time / 1000).toFixed(3)} s)` };
    }
    if (error instanceof WebAssembly.RuntimeError)
      return { invariant: 'no-trap', message: `the core trapped: ${error.stack}` };
    throw error;
  }
}
