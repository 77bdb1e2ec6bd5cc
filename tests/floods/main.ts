// npm run flood -- [--attack A] [--profile P] [--datagrams N] [--rate R] [--clients C] [--seed S]
//
// Floods a server of each profile in virtual time while real clients come and go, and prints what became of them. Exit code 1
// when a client was not served or something was left behind.

import { parseArgs } from 'node:util';
import { PROFILES } from '../../host/simulator/plan.js';
import { ATTACKS } from './attacks.js';
import { flood, type FloodResult, percentile } from './flood.js';

const HEAD = [
  '| attack | profile | datagrams | clients served | connect p50, p99 | answered p99 | memory before, after | entries before, most, after | cookies sent, accepted |',
  '|---|---|---|---|---|---|---|---|---|',
].join('\n');

class Misuse extends Error {}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return error instanceof Misuse ? 2 : 1;
});

async function main(args: string[]): Promise<number> {
  const { values } = read(args);
  const numbers = {
    datagrams: whole('datagrams'),
    rate: whole('rate'),
    clients: whole('clients'),
    seed: whole('seed'),
  };
  function whole(name: 'datagrams' | 'rate' | 'clients' | 'seed'): number {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1)
      throw new Misuse(`--${name} is a whole number above 0, and '${values[name]}' is not.`);
    return value;
  }
  let isWell = true;
  console.log(HEAD);
  for (const attack of oneOf(values.attack, Object.keys(ATTACKS), 'attack')) {
    for (const profile of oneOf(values.profile, PROFILES, 'profile')) {
      const result = await flood({ attack, profile, ...numbers });
      console.log(lineOf(result));
      isWell &&= result.served === result.tried && result.entriesAfter === result.entriesBefore;
    }
  }
  return isWell ? 0 : 1;
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        attack: { type: 'string' },
        profile: { type: 'string' },
        datagrams: { type: 'string', default: '100000' },
        rate: { type: 'string', default: '10000' },
        clients: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
      },
    });
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function oneOf<T extends string>(name: string | undefined, all: readonly T[], what: string): readonly T[] {
  if (name === undefined) return all;
  const found = all.find((one) => one === name);
  if (found === undefined) throw new Misuse(`There is no ${what} '${name}'; use ${all.join(', ')}.`);
  return [found];
}

function lineOf(result: FloodResult): string {
  const { connectTimes, serviceTimes } = result;
  const cells = [
    result.attack,
    result.profile,
    number(result.sent),
    `${number(result.served)} of ${number(result.tried)}`,
    `${percentile(connectTimes, 50)}, ${percentile(connectTimes, 99)} ms`,
    `${percentile(serviceTimes, 99)} ms`,
    `${number(result.memoryBefore)}, ${number(result.memoryAfter)}`,
    `${result.entriesBefore}, ${result.entriesMost}, ${result.entriesAfter}`,
    `${number(result.cookiesSent)}, ${number(result.cookiesAccepted)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
