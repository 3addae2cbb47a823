import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import reactHooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'

/** What would tie the protocol to a machine, a clock or an accident: it is handed in through ports instead. */
const CORE_BANNED_GLOBALS = {
  Date: 'time is handed in: ports/clock.ts',
  performance: 'time is handed in: ports/clock.ts',
  setTimeout: 'time is handed in: ports/clock.ts',
  setInterval: 'time is handed in: ports/clock.ts',
  setImmediate: 'time is handed in: ports/clock.ts',
  crypto: 'randomness and primitives are handed in: ports/random.ts, ports/primitives.ts',
  process: 'the core runs anywhere: no process',
  Buffer: 'the core runs anywhere: Uint8Array, and bytes.ts',
  fetch: 'the core does no I/O',
  WebSocket: 'the core does no I/O',
  console: 'the core does no I/O',
  require: 'the core imports nothing of Node',
  global: 'name what you need, so that the other bans see it',
  globalThis: 'name what you need, so that the other bans see it',
}

const NO_MATH_RANDOM = {
  object: 'Math',
  property: 'random',
  message: 'Predictable. Randomness is handed in: core/ports/random.ts.',
}

const NO_ENUM = {
  selector: 'TSEnumDeclaration',
  message: 'A const object: export const ROLE = { owner: "owner" } as const.',
}

const NO_DYNAMIC_NODE_IMPORT = {
  selector: 'ImportExpression[source.value=/^node:/]',
  message: 'The core imports nothing of Node.',
}

const NODE_TEST_CALLS = ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach']

/** What runs under Node, and what runs in a browser. */
const PROJECTS = ['./tsconfig.json', './packages/web/tsconfig.json']

/** Rules for every TypeScript file. */
const everywhere = {
  files: ['**/*.ts', '**/*.tsx'],
  extends: [js.configs.recommended, ts.configs.strictTypeChecked],
  languageOptions: { parserOptions: { project: PROJECTS, tsconfigRootDir: import.meta.dirname } },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // A number in a template is what one expects; anything else is a mistake nine times in ten.
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    // `() => stop()` reads well where nobody looks at what the arrow returns.
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    // `(this: void) => ...` says that a function may be taken off its object, which unbound-method asks for.
    '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
    // A leading underscore says: the signature demands it, this implementation does not.
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'no-restricted-exports': [
      'error',
      { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true } },
    ],
    'no-restricted-properties': ['error', NO_MATH_RANDOM],
    'no-restricted-syntax': ['error', NO_ENUM],
    eqeqeq: 'error',
  },
}

/** React's own rules, its compiler's among them. */
const web = {
  files: ['packages/web/src/**/*.ts', 'packages/web/src/**/*.tsx'],
  extends: [reactHooks.configs.flat['recommended-latest']],
  rules: {
    // An event handler may return a promise: what it throws is caught where it is made.
    '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
  },
}

/** A nudge, not a wall: sometimes one noun takes more. */
const sources = {
  files: ['packages/*/src/**/*.ts', 'packages/*/src/**/*.tsx'],
  rules: { 'max-lines': ['warn', 400] },
}

const core = {
  files: ['packages/core/src/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ group: ['node:*'], message: 'The core imports nothing of Node.' }] },
    ],
    'no-restricted-globals': [
      'error',
      ...Object.entries(CORE_BANNED_GLOBALS).map(([name, message]) => ({ name, message })),
    ],
    'no-restricted-syntax': ['error', NO_ENUM, NO_DYNAMIC_NODE_IMPORT],
  },
}

/** What is relaxed in tests only, and why. */
const tests = {
  files: ['packages/*/test/**/*.ts', 'tests/**/*.ts'],
  rules: {
    // node:test itself waits for what test() and its kind return; awaiting them at the top level is noise.
    '@typescript-eslint/no-floating-promises': [
      'error',
      { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: NODE_TEST_CALLS }] },
    ],
    // A stub has to have the shape of what it stands for, also where it does nothing or waits for nothing.
    '@typescript-eslint/require-await': 'off',
    '@typescript-eslint/no-empty-function': 'off',
  },
}

/** Plain scripts that run before TypeScript can, and configuration of tools, which want a default export. */
const plainScripts = {
  files: ['**/*.js', '**/*.mjs'],
  extends: [js.configs.recommended],
  languageOptions: { globals: { process: 'readonly', setTimeout: 'readonly' } },
}

/** What a bench puts into a page. */
const inPages = {
  files: ['bench/cases/page/probe.js'],
  languageOptions: {
    globals: Object.fromEntries(
      ['addEventListener', 'document', 'MessageChannel', 'performance', 'requestAnimationFrame', 'URL'].map(
        (name) => [name, 'readonly'],
      ),
    ),
  },
}

export default defineConfig(
  globalIgnores(['**/node_modules/', '.cache/', 'coverage/', '**/dist/', 'bench/results/']),
  everywhere,
  web,
  sources,
  core,
  tests,
  plainScripts,
  inPages,
)
