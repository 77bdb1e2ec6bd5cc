// Which tests a mutant meets, the fastest and most telling first. Each stage names the modules that it runs, so that a
// mutant caught early is never compiled for the others.

export interface Stage {
  name: string;
  modules: readonly string[];
  /** What node is asked to run. */
  argv: (files: (directory: string) => string[]) => string[];
}

const TEST = ['--import', 'tsx', '--test', '--test-concurrency', '1'];

export const STAGES: readonly Stage[] = [
  { name: 'scripts', modules: ['host'], argv: () => ['dist/host/cli/main.js', 'script', 'tests/scripts'] },
  { name: 'simulator', modules: ['host', 'board'], argv: (files) => [...TEST, ...files('tests/simulator')] },
  { name: 'host', modules: ['host', 'board', 'micro'], argv: (files) => [...TEST, ...files('tests/host')] },
];
