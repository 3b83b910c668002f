/** Brings the local servers' programs into the cache. Runs on the packaged Node. */
import { MissingPrerequisite, ensureKafka, ensureMongo } from '@astrolabe/local-servers';

const log = (line) => process.stdout.write(`${line}\n`);
try {
  await ensureKafka(log);
  await ensureMongo(log);
} catch (error) {
  log(error instanceof MissingPrerequisite ? error.message : (error.stack ?? String(error)));
  process.exitCode = 1;
}
