import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { pages } from '../../vite.pages.ts';
import { firstLoads } from './first-loads.ts';
import type { FirstLoad } from './first-loads.ts';
import { icons } from './icons.ts';

const WEB = join(import.meta.dirname, 'src/web');
const FIRST_LOAD_BYTES_MAX = 300_000;

const BOTH = ['/web/main.tsx', '/web/shared/login.tsx'];

/** Each begins with the sign-in and ends with the page that is opened then. */
const FIRST_LOADS: readonly FirstLoad[] = [
  { role: 'clerk', modules: [...BOTH, '/web/store/app.tsx'], never: ['/web/operator/'] },
  {
    role: 'operator',
    modules: [...BOTH, '/web/operator/app.tsx', '/web/operator/pages/today/page.tsx'],
    never: ['/web/store/'],
  },
];

export default defineConfig((env) => {
  const files = new Map<string, readonly string[]>();
  const isClerks = ({ url }: { url: string }): boolean =>
    !url.startsWith('assets/') || files.get('clerk')?.includes(url) === true;
  return mergeConfig(pages(env), {
    plugins: [
      icons(join(WEB, 'store/icon.svg')),
      firstLoads(FIRST_LOADS, FIRST_LOAD_BYTES_MAX, (role, own) => files.set(role, own)),
      VitePWA({
        strategies: 'injectManifest',
        srcDir: 'store/device',
        filename: 'worker.ts',
        // The clerks' pages alone have it (see `useManifest`, `useUpdate`).
        injectRegister: false,
        manifest: false,
        injectManifest: {
          globPatterns: ['assets/*.{js,css}', 'offline.html', 'icons/192.png'],
          manifestTransforms: [
            async (entries) => ({ manifest: entries.filter(isClerks), warnings: [] }),
          ],
        },
      }),
    ],
  });
});
