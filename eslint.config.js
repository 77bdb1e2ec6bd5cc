import tseslint from 'typescript-eslint';
import js from '@eslint/js';

// The parser refuses decorators on functions, which AssemblyScript has (@inline, @global). Blanking them, and not
// deleting, keeps every line and column where it was.
/** @type {import('eslint').Linter.Processor} */
const withoutDecorators = {
  meta: { name: 'assemblyscript', version: '1' },
  preprocess: (text) => [
    text.replace(/@(?:inline|global|unsafe|lazy|external|final|operator)\b(?:\([^)]*\))?/g, blank),
  ],
  postprocess: (messages) => messages.flat(),
};

/** @param {string} decorator */
function blank(decorator) {
  return ' '.repeat(decorator.length);
}

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'coverage/', 'boards/'] },
  {
    files: ['host/**/*.ts', 'tests/**/*.ts', 'tools/**/*.{ts,mjs}'],
    ignores: ['tests/core/**', 'host/bench/assembly/**'],
    extends: [js.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-undef': 'off', // the compiler knows better
      'no-empty': ['error', { allowEmptyCatch: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/require-await': 'off', // an interface may promise more than one of its members needs
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off', // what comes from JSON is checked where it is used
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['assembly/**/*.ts', 'tests/core/**/*.ts', 'host/bench/assembly/**/*.ts'],
    processor: withoutDecorators,
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      'no-debugger': 'error',
      'no-dupe-else-if': 'error',
      'no-duplicate-case': 'error',
      'no-self-assign': 'error',
      'no-self-compare': 'error',
      'no-unreachable': 'error',
      'no-unused-labels': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-dupe-class-members': 'error',
    },
  },
  {
    files: ['assembly/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
          message: 'A module-level variable is a wasm global: state that a copy of memory would miss.',
        },
      ],
    },
  },
  { files: ['assembly/no-allocator.ts'], rules: { '@typescript-eslint/no-unused-vars': 'off' } },
);
