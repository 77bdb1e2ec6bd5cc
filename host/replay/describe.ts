// A step in a line: 'step 812, 3.214 s, board: serialOutput(8214) = 60'.

import type { Entry } from './format.js';
import { describeCall, type Replayer } from './replayer.js';

export function describeEntry(entry: Entry, { stations }: Pick<Replayer, 'stations'>): string {
  const time = `step ${entry.step}, ${(entry.time / 1000).toFixed(3)} s`;
  const end = entry.type === 'note' ? undefined : (stations[entry.station]?.name ?? '?');
  switch (entry.type) {
    case 'note':
      return `${time}: ${entry.text}`;
    case 'fault':
      return `${time}, the cable: ${entry.fault}, ${entry.frame.length} octets from the ${end}`;
    case 'call':
      return `${time}, ${end}: ${describeCall(entry)} ${entry.result === undefined ? 'trapped' : `= ${entry.result}`}`;
  }
}
