import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../modules.js';

/** Linux's goodput, kept because it takes minutes of real time and root to measure. */
export interface LinuxFigures {
  system: string;
  /** Mbit/s by loss, seed by seed. */
  mbits: Record<string, number[]>;
}

const FILE = 'host/bench/linux.json';

export function readLinux(): LinuxFigures {
  return JSON.parse(readFileSync(path.join(packageRoot(), FILE), 'utf8')) as LinuxFigures;
}

export function writeLinux(figures: LinuxFigures): void {
  writeFileSync(path.join(packageRoot(), FILE), `${JSON.stringify(figures, null, 2)}\n`);
}
