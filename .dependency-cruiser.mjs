/**
 * The directions of the layers: face -> api -> device -> adapters -> core. Each rule has a canary in
 * tests/gates/dependencies.test.ts. Run by scripts/gates/dependencies.ts, which also makes sure that
 * dependency-cruiser saw every source file: with a TypeScript it does not know it sees none, and is content.
 */

const ADAPTERS = '(vault|tunnel|channels|crypto)'

/** The parts of the API that need Node; the rest runs in a browser. */
const API_ON_NODE = '^packages/api/src/(server|local)/'

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to }
}

const layers = [
  forbid(
    'core-stands-alone',
    'The core runs anywhere: besides itself it imports the CBOR codec and the word list, nothing of Node, no adapter.',
    { path: '^packages/core/src/' },
    { pathNot: ['^packages/core/src/', '^node_modules/(cborg|@scure)/'] },
  ),
  forbid(
    'adapters-know-only-core',
    'Adapters import the core and third-party code of their own; never each other, never what is above them.',
    { path: `^packages/${ADAPTERS}/src/` },
    { path: '^packages/', pathNot: ['^packages/core/', '^packages/$1/'] },
  ),
  forbid(
    'device-composes',
    'The device wires adapters to the core, and knows nothing of the API and the faces.',
    { path: '^packages/device/src/' },
    { path: '^packages/', pathNot: [`^packages/(core|device|vault|tunnel|channels|crypto)/`] },
  ),
  forbid(
    'api-server-serves-a-device',
    'The server half of the API imports the device and the core, no adapter and no face.',
    { path: '^packages/api/src/server/' },
    { path: '^packages/', pathNot: ['^packages/(api|device|core)/'] },
  ),
  forbid(
    'api-schema-and-client-run-anywhere',
    'The schema and the client serve the CLI and the web: no device, no server, no Node.',
    { path: '^packages/api/src/', pathNot: API_ON_NODE },
    { path: '^packages/', pathNot: ['^packages/api/src/(?!server/|local/)', '^packages/core/'] },
  ),
  forbid(
    'api-schema-and-client-without-node',
    'The schema and the client serve the CLI and the web: nothing of Node.',
    { path: '^packages/api/src/', pathNot: API_ON_NODE },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'api-local-is-below-server',
    'What the daemon and the CLI share on one machine knows neither the server nor the device.',
    { path: '^packages/api/src/local/' },
    { path: '^packages/', pathNot: ['^packages/api/src/(?!server/)', '^packages/core/'] },
  ),
  forbid(
    'cli-knows-only-api',
    'A face knows the schema and the client of the API, and nothing behind them.',
    { path: '^packages/cli/src/' },
    { path: '^packages/', pathNot: ['^packages/cli/', '^packages/api/src/(?!server/)'] },
  ),
  forbid(
    'web-knows-only-api',
    'The page runs in a browser: it knows the schema and the client of the API, and nothing behind them.',
    { path: '^packages/web/src/' },
    { path: '^packages/', pathNot: ['^packages/web/src/', '^packages/api/src/(?!server/|local/)'] },
  ),
  forbid(
    'web-without-node',
    'The page runs in a browser: nothing of Node.',
    { path: '^packages/web/src/' },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'testkit-imports-core-and-crypto',
    'The testkit runs the core; of the other adapters it may name types.',
    { path: '^packages/testkit/src/' },
    { path: '^packages/', pathNot: ['^packages/(testkit|core|crypto)/'], dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'testkit-names-only-adapters',
    'Types too come from below: the testkit knows nothing of the device, the API and the faces.',
    { path: '^packages/testkit/src/' },
    { path: '^packages/', pathNot: [`^packages/(testkit|core|vault|tunnel|channels|crypto)/`] },
  ),
  forbid(
    'no-testkit-in-products',
    'What ships holds no test code.',
    { path: '^packages/(?!testkit/)[^/]+/src/' },
    { path: '^packages/testkit/' },
  ),
  forbid(
    'no-tests-in-sources',
    'Sources import no tests, scripts or benches.',
    { path: '^packages/[^/]+/src/' },
    { path: ['^packages/[^/]+/test/', '^tests/', '^scripts/', '^bench/'] },
  ),
]

const hygiene = [
  forbid('no-cycles', 'Two files that need each other are one file, or three.', {}, { circular: true }),
  forbid(
    'no-orphans',
    'A source file that nothing imports and that imports nothing is left over.',
    { orphan: true, path: '^packages/[^/]+/src/', pathNot: '\\.d\\.ts$' },
    {},
  ),
  // What bench/ measures against is installed there, by the bench itself: see bench/package.json.
  forbid(
    'no-unresolved',
    'An import must lead somewhere.',
    { pathNot: '^bench/' },
    { couldNotResolve: true },
  ),
  forbid(
    'declared-dependencies',
    "What a package's sources import stands in the package.json of that package.",
    { path: '^packages/[^/]+/src/' },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
  forbid(
    'no-tools-in-sources',
    'Sources need nothing that is installed for development only.',
    { path: '^packages/[^/]+/src/' },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
  ),
]

export default {
  forbidden: [...layers, ...hygiene],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/web/dist' },
    // `import type` is an arrow between layers like any other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
