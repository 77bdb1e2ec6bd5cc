// The package as npm would publish it, and a folder of somebody's that has it installed: nothing is fetched for either, so that
// it is this very tree that is judged, with or without a network.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../cli/slipway.js';

/** For what takes ten seconds on a quiet machine. */
const PATIENCE_MS = 240_000;

export interface Packed {
  /** The tarball. */
  file: string;
  /** Octets of it, and of what is in it. */
  size: number;
  unpackedSize: number;
  files: string[];
}

/** Packs what is built now. The ready images that `npm pack` would make first need every compiler; they are left out. */
export function pack(folder: string): Packed {
  const built = run('npm', ['run', '-s', 'build']);
  assert.equal(built.status, 0, built.stdout + built.stderr);
  const { status, stdout, stderr } = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  assert.equal(status, 0, stderr);
  const [told] = JSON.parse(stdout) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  const { filename, size, unpackedSize, files } = told;
  return { file: path.join(folder, filename), size, unpackedSize, files: files.map((one) => one.path) };
}

/** An empty folder with the package in it and nothing optional: what it depends on comes from this project's own node_modules. */
export function install({ file }: Packed, folder: string): string {
  const app = path.join(folder, 'app');
  mkdirSync(app);
  writeFileSync(path.join(app, 'package.json'), '{ "private": true, "type": "module" }\n');
  const dependencies = ['commander', '@assemblyscript/loader'].map((name) => path.join(ROOT, 'node_modules', name));
  const options = ['--offline', '--no-save', '--omit=optional', '--install-links', '--ignore-scripts'];
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier'];
  const { status, stderr } = run('npm', ['install', ...options, ...quiet, file, ...dependencies], app);
  assert.equal(status, 0, stderr);
  return app;
}

/** Runs a command to its end. */
export function run(
  command: string,
  args: string[],
  cwd = ROOT,
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    maxBuffer: 64e6,
  });
  return { status, stdout, stderr };
}
