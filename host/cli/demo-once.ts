// One connection from SYN to CLOSED on a virtual clock: the same run each time, and no waiting for 2 MSL.
import { VirtualClock, type Socket, type Stack } from '../index.js';
import { openDemo, transitOf, type DemoOptions } from './demo.js';
import { Failure } from './failure.js';
import { moduleLine } from './module-line.js';
import { connectTo } from './ports.js';
import { print, say } from './terminal.js';
import { trace } from './trace-output.js';

/** Far enough apart that each segment has a time of its own. */
const DELAY = '5ms';
const SEED = 1;
/** The board thinks so long about a request: its ACK of our FIN goes ahead of the page, as from a board that is not so fast. */
const THINKING_MS = 50;
/** Longer than any time-out of a connection and 2 MSL together. */
const LIMIT_MS = 3_600_000;
const HTTP_PORT = 80;

export async function once(options: DemoOptions): Promise<void> {
  const clock = new VirtualClock();
  const stack = await openDemo(options, { clock, seed: SEED, delay: DELAY });
  letBoardThink(stack);
  const out = options.json === true ? say : print;
  const tracing = trace({ ...options, stack, clock, epochMs: 0, hasLadder: true, transit: transitOf(options) });
  try {
    const page = await clock.runUntil(fetchPage(stack, clock), LIMIT_MS);
    const isOver = await clock.run(() => isQuiet(stack), LIMIT_MS);
    if (!isOver)
      throw new Failure('The connection did not come to its end; report this with the command that you typed.');
    tracing.end();
    out('');
    out(summary(page));
    out(await moduleLine(stack, options.app));
  } finally {
    tracing.end();
    await stack.close(0);
  }
}

/** Fetches / and closes its own direction behind the request, so that the page arrives in FIN-WAIT-2. */
async function fetchPage(stack: Stack, clock: VirtualClock): Promise<string> {
  const socket = connectTo(stack, HTTP_PORT);
  const page = received(socket);
  // A connection that never opens is told below, once.
  page.catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', resolve);
  });
  socket.write(`GET / HTTP/1.1\r\nHost: ${stack.network.peer}\r\n\r\n`);
  // A moment later, so that the FIN is a segment of its own.
  await new Promise<void>((resolve) => clock.setTimer(1, resolve));
  socket.end();
  return page;
}

async function received(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.once('error', reject);
    socket.once('end', () => resolve(text));
  });
}

/** No connection is left at either end, TIME-WAIT included. */
function isQuiet(stack: Stack): boolean {
  const rows = [...stack.netstat(), ...(stack.board?.core.list() ?? [])];
  return rows.every((row) => row.table === 'listener');
}

/** Puts off the application's turn: it is called, but its answer comes later. */
function letBoardThink(stack: Stack): void {
  const call = stack.board?.core.call;
  const application = call?.application;
  if (call === undefined || application === undefined) return;
  let readyAt: number | undefined;
  call.application = (now) => {
    readyAt ??= now + THINKING_MS;
    if (now < readyAt) return readyAt - now;
    readyAt = undefined;
    return application(now);
  };
}

function summary(page: string): string {
  const [head = '', ...body] = page.split('\r\n\r\n');
  const [status = ''] = head.split('\r\n');
  if (!status.startsWith('HTTP/1.1 200'))
    throw new Failure(`The board answered '${status}' to GET /; run it with --app http.`);
  return `The page of ${body.join('\r\n\r\n').length} octets arrived in FIN-WAIT-2: ${status}.`;
}
