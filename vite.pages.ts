import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

/** A library's file would else be called after every page that needs it; a page's file names its area. */
function fileNameOf(name: string, moduleId: string): string {
  if (name.startsWith('libraries')) return 'libraries';
  const [, area] = /\/web\/(operator|store)\//.exec(moduleId) ?? [];
  return area === undefined ? '[name]' : `${area}-[name]`;
}

const COMPRESSED = /\.(?:html|css|js|svg|wasm|webmanifest)$/;

/** How the pages of an app are built. */
export const pages = defineConfig(({ command }) => {
  // Whoever builds them, such as a test run: the libraries' code for development is a third larger, and slower.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    plugins: [
      react(),
      compression({
        algorithms: ['brotliCompress', 'gzip'],
        include: COMPRESSED,
        threshold: 1_024,
      }),
    ],
    build: {
      outDir: '../../dist',
      emptyOutDir: true,
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: {
        // What we change often and what we never change: browsers keep the libraries over a release.
        // What pages need that are loaded later, is loaded later.
        output: {
          chunkFileNames: ({ name, facadeModuleId }) =>
            `assets/${fileNameOf(name, facadeModuleId ?? '')}-[hash].js`,
          codeSplitting: {
            groups: [
              {
                name: 'libraries',
                test: /node_modules/,
                entriesAware: true,
                entriesAwareMergeThreshold: 30_000,
              },
            ],
          },
        },
      },
    },
  };
});
