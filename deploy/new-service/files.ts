/** What a new service consists of: its own files. Lists that name every service are in lists.ts. */

export type NewService = {
  /** As in `order-router`: the folder, the host name, the consumer group. */
  readonly name: string;
  /** Of its health, in a local stack. */
  readonly healthPort: number;
};

const packageJson = ({ name }: NewService): string => `${JSON.stringify(
  {
    name: `@astrolabe/${name}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    exports: { './config': './src/config.ts', './service': './src/service.ts' },
    scripts: { start: 'node src/main.ts' },
    dependencies: {
      '@astrolabe/runtime': '*',
      '@astrolabe/service': '*',
      typebox: '1.4.3',
    },
    nx: { tags: ['type:app', `scope:${name}`] },
  },
  null,
  2,
)}
`;

const tsconfig = `{
  "extends": "../../tsconfig.base.json",
  "include": ["src", "test"]
}
`;

const main = ({ name }: NewService): string => `import { runService } from '@astrolabe/service';
import { ConfigSchema } from './config.ts';
import { createService } from './service.ts';

await runService({
  name: '${name}',
  schema: ConfigSchema,
  env: process.env,
  create: createService,
});
`;

const config = ({ name }: NewService): string => `import { baseConfig } from '@astrolabe/service';
import Type from 'typebox';
import type { Static } from 'typebox';

/** Environment of ${name}. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_${name.replaceAll('-', '_')}', minLength: 1 }),
});

export type Config = Static<typeof ConfigSchema>;
`;

const service = ({ name }: NewService): string => `import { openService } from '@astrolabe/runtime';
import type { Service, ServiceContext } from '@astrolabe/service';
import type { Config } from './config.ts';

/** Everything of ${name}, wired but not started. */
export async function createService(context: ServiceContext<Config>): Promise<Service> {
  const service = await openService('${name}', context);
  // The table of its parts: stores' relays, clients, contracts, http, loops, consumers.
  return service.of({});
}
`;

const readme = ({ name }: NewService): string => `# ${name}

What it is for, in one sentence.

- **Owns** the database \`astrolabe_${name.replaceAll('-', '_')}\`.
- **Consumes** nothing.
- **Produces** nothing.
- **Serves** nothing.

## Running it

\`MONGODB_URI=... KAFKA_BROKERS=... SERVICE_KEY=... SERVICE_PEERS=... node src/main.ts\`; \`config.ts\` lists every variable, and
\`node apps/cli/src/main.ts identity new\` prints the last two. Ready when the line with \`"msg":"ready"\` is logged.
`;

/** Path in the repository and text of every file that is the service's own. */
export const filesOf = (
  made: NewService,
  manifest: string,
): readonly (readonly [string, string])[] => [
  [`apps/${made.name}/package.json`, packageJson(made)],
  [`apps/${made.name}/tsconfig.json`, tsconfig],
  [`apps/${made.name}/README.md`, readme(made)],
  [`apps/${made.name}/src/main.ts`, main(made)],
  [`apps/${made.name}/src/config.ts`, config(made)],
  [`apps/${made.name}/src/service.ts`, service(made)],
  [`deploy/k8s/base/${made.name}.yaml`, manifest],
];
