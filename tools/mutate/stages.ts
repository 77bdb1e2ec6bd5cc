// Which tests a mutant meets, the fastest and most telling first. Each stage names the modules that it runs, so that a
// mutant caught early is never compiled for the others.

export interface Stage {
  name: string;
  modules: readonly string[];
  /** What node is asked to run. */
  argv: (files: (directory: string) => string[]) => string[];
}

const TEST = ['--import', 'tsx', '--test', '--test-concurrency', '1'];

const script = (profile: string, folder: string) => ['dist/host/cli/main.js', 'script', folder, '--profile', profile];

export const STAGES: readonly Stage[] = [
  { name: 'scripts (host)', modules: ['host'], argv: () => script('host', 'tests/scripts') },
  { name: 'states (board)', modules: ['board'], argv: () => script('board', 'tests/scripts/segment-arrives') },
  { name: 'transfers', modules: ['board', 'host'], argv: (files) => [...TEST, ...files('tests/host')] },
  {
    name: 'apps',
    modules: ['host', 'board-http', 'board-echo', 'micro-http'],
    argv: (files) => [...TEST, ...files('tests/apps')],
  },
];
