/** A file that breaks one rule, planted in a small copy of the repository's layout. */
export type Probe = { rule: string; file: string; code: string };

const probe = (rule: string, file: string, code: string): Probe => ({ rule, file, code });

/** Violations of the import rules in .dependency-cruiser.cjs. */
export const LAYER_PROBES: readonly Probe[] = [
  probe('domain-is-pure', 'apps/one/src/domain/p1.ts', `import 'node:fs';`),
  probe('domain-is-pure', 'apps/one/src/domain/p2.ts', `import '@astrolabe/contracts';`),
  probe('domain-is-pure', 'apps/one/src/domain/p3.ts', `import '../application/ports.ts';`),
  probe('domain-is-pure', 'apps/one/src/domain/p4.ts', `import type { X } from 'mongodb';`),
  probe('application-knows-no-outside', 'apps/one/src/application/p1.ts', `import 'mongodb';`),
  probe('application-knows-no-outside', 'apps/one/src/application/p2.ts', `import 'node:crypto';`),
  probe(
    'application-knows-no-outside',
    'apps/one/src/application/p3.ts',
    `import type { X } from '@astrolabe/contracts';`,
  ),
  probe(
    'application-knows-no-outside',
    'apps/one/src/application/p4.ts',
    `import '../adapters/mongo/store.ts';`,
  ),
  probe('adapters-apart', 'apps/one/src/adapters/http/p1.ts', `import '../mongo/store.ts';`),
  probe('channels-apart', 'apps/one/src/channels/two/p1.ts', `import '../one/method.ts';`),
  probe(
    'channel-words-at-the-edges',
    'apps/one/src/adapters/kafka/p1.ts',
    `import type { X } from '@astrolabe/schemas';`,
  ),
  probe('adapters-meet-in-service', 'apps/one/src/p1.ts', `import './adapters/mongo/store.ts';`),
  probe(
    'parts-only-from-service',
    'apps/one/src/adapters/http/p6.ts',
    `import '../../parts/a.ts';`,
  ),
  probe('service-only-from-main', 'apps/one/src/p2.ts', `import './service.ts';`),
  probe('main-is-an-entry', 'apps/one/src/p3.ts', `import './main.ts';`),
  probe('apps-apart', 'apps/one/src/p4.ts', `import '../../two/src/config.ts';`),
  probe(
    'all-in-one-starts-services',
    'apps/all-in-one/src/p1.ts',
    `import '../../one/src/domain/order.ts';`,
  ),
  probe('all-in-one-starts-services', 'apps/all-in-one/src/p2.ts', `import '@astrolabe/kernel';`),
  probe('level-kernel', 'libs/kernel/src/p1.ts', `import '@astrolabe/contracts';`),
  probe('level-kernel', 'libs/signing/src/p1.ts', `import '@astrolabe/http';`),
  probe('level-kernel', 'libs/outbound/src/p1.ts', `import '@astrolabe/telemetry';`),
  probe('level-contracts', 'libs/schemas/src/p1.ts', `import '@astrolabe/mongo';`),
  probe('level-platform', 'libs/mongo/src/p1.ts', `import '@astrolabe/local-stack';`),
  probe('level-libs', 'libs/local-stack/src/p1.ts', `import '../../../apps/two/src/config.ts';`),
  probe('testing-only-in-tests', 'apps/one/src/p5.ts', `import '@astrolabe/testing';`),
  probe('testing-only-in-tests', 'libs/mongo/src/p2.ts', `import '@astrolabe/testing';`),
  probe('local-servers-only-in-tools', 'apps/one/src/p6.ts', `import '@astrolabe/local-servers';`),
  probe(
    'runtime-only-at-the-top',
    'apps/one/src/adapters/grpc/p5.ts',
    `import '@astrolabe/runtime';`,
  ),
  probe('runtime-only-at-the-top', 'libs/mongo/src/p4.ts', `import '@astrolabe/runtime';`),
  probe('driver-home-kafkajs', 'apps/one/src/service-kafka.ts', `import 'kafkajs';`),
  probe('driver-home-mongodb', 'apps/one/src/adapters/grpc/p1.ts', `import 'mongodb';`),
  probe('driver-home-lcn', 'apps/one/src/adapters/grpc/p6.ts', `import 'lcn';`),
  probe('driver-home-mysql2', 'apps/one/src/adapters/grpc/p4.ts', `import 'mysql2';`),
  probe('driver-home-grpc-js', 'apps/one/src/adapters/grpc/p2.ts', `import '@grpc/grpc-js';`),
  probe(
    'driver-home-fastify',
    'apps/one/src/adapters/grpc/p3.ts',
    `import type { X } from 'fastify';`,
  ),
  probe('packages-by-name', 'libs/mongo/src/p3.ts', `import '../../kernel/src/index.ts';`),
  probe('no-circular', 'apps/one/src/domain/p5.ts', `import './p9.ts';`),
  probe(
    'no-circular',
    'apps/one/src/domain/p6.ts',
    `import type { Y } from './p8.ts';\nexport type X = Y;`,
  ),
  probe('resolvable', 'apps/one/src/domain/p7.ts', `import './absent.ts';`),
];

