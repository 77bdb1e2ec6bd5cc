// What a program must not lose hold of: file descriptors and memory, as the operating system counts them.

import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Held {
  /** Open file descriptors; 0 where the system does not tell. */
  descriptors: number;
  /** Octets of the heap and of buffers beside it, behind a collection. */
  memory: number;
}

export function held(): Held {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { descriptors: countDescriptors(), memory: heapUsed + external };
}

function countDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

/** Only what nobody can reach any more may be left out of a count. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
