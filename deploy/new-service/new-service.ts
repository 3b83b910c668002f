/**
 * `npm run new-service NAME`: the folder, the ports and the manifests of a service that starts, is ready when
 * its database answers, and does nothing yet. All or nothing is written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { filesOf } from './files.ts';
import { TOPOLOGY, UnexpectedList, freeHealthPort, listsWith } from './lists.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** Of a host name in a cluster. */
const NAME_LENGTH_MAX = 40;

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function complaint(name: string | undefined): string | null {
  if (name === undefined) return 'usage: npm run new-service NAME';
  if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
    return `${name}: a name is of small letters, digits and single hyphens, as in order-router, at most ${NAME_LENGTH_MAX}`;
  }
  return existsSync(join(ROOT, 'apps', name)) ? `apps/${name} exists` : null;
}

function write(name: string): string[] {
  const made = { name, healthPort: freeHealthPort(textOf(TOPOLOGY)) };
  const manifest = textOf('deploy/new-service/service.yaml').replaceAll('SERVICE_NAME', name);
  const written = [...filesOf(made, manifest), ...listsWith(made, textOf)];
  for (const [path, text] of written) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  return written.map(([path]) => path);
}

function main([name]: string[]): number {
  const wrong = complaint(name);
  if (wrong !== null || name === undefined) {
    process.stderr.write(`${wrong}\n`);
    return 2;
  }
  try {
    for (const path of write(name)) process.stdout.write(`${path}\n`);
  } catch (error) {
    if (!(error instanceof UnexpectedList)) throw error;
    process.stderr.write(`${error.message}; nothing is written\n`);
    return 1;
  }
  process.stdout.write('Next: npm install, npm run format, then docs/recipes.md\n');
  return 0;
}

process.exitCode = main(process.argv.slice(2));
