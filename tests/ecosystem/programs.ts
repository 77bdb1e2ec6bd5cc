// Servers that others have written, on ports of loopback, each for one test.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { folder } from '../cli/slipway.js';
import { freePort } from '../host/free-port.js';
import { until } from '../host/links.js';

export const LOOPBACK = '127.0.0.1';

/** A program in the foreground that does not outlive the test. */
export function run(t: TestContext, command: string, args: string[]): ChildProcess {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'], env });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return child;
}

/** Until a server answers there: it takes a moment to begin. */
async function listens(port: number): Promise<void> {
  await until(async () => {
    const probe = connect(port, LOOPBACK);
    const isThere = await new Promise<boolean>((resolve) => {
      probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    probe.destroy();
    return isThere;
  }, `a server on port ${port}`);
}

/** An MQTT broker; its port. */
export async function mosquitto(t: TestContext): Promise<number> {
  const [place, port] = [folder(t), await freePort()];
  const file = path.join(place, 'mosquitto.conf');
  writeFileSync(
    file,
    `listener ${port} ${LOOPBACK}\nallow_anonymous true\npersistence false\nlog_dest none\nmax_inflight_messages 0\n`,
  );
  run(t, 'mosquitto', ['-c', file]);
  await listens(port);
  return port;
}

export async function redis(t: TestContext): Promise<number> {
  const [place, port] = [folder(t), await freePort()];
  const options = ['--port', String(port), '--bind', LOOPBACK, '--dir', place, '--save', '', '--appendonly', 'no'];
  run(t, 'redis-server', [...options, '--daemonize', 'no']);
  await listens(port);
  return port;
}

/** A key and a certificate that signs itself, for board.example. */
export interface Identity {
  key: string;
  cert: string;
  keyFile: string;
  certFile: string;
}

export function identity(t: TestContext): Identity {
  const place = folder(t);
  const [keyFile, certFile] = [path.join(place, 'key.pem'), path.join(place, 'cert.pem')];
  const name = ['-subj', '/CN=board.example', '-addext', 'subjectAltName=DNS:board.example'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-nodes', '-days', '2', ...name, '-keyout', keyFile, '-out', certFile],
    {
      stdio: 'ignore',
    },
  );
  return { keyFile, certFile, key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
}

/** openssl s_server, which answers HTTP with a page about the connection. */
export async function opensslServer(
  t: TestContext,
  { keyFile, certFile }: Identity,
  more: string[] = [],
): Promise<number> {
  const port = await freePort();
  const files = ['-key', keyFile, '-cert', certFile];
  run(t, 'openssl', ['s_server', '-accept', `${LOOPBACK}:${port}`, ...files, '-www', '-quiet', ...more]);
  await listens(port);
  return port;
}
