// The demo on a real clock: a local port that leads to the emulated board, a live ladder, and keys to play with.
import { RealClock, type Stack } from '../index.js';
import { parseWhole } from '../link/quantities.js';
import type { Forward } from '../gateway/forward.js';
import { openDemo, transitOf, type DemoOptions } from './demo.js';
import { listenForKeys } from './demo-keys.js';
import { trapped } from './forward.js';
import { interrupted } from './interrupt.js';
import { moduleLine } from './module-line.js';
import { forwardPort } from './ports.js';
import { showLink } from './show-link.js';
import { print, say } from './terminal.js';
import { trace } from './trace-output.js';

const APP_PORTS: Readonly<Record<string, number>> = { http: 80, echo: 7 };
const HTTP_PORT = 80;

export async function live(options: DemoOptions): Promise<void> {
  const local = options.port === undefined ? undefined : parseWhole(options.port, 'The port', 1, 65_535);
  const clock = new RealClock();
  const out = options.json === true ? say : print;
  const stack = await openDemo(options, { clock });
  let forward: Forward | undefined;
  try {
    const boardPort = APP_PORTS[options.app] ?? HTTP_PORT;
    forward = await forwardPort(stack, boardPort, local);
    const stop = interrupted();
    const hide = await showLink({ stack, link: 'emulated:', command: 'demo', clock });
    const keys = listenForKeys(stack, forward, out);
    // Nobody knows the port before this, and everything that passes from here on is traced.
    out(where(forward, options.app));
    const tracing = trace({
      ...options,
      stack,
      clock,
      epochMs: Date.now(),
      hasLadder: true,
      transit: transitOf(options),
    });
    await Promise.race([stop, keys.quit, trapped(stack)]);
    keys.stop();
    await hide();
    await forward.close();
    await stack.close();
    tracing.end();
    for (const line of faults(stack)) out(line);
    out(await moduleLine(stack, options.app));
  } finally {
    await forward?.close(0);
    await stack.close(0);
  }
}

function where({ host, port }: Forward, app: string): string {
  const address = `${host}:${port}`;
  return app === 'http' ? `The board is at http://${address}/` : `The board's ${app} is at ${address}`;
}

/** What the cable did on purpose, and what that cost. */
function faults(stack: Stack): string[] {
  const done = Object.entries(stack.cable?.counts ?? {}).filter(([, count]) => count > 0);
  if (done.length === 0) return [];
  const resent = [stack.core, stack.board?.core].reduce(
    (sum, core) => sum + Number(core?.counters()['retransmissions'] ?? 0),
    0,
  );
  return [`The cable: ${done.map(([fault, count]) => `${count} ${fault}`).join(', ')}; segments sent again: ${resent}`];
}
