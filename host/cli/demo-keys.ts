import { fstatSync } from 'node:fs';
import type { Stack } from '../index.js';
import type { Forward } from '../gateway/forward.js';

export interface Keys {
  /** Resolves when the user quits. */
  quit: Promise<void>;
  stop(): void;
}

/** Single keys from a terminal, or from a pipe by whoever drives the demo with a script. */
export function listenForKeys(stack: Stack, forward: Forward, out: (line: string) => void): Keys {
  const { stdin } = process;
  if (!stdin.isTTY && !isPipe()) return { quit: new Promise(() => undefined), stop: () => undefined };
  if (stdin.isTTY) {
    stdin.setRawMode(true);
    out('Keys: d drops the next segment, h half closes, p pulls or plugs the cable, q quits.');
  }
  let onKeys: (octets: Buffer) => void = () => undefined;
  const quit = new Promise<void>((resolve) => {
    onKeys = (octets) => {
      for (const key of octets.toString('latin1')) {
        const answer = press(key, stack, forward);
        if (answer === 'quit') resolve();
        else if (answer !== undefined) out(answer);
      }
    };
  });
  stdin.on('data', onKeys);
  stdin.on('error', () => undefined);
  // Keys alone are no reason to stay.
  stdin.unref();
  return {
    quit,
    stop() {
      stdin.off('data', onKeys).pause();
      if (stdin.isTTY) stdin.setRawMode(false);
    },
  };
}

/** In raw mode Ctrl-C is a key like any other. */
const CTRL_C = '\u0003';

function press(key: string, stack: Stack, forward: Forward): string | undefined {
  const { cable } = stack;
  switch (key) {
    case 'd':
      cable?.dropNext();
      return 'The next segment of each end will be lost.';
    case 'h':
      return forward.halfClose() ? 'The laptop half closes: FIN.' : 'No connection is open that could be half closed.';
    case 'p':
      if (cable?.isCut === true) {
        cable.plug();
        return 'The cable is plugged in again.';
      }
      cable?.cut();
      return 'The cable is pulled: p plugs it in again.';
    case 'q':
    case CTRL_C:
      return 'quit';
    default:
      return undefined;
  }
}

function isPipe(): boolean {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isSocket();
  } catch {
    return false;
  }
}
