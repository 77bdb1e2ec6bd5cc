import type { TestContext } from 'node:test';
import { type Stacks, realStacks } from '../host/stacks.js';

/** Two stacks, gone after the test whatever is still open: its connections have been looked at by then. */
export async function stacksFor(t: TestContext): Promise<Stacks<unknown>> {
  const stacks = await realStacks();
  t.after(() => Promise.all([stacks.near.close(0), stacks.far.close(0)]));
  return stacks;
}
