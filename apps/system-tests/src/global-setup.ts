import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CONSOLE = resolve(import.meta.dirname, '../../console');

/** Builds the pages where they are not built yet: once, and not in each of the files that run at the same time. */
export function setup(): void {
  if (existsSync(join(CONSOLE, 'dist/index.html'))) return;
  execFileSync('npm', ['run', 'build'], { cwd: CONSOLE, stdio: 'pipe' });
}
