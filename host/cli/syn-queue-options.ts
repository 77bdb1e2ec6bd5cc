import { type Command, Option } from 'commander';
import type { Configuration } from '../index.js';
import { parseDuration, parseWhole } from '../link/quantities.js';

/** The policy of the SYN queue as the command line gives it. */
export interface SynQueueOptions {
  cookies?: keyof typeof COOKIES;
  synQueue?: string;
  synTimeout?: string;
}

/** Numbers of Config.COOKIES. */
const COOKIES = { auto: 0, always: 1, never: 2 } as const;

export function addSynQueueOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--cookies <when>', 'SYN cookies: auto is when the SYN queue is full (default: auto)').choices(
        Object.keys(COOKIES),
      ),
    )
    .option('--syn-queue <entries>', 'half-open connections that are kept (default: as many as there is room for)')
    .option(
      '--syn-timeout <time>',
      'how long a half-open connection is kept; half as long when crowded (default: 60s)',
    );
}

export function synQueueConfiguration({ cookies, synQueue, synTimeout }: SynQueueOptions): Configuration {
  return {
    ...(cookies !== undefined && { cookies: COOKIES[cookies] }),
    ...(synQueue !== undefined && { synQueue: parseWhole(synQueue, 'The SYN queue', 0, 65_535) }),
    ...(synTimeout !== undefined && { synTimeout: parseDuration(synTimeout, 'The SYN time-out') }),
  };
}
