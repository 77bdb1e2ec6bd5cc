// slipway page: the page where TCP happens, from this machine to this machine.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import path from 'node:path';
import type { Command } from 'commander';
import { parseWhole } from '../link/quantities.js';
import { packageRoot } from '../modules.js';
import { serveFolder } from '../web-server.js';
import { Failure } from './failure.js';
import { interrupted } from './interrupt.js';
import { print } from './terminal.js';

const LOOPBACK = '127.0.0.1';
/** The first port that is tried; the next nine are when it is taken. */
const PORT = 8090;
const TRIES = 10;

export function registerPage(program: Command): void {
  program
    .command('page')
    .description(
      'serve the page where TCP happens: thirty scenarios on the real core, and a real board over Web Serial',
    )
    .option('--port <port>', `the port on this machine (default: ${PORT}, or the next that is free)`)
    .addHelpText('after', EXAMPLES)
    .action(async ({ port }: { port?: string }) => run(port));
}

const EXAMPLES = `
The page needs no network. The same folder, dist/web of the package, can be put on any web server.

Examples:
  slipway page
  slipway page --port 9000`;

async function run(port: string | undefined): Promise<void> {
  const asked = port === undefined ? undefined : parseWhole(port, 'The port', 0, 65_535);
  const folder = path.join(packageRoot(), 'dist', 'web');
  if (!existsSync(path.join(folder, 'index.html')))
    throw new Failure("The page has not been built; run 'npm run build' in the package's folder.");
  const server = await serveFolder(folder);
  await (asked === undefined ? listenOnFree(server) : listenOn(server, asked));
  const stop = interrupted();
  print(`The page is at http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`);
  await stop;
  server.close();
  server.closeAllConnections();
}

async function listenOnFree(server: Server): Promise<void> {
  for (let port = PORT; ; port++) {
    try {
      return await listenOn(server, port);
    } catch (error) {
      if (port === PORT + TRIES - 1) throw error;
    }
  }
}

async function listenOn(server: Server, port: number): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, LOOPBACK);
  try {
    await listening;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`Port ${port} cannot be used (${code}); choose another with --port.`);
  }
}
