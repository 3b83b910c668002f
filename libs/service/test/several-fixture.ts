import Type from 'typebox';
import { hostedService, runServices } from '../src/index.ts';
import { serviceIdentity } from '../src/process-identity.ts';

/** Two services as small as can be in one process; several.test.ts runs them in every way that it can end. */
const serviceOf = (name: string) =>
  hostedService({
    name,
    schema: Type.Object({ MODE: Type.String(), HTTP_PORT: Type.Integer() }),
    create: async ({ config, logger, health }) => {
      const { HTTP_PORT: port, MODE: mode } = config;
      health.addCheck('part', () => {
        if (mode === 'unready') throw new Error('not yet');
      });
      const part = {
        name: 'part',
        start: async () => {
          logger.warn({ port, identity: serviceIdentity().name }, 'start');
          if (mode === 'fatal') setImmediate(() => health.fatal(new Error('consumer gone')));
          if (mode === 'cannot-start') throw new Error('no such thing');
        },
        stop: async () => logger.warn({ identity: serviceIdentity().name }, 'stop'),
      };
      return { components: [part] };
    },
  });

await runServices({
  name: 'several',
  env: process.env,
  services: [serviceOf('settlement'), serviceOf('order-push')],
});