/** Violations of the purity rules in .oxlintrc.json. */
export const LINT_PROBES: readonly Probe[] = [
  probe(
    'eslint(no-restricted-properties)',
    'apps/one/src/domain/q1.ts',
    `export const x = () => Date.now();`,
  ),
  probe(
    'eslint(no-restricted-properties)',
    'apps/one/src/application/q2.ts',
    `export const x = () => Math.random();`,
  ),
  probe(
    'purity(no-ambient-time)',
    'apps/one/src/domain/q3.ts',
    `export const x = () => new Date();`,
  ),
  probe('purity(no-ambient-time)', 'apps/one/src/application/q4.ts', `export const x = Date();`),
  probe('purity(no-async)', 'apps/one/src/domain/q5.ts', `export const x = async () => 1;`),
  probe('purity(no-async)', 'apps/one/src/domain/q6.ts', `export async function x() {}`),
  probe(
    'eslint(no-restricted-globals)',
    'apps/one/src/domain/q7.ts',
    `export const x = crypto.randomUUID();`,
  ),
  probe(
    'eslint(no-restricted-globals)',
    'apps/one/src/application/q8.ts',
    `export const x = () => setTimeout(() => {}, 1);`,
  ),
  probe(
    'eslint(no-restricted-globals)',
    'apps/one/src/service-env.ts',
    `export const x = process.env;`,
  ),
  probe(
    'eslint(no-restricted-imports)',
    'apps/one/src/adapters/http/q9.ts',
    `import { env } from 'node:process';\nexport const x = env;`,
  ),
];

const LIBS =
  'contracts grpc http kernel local-servers local-stack messaging mongo outbound runtime schemas service signing telemetry testing';

const packageOf = (folder: string, name: string): Record<string, string> => ({
  [`${folder}/package.json`]: JSON.stringify({
    name,
    version: '0.0.0',
    type: 'module',
    exports: { '.': './src/index.ts' },
  }),
});

/** Names of the libraries in the small copy. */
export const LIB_NAMES: readonly string[] = LIBS.split(' ');

/** Registry packages in the small copy. */
export const DRIVERS: readonly string[] = [
  '@grpc/grpc-js',
  'fastify',
  'kafkajs',
  'lcn',
  'mongodb',
  'mysql2',
];

/** Files that keep every rule: what a service is allowed to do. */
export const CLEAN_FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'probe', workspaces: ['libs/*', 'apps/*'] }),
  ...Object.assign(
    {},
    ...LIB_NAMES.map((lib) => ({
      ...packageOf(`libs/${lib}`, `@astrolabe/${lib}`),
      [`libs/${lib}/src/index.ts`]: `export type X = 1;\n`,
    })),
  ),
  ...packageOf('apps/one', '@astrolabe/one'),
  ...packageOf('apps/two', '@astrolabe/two'),
  ...packageOf('apps/all-in-one', '@astrolabe/all-in-one'),
  'apps/two/src/config.ts': `export type X = 1;\n`,
  'libs/testing/src/servers.ts': `import '@astrolabe/local-servers';\nimport '@astrolabe/mongo';\n`,
  'libs/mongo/src/client.ts': `import 'mongodb';\nimport '@astrolabe/telemetry';\n`,
  'libs/messaging/src/kafka.ts': `import 'kafkajs';\nimport '@astrolabe/contracts';\n`,
  'libs/contracts/src/gen/service.ts': `import '@grpc/grpc-js';\n`,
  'apps/one/src/domain/order.ts': `import '@astrolabe/kernel';\nimport './steps.ts';\n`,
  'apps/one/src/domain/steps.ts': `export type Step = 1;\nexport const at = (now: number) => new Date(now);\n`,
  'apps/one/src/domain/p8.ts': `import type { X } from './p6.ts';\nexport type Y = X;\n`,
  'apps/one/src/domain/p9.ts': `import './p5.ts';\n`,
  'apps/one/src/domain/order.test.ts': `import 'vitest';\nimport '@astrolabe/testing';\nDate.now();\n`,
  'apps/one/src/application/ports.ts': `import '../domain/order.ts';\nimport '@astrolabe/kernel';\n`,
  'apps/one/src/domain/call.ts': `import '@astrolabe/outbound';\n`,
  'apps/one/src/application/drive.ts': `import '@astrolabe/outbound';\n`,
  'apps/one/src/application/place.ts': `import './ports.ts';\nexport const x = async () => 1;\n`,
  'apps/one/src/channels/one/method.ts': `export const method = 1;\n`,
  'apps/one/src/adapters/mongo/store.ts': `import 'mongodb';\nimport '../../application/ports.ts';\n`,
  'apps/one/src/adapters/http/routes.ts': `import 'fastify';\nDate.now();\n`,
  'apps/gateway-ingress/src/channels/one/orders.ts': `import '@astrolabe/schemas';\n`,
  'apps/order-push/src/adapters/mysql/rows.ts': `import '@astrolabe/schemas';\n`,
  'apps/one/src/service.ts': `import '@astrolabe/runtime';\nimport './adapters/mongo/store.ts';\nimport './adapters/http/routes.ts';\nimport './parts/a.ts';\n`,
  'apps/one/src/parts/a.ts': `import '@astrolabe/runtime';\nimport '../adapters/mongo/store.ts';\n`,
  'apps/one/src/main.ts': `import './service.ts';\nprocess.exitCode = 0;\n`,
};
