/**
 * Who may import whom. Every rule has a probe in libs/testing/test/probes.ts that plants a
 * violation and asserts that it is reported: a rule that matches nothing would pass in silence.
 */

/** Code that only tests load. */
const TESTS = '(\\.test\\.ts$|^(?:apps|libs)/[^/]+/test/|^apps/system-tests/)';
/** The app that runs several services in one process. */
const ALL_IN_ONE = '^apps/all-in-one/src/';
/** A package of the registry, wherever npm puts it. */
const npm = (...names) => `(?:^|/)node_modules/(?:${names.join('|')})/`;
const libs = (...names) => `^libs/(?:${names.join('|')})/`;

const KERNEL = ['kernel', 'outbound', 'signing'];
const CONTRACTS = ['contracts', 'schemas'];
const PLATFORM =
  'channel-client door grpc http local-servers messaging mongo runtime service telemetry testing'.split(
    ' ',
  );

/** Doors, counterparties, and the outbound edges of services: what a channel's messages are called. */
const SPEAKS_CHANNEL = [
  '^apps/(?:gateway-ingress|govmall-adapter|sandbox|devstack)/',
  ...require('./libs/schemas/channel-edges.json').map((file) => `^${file.replaceAll('.', '\\.')}$`),
];

/** A driver package and the only places that may import it; tests may look at real servers. */
const driver = (name, packages, homes) => ({
  name: `driver-home-${name}`,
  comment: `${name} has one home; everybody else goes through the library around it`,
  severity: 'error',
  from: { pathNot: [TESTS, ...homes] },
  to: { path: npm(...packages) },
});

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment:
        'domain imports only the domain of its own app, the kernel and the durable call; no node:*, no drivers',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/domain/', pathNot: TESTS },
      to: { pathNot: ['^apps/$1/src/domain/', libs('kernel', 'outbound')] },
    },
    {
      name: 'application-knows-no-outside',
      comment:
        'application imports domain, its ports and use cases, the kernel and the durable call',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/application/', pathNot: TESTS },
      to: { pathNot: ['^apps/$1/src/(?:domain|application)/', libs('kernel', 'outbound')] },
    },
    {
      name: 'adapters-apart',
      comment: 'an adapter folder never imports another one; they meet in service.ts',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/adapters/([^/]+)/', pathNot: TESTS },
      to: { path: '^apps/$1/src/adapters/[^/]+/', pathNot: '^apps/$1/src/adapters/$2/' },
    },
    {
      name: 'channels-apart',
      comment:
        'a channel never imports another one; what two of them need stands beside their folders',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/channels/([^/]+)/', pathNot: TESTS },
      to: { path: '^apps/$1/src/channels/[^/]+/', pathNot: '^apps/$1/src/channels/$2/' },
    },
    {
      name: 'adapters-meet-in-service',
      comment: 'only service.ts, and the parts that it is put together from, know all layers',
      severity: 'error',
      from: {
        path: '^apps/([^/]+)/',
        pathNot: [TESTS, '^apps/[^/]+/src/(?:service\\.ts$|parts/|adapters/)'],
      },
      to: { path: '^apps/$1/src/adapters/' },
    },
    {
      name: 'parts-only-from-service',
      comment: 'a part of a composition root is put in by the root, and used by nothing else',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: [TESTS, '^apps/[^/]+/src/service\\.ts$'] },
      to: { path: '^apps/[^/]+/src/parts/' },
    },
    {
      name: 'channel-words-at-the-edges',
      comment:
        'what the messages of a channel are called is known at doors and outbound edges alone',
      severity: 'error',
      from: { path: '^apps/', pathNot: [TESTS, ...SPEAKS_CHANNEL] },
      to: { path: libs('schemas') },
    },
    {
      name: 'service-only-from-main',
      comment:
        'the composition root is started by main.ts (and by tests), and used by nothing else',
      severity: 'error',
      from: { path: '^apps/', pathNot: [TESTS, '^apps/[^/]+/src/main\\.ts$', ALL_IN_ONE] },
      to: { path: '^apps/[^/]+/src/service\\.ts$' },
    },
    {
      name: 'main-is-an-entry',
      comment: 'main.ts runs on import, so nothing imports it',
      severity: 'error',
      from: {},
      to: { path: '^apps/[^/]+/src/main\\.tsx?$' },
    },
    {
      name: 'apps-apart',
      comment: 'apps talk by topic or RPC, never by import',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: ALL_IN_ONE },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'all-in-one-starts-services',
      comment: 'one process for several services knows of each what its main.ts knows, and no more',
      severity: 'error',
      from: { path: ALL_IN_ONE },
      to: {
        path: '^(?:apps|libs)/',
        pathNot: ['^apps/all-in-one/', '^apps/[^/]+/src/(?:config|service)\\.ts$', libs('service')],
      },
    },
    {
      name: 'level-kernel',
      comment: 'kernel level: imports nothing of ours but itself',
      severity: 'error',
      from: { path: libs(...KERNEL) },
      to: { path: '^(?:libs|apps)/', pathNot: libs(...KERNEL) },
    },
    {
      name: 'level-contracts',
      comment: 'contracts level: imports the kernel level and itself',
      severity: 'error',
      from: { path: libs(...CONTRACTS) },
      to: { path: '^(?:libs|apps)/', pathNot: libs(...KERNEL, ...CONTRACTS) },
    },
    {
      name: 'level-platform',
      comment: 'platform level: imports libraries below and beside, never tools or apps',
      severity: 'error',
      from: { path: libs(...PLATFORM) },
      to: { path: '^(?:libs|apps)/', pathNot: libs(...KERNEL, ...CONTRACTS, ...PLATFORM) },
    },
    {
      name: 'level-libs',
      comment: 'no library imports an app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'testing-only-in-tests',
      comment: 'what runs in production never loads test helpers',
      severity: 'error',
      from: { pathNot: [TESTS, libs('testing'), '/bench/'] },
      to: { path: libs('testing') },
    },
    {
      name: 'local-servers-only-in-tools',
      comment: 'services are given addresses; only tests and the local stack start servers',
      severity: 'error',
      from: {
        pathNot: [
          TESTS,
          libs('local-servers', 'local-stack', 'testing'),
          '^apps/devstack/',
          '/bench/',
        ],
      },
      to: { path: libs('local-servers') },
    },
    {
      name: 'runtime-only-at-the-top',
      comment:
        'the kit puts the platform together for composition roots; no other library builds on it',
      severity: 'error',
      from: {
        pathNot: [TESTS, libs('runtime'), '^apps/[^/]+/src/(?:service|parts/[^/]+)\\.ts$'],
      },
      to: { path: libs('runtime') },
    },
    driver('kafkajs', ['kafkajs'], [libs('messaging')]),
    driver(
      'mongodb',
      ['mongodb', 'bson'],
      [libs('mongo', 'local-servers'), '^apps/[^/]+/src/adapters/mongo/'],
    ),
    driver('lcn', ['lcn'], [libs('kernel')]),
    driver('mysql2', ['mysql2'], ['^apps/[^/]+/src/adapters/mysql/']),
    driver('grpc-js', ['@grpc'], [libs('grpc'), '^libs/contracts/src/gen/']),
    driver(
      'fastify',
      ['fastify', '@fastify'],
      [libs('door', 'http', 'service'), '^apps/[^/]+/src/(?:adapters/http|channels)/'],
    ),
    {
      name: 'packages-by-name',
      comment: 'another package is imported by its name and its public entry, never by a path',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: {
        path: '^(?:libs|apps)/',
        pathNot: '^$1/$2/',
        dependencyTypesNot: ['aliased-workspace'],
      },
    },
    {
      name: 'no-circular',
      comment:
        'a cycle has no lowest layer: none of its files can be read, or moved, without the others; ' +
        'that is so for types too',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment:
        'an import that resolves to nothing escapes every other rule; addresses of files that the pages load ' +
        'are the build’s, which fails without them',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?url$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.astrolabe)/' },
    // Type-only imports count: a layer that names a driver's types depends on the driver.
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
