import { createServer } from 'node:net';

/** Below what systems give out by themselves, so that no connection of another program takes it between here and its use. */
const FIRST = 10_000;
const COUNT = 20_000;
/** Test files run in processes of their own: each begins elsewhere. */
let next = (process.pid * 61) % COUNT;

/** A port of loopback that nobody has, for programs that must be told one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
