import { runService } from '@astrolabe/service';
import { ConfigSchema } from './config.ts';
import { createService } from './service.ts';

await runService({
  name: 'console',
  schema: ConfigSchema,
  env: process.env,
  create: createService,
});
