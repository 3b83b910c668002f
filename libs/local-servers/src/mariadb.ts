import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pickPort, startChild } from './child.ts';
import type { Child } from './child.ts';
import { MissingPrerequisite } from './prerequisites.ts';
import { untilListening } from './ready.ts';

export type MariadbServer = Child & {
  /** Address of a database on it, which the first one who uses it must create. */
  url(database: string): string;
};

/** Where Debian keeps the daemon; not every PATH has it. */
const DAEMONS = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd', '/usr/local/bin/mariadbd'];

/** Starts a MariaDB of the machine on a data folder: 127.0.0.1 only, no grants, no system service. */
export async function startMariadb(options: { dataDir: string }): Promise<MariadbServer> {
  const daemon = DAEMONS.find((path) => existsSync(path));
  if (!daemon) {
    throw new MissingPrerequisite(
      'mariadbd',
      'the tables that order-push writes are tried on a real server',
      'apt-get install mariadb-server-core',
    );
  }
  const storage = join(options.dataDir, 'storage');
  mkdirSync(storage, { recursive: true });
  const owner = process.getuid?.() === 0 ? ['--user=root'] : [];
  const port = await pickPort(undefined, 'MariaDB');
  const child = startChild({
    name: 'MariaDB',
    command: daemon,
    args: [
      '--no-defaults',
      `--datadir=${storage}`,
      ...owner,
      // An empty folder has no system tables; without grants none are needed.
      '--skip-grant-tables',
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${join(options.dataDir, 'm.sock')}`,
      `--pid-file=${join(options.dataDir, 'm.pid')}`,
      '--innodb-buffer-pool-size=32M',
    ],
    logFile: join(options.dataDir, 'mariadb.log'),
  });
  await untilListening(child, port);
  return { ...child, url: (database) => `mysql://root@127.0.0.1:${port}/${database}` };
}
