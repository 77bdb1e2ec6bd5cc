import { type Case, render } from './case.js';
import { closed, listening, synReceived, synSent } from './opening-states.js';
import { CLOSED, HALF_OPEN, LISTENING, type StartState, SYN_SENT, SYNCHRONIZED, WAITING } from './states.js';
import { sequenceAndControl, textAndFin, timeWait } from './synchronized-states.js';

/** Every script of the matrix, by its path below tests/scripts/segment-arrives. */
export function matrix(): Map<string, string> {
  const scripts = new Map<string, string>();
  const add = (state: StartState, cases: readonly Case[]): void => {
    for (const each of cases) {
      const { path, text } = render(state, each);
      if (scripts.has(path)) throw new Error(`Two scripts are called ${path}; give one another name.`);
      scripts.set(path, text);
    }
  };
  add(CLOSED, closed);
  add(LISTENING, listening);
  add(SYN_SENT, synSent);
  add(HALF_OPEN, synReceived(HALF_OPEN));
  for (const state of SYNCHRONIZED) add(state, [...sequenceAndControl(state), ...textAndFin(state)]);
  add(WAITING, timeWait(WAITING));
  return scripts;
}
