#!/usr/bin/env node
/**
 * `npx astrolabe`: runs the command line on the Node 24 that comes as a package, as `npm start` does; the one of the
 * shell may be too old for TypeScript. Plain JS without packages.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const packaged = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

const node = existsSync(packaged) ? packaged : process.execPath;
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
// The child has the same terminal, and ends by itself; this process only hands on how.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
child.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
