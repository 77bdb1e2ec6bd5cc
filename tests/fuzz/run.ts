// One run of one fuzzer, and what it tells at its end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { workFolder } from './targets.js';

export interface RunOptions {
  /** 0: what the corpus holds, and nothing new. */
  seconds: number;
  corpus: string;
  seed?: number | undefined;
}

export interface RunResult {
  executions: number;
  seconds: number;
  /** Edges of the core's C and the harness that were taken. */
  edges: number;
  /** Edges with their counts: what the fuzzer calls features. */
  features: number;
  scripts: number;
  /** What broke, and the file with the script; undefined: nothing did. */
  finding?: { sentence: string; file: string } | undefined;
}

/** Octets of the longest script, seconds after which one run of a script counts as endless. */
const SCRIPT_MOST = 1024;
const SCRIPT_SECONDS = 20;

export async function runFuzzer(binary: string, { seconds, corpus, seed }: RunOptions): Promise<RunResult> {
  const findings = workFolder('findings/');
  await mkdir(findings, { recursive: true });
  const words = [
    `-max_total_time=${seconds}`,
    ...(seconds === 0 ? ['-runs=0'] : []),
    ...(seed === undefined ? [] : [`-seed=${seed}`]),
    `-max_len=${SCRIPT_MOST}`,
    `-timeout=${SCRIPT_SECONDS}`,
    `-artifact_prefix=${findings}`,
    '-print_final_stats=1',
    corpus,
  ];
  const began = Date.now();
  const child = spawn(binary, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  const result: RunResult = { executions: 0, seconds: 0, edges: 0, features: 0, scripts: 0 };
  let sentence = '';
  let file = '';
  for await (const line of createInterface({ input: child.stderr })) {
    const told = /^#(\d+)\s.* cov: (\d+) ft: (\d+) corp: (\d+)/.exec(line);
    if (told) [result.executions, result.edges, result.features, result.scripts] = told.slice(1).map(Number) as Counts;
    sentence ||= /^broken: (.*)|^(?:==\d+==)?\s?(ERROR: .*)/.exec(line)?.slice(1).find(Boolean) ?? '';
    file = /Test unit written to (.*)/.exec(line)?.[1] ?? file;
  }
  await closed;
  result.seconds = (Date.now() - began) / 1000;
  if (child.exitCode !== 0 || file !== '')
    result.finding = { sentence: sentence || `exit code ${child.exitCode}`, file };
  return result;
}

type Counts = [number, number, number, number];
