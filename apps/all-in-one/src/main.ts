import { runServices } from '@astrolabe/service';
import { UnknownService, loadServices } from './services.ts';

const NAME = 'all-in-one';

try {
  const services = await loadServices(process.env['SERVICES'] ?? '');
  await runServices({ name: NAME, env: process.env, services });
} catch (error) {
  if (!(error instanceof UnknownService)) throw error;
  process.stderr.write(`${NAME}: ${error.message}\n`);
  process.exit(2);
}
