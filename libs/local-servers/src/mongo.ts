import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pickPort, startChild } from './child.ts';
import type { Child } from './child.ts';
import { ensureMongo } from './install.ts';
import { untilListening } from './ready.ts';
import type { StartOptions } from './ready.ts';

export type MongoServer = Child & { uri: string };

/**
 * Starts a database on a data folder: a mongod of the machine when there is one, else our build,
 * which syncs its log at every commit, unless told not to, so that an acknowledged write survives.
 */
export async function startMongo(
  options: StartOptions & { dataDir: string; port?: number; syncOnCommit?: boolean },
): Promise<MongoServer> {
  const program = await ensureMongo(options.log ?? (() => {}));
  const port = await pickPort(options.port, 'MongoDB');
  const storage = join(options.dataDir, 'storage');
  mkdirSync(storage, { recursive: true });
  const args =
    program.kind === 'mongod'
      ? ['--dbpath', storage, '--port', String(port), '--bind_ip', '127.0.0.1']
      : [
          '--storage-path',
          storage,
          '--port',
          String(port),
          '--host',
          '127.0.0.1',
          '--cache-size',
          '1G',
          '--log-level',
          'WARNING',
          ...(options.syncOnCommit === false ? [] : ['--sync-on-commit']),
        ];
  const child = startChild({
    name: 'MongoDB',
    command: program.binary,
    args,
    cwd: options.dataDir,
    logFile: join(options.dataDir, 'mongo.log'),
  });
  await untilListening(child, port, options);
  return { ...child, uri: `mongodb://127.0.0.1:${port}/?directConnection=true` };
}
