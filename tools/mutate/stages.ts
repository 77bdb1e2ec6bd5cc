// Which tests a mutant meets, the fastest and most telling first. Each stage names the modules that it runs, so that a
// mutant caught early is never compiled for the others.

export interface Stage {
  name: string;
  modules: readonly string[];
  /** What node is asked to run. */
  argv: (files: (directory: string) => string[]) => string[];
}

const TEST = ['--import', 'tsx', '--test', '--test-concurrency', '1'];

const SCRIPTS = ['dist/host/cli/main.js', 'script', 'tests/scripts', '--profile', 'host'];

export const STAGES: readonly Stage[] = [
  { name: 'scripts', modules: ['host'], argv: () => SCRIPTS },
  { name: 'abi', modules: ['board'], argv: (files) => [...TEST, ...files('tests/abi')] },
  { name: 'transfers', modules: [], argv: () => [...TEST, 'tests/host/transfer.test.ts', 'tests/host/net-suite.test.ts'] },
];
