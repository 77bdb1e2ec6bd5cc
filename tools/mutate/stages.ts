// Which tests a mutant meets, the fastest and most telling first. Each stage names the modules that it runs, so that a
// mutant caught early is never compiled for the others.

export interface Stage {
  name: string;
  modules: readonly string[];
  /** The files whose mutants meet it; all of them by default. */
  concerns?: RegExp;
  /** What node is asked to run. */
  argv: (files: (directory: string) => string[]) => string[];
}

const SCRIPTS = ['dist/host/cli/main.js', 'script', 'tests/scripts', '--bail'];

/** Several files of tests in one process, which starts once and not once for each. */
function inOneProcess(files: readonly string[]): string[] {
  const imports = files.map((file) => `import './${file}';`).join('');
  return ['--import', 'tsx', '--input-type=module', '--eval', imports];
}

export const STAGES: readonly Stage[] = [
  { name: 'scripts', modules: ['host'], argv: () => SCRIPTS },
  { name: 'abi', modules: ['board', 'host', 'micro'], argv: (files) => inOneProcess(files('tests/abi')) },
  {
    name: 'numbers',
    modules: ['board', 'host', 'micro'],
    argv: (files) =>
      inOneProcess([
        ...files('tests/requirements').filter((file) => /initial-sequence-number|ephemeral-port/.test(file)),
        'tests/hostile/randomness.test.ts',
      ]),
  },
  {
    name: 'exploration',
    modules: ['board', 'micro'],
    argv: () => inOneProcess(['tests/exploration/exploration.test.ts']),
  },
  {
    name: 'transfers',
    modules: ['host', 'board-http', 'board-echo'],
    argv: () => inOneProcess(['tests/host/transfer.test.ts', 'tests/host/net-suite.test.ts']),
  },
  {
    name: 'simulator',
    modules: ['board', 'host', 'micro'],
    argv: () => inOneProcess(['tests/simulator/seeds.test.ts']),
  },
  // Who is starved of a connection is what applications ask, and nobody else.
  {
    name: 'apps',
    concerns: /\/(status|handshake)\.ts$/,
    modules: ['host', 'board-http', 'micro-http'],
    argv: () => [
      '--test-name-pattern=an idle connection yields',
      ...inOneProcess(['tests/apps/http-connections.test.ts']),
    ],
  },
];
