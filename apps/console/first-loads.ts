import { brotliCompressSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

/** What a role's browser loads until its first page stands. */
export type FirstLoad = {
  readonly role: string;
  /** Modules under the root of the pages, e.g. `/store/app.tsx`; what they import comes with them. */
  readonly modules: readonly string[];
  /** Folders of other roles: nothing of theirs is loaded. */
  readonly never: readonly string[];
};

type Bundle = Rollup.OutputBundle;
type Chunk = Rollup.OutputChunk;

const PAGE = 'index.html';

const chunksOf = (bundle: Bundle): Chunk[] =>
  Object.values(bundle).filter((one) => one.type === 'chunk');

/** A chunk with all that it imports before it runs. */
function withImports(bundle: Bundle, chunk: Chunk, found = new Set<Chunk>()): Set<Chunk> {
  if (found.has(chunk)) return found;
  found.add(chunk);
  for (const name of chunk.imports) {
    const next = bundle[name];
    if (next?.type === 'chunk') withImports(bundle, next, found);
  }
  return found;
}

const stylesOf = (chunk: Chunk): readonly string[] => [...(chunk.viteMetadata?.importedCss ?? [])];

/**
 * The files of a first load, the page itself among them.
 * @throws Error when a module is in no chunk, or a chunk has modules of another role.
 */
export function filesOf(bundle: Bundle, { role, modules, never }: FirstLoad): readonly string[] {
  const found = new Set<Chunk>();
  for (const path of modules) {
    const chunk = chunksOf(bundle).find((one) => one.moduleIds.some((id) => id.endsWith(path)));
    if (!chunk) throw new Error(`${role}: no chunk has ${path}`);
    withImports(bundle, chunk, found);
  }
  for (const { fileName, moduleIds } of found) {
    const foreign = moduleIds.find((id) => never.some((folder) => id.includes(folder)));
    if (foreign) throw new Error(`${role}: ${fileName} has ${foreign}`);
  }
  const files = [...found].flatMap((chunk) => [chunk.fileName, ...stylesOf(chunk)]);
  return [...new Set([PAGE, ...files])];
}

const bytesOf = (bundle: Bundle, name: string): number => {
  const file = bundle[name];
  if (!file) throw new Error(`the build has no ${name}`);
  return brotliCompressSync(file.type === 'chunk' ? file.code : file.source).length;
};

/**
 * Fails a build whose first load is above `bytesMax` for a role, as browsers get it (Brotli), or has another
 * role's code. `keep` is told each role's files.
 */
export function firstLoads(
  loads: readonly FirstLoad[],
  bytesMax: number,
  keep: (role: string, files: readonly string[]) => void,
): Plugin {
  return {
    name: 'first-loads',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const load of loads) {
          const files = filesOf(bundle, load);
          keep(load.role, files);
          const bytes = files.reduce((sum, name) => sum + bytesOf(bundle, name), 0);
          const told = `first load of ${load.role}: ${(bytes / 1_000).toFixed(1)} kB (Brotli)`;
          if (bytes > bytesMax) this.error(`${told}, more than ${bytesMax / 1_000} kB`);
          this.info(told);
        }
      },
    },
  };
}
