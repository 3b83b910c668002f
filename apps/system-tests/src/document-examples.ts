import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { compileJava, run } from './public-clients.ts';

const DOCUMENT = resolve(import.meta.dirname, '../../../docs/integrators.md');

/** Examples of `docs/integrators.md` by the name of their file. */
export function documentExamples(): ReadonlyMap<string, string> {
  const blocks = readFileSync(DOCUMENT, 'utf8').matchAll(
    /<!-- example: (\S+) -->\n\n```\w+\n([\s\S]*?)\n```\n/g,
  );
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}

/** Runs an example as a reader would who has pasted it into a file; what it prints. */
export async function runExample(name: string, env: Record<string, string>): Promise<string> {
  const text = documentExamples().get(name);
  if (text === undefined) throw new Error(`${DOCUMENT} has no example ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-example-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, `${text}\n`);
    switch (extname(name)) {
      case '.sh':
        return await run('sh', [file], env);
      case '.py':
        return await run('python3', [file], env);
      case '.mjs':
        return await run(process.execPath, [file], env);
      case '.java':
        await compileJava([file], [], folder);
        return await run('java', ['-cp', folder, name.replace('.java', '')], env);
      default:
        throw new Error(`no way to run ${name}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
