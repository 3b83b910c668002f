import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withIdentity } from '@astrolabe/service';
import type { loadConfig } from '@astrolabe/service';
import { ROOT, object, strings } from './resources.ts';

/** What the check needs of an app's configuration schema. */
export type ConfigSchema = Parameters<typeof loadConfig>[0];

/** A part of the platform: an app that runs in every installation. */
export type App = {
  readonly name: string;
  readonly schema: ConfigSchema;
  /** How it knows its callers from outside, by the tag `callers:…` of its package; '' when it does not. */
  readonly callers: string;
};

/** For development only: nothing of it is deployed. */
const NOT_DEPLOYED = new Set(['sandbox']);

/** Every app that has a process and a configuration of its own. */
export async function platformApps(): Promise<App[]> {
  const folders = readdirSync(join(ROOT, 'apps')).filter(
    (name) =>
      !NOT_DEPLOYED.has(name) &&
      ['src/main.ts', 'src/config.ts'].every((file) => existsSync(join(ROOT, 'apps', name, file))),
  );
  return await Promise.all(
    folders.map(async (name) => {
      const folder = join(ROOT, 'apps', name);
      const file = pathToFileURL(join(folder, 'src/config.ts')).href;
      const { ConfigSchema: own } = (await import(file)) as { ConfigSchema: ConfigSchema };
      const schema = withIdentity(own);
      const manifest = object(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
      const tags = strings(object(manifest['nx'])['tags']);
      const callers = tags.find((tag) => tag.startsWith('callers:'))?.slice('callers:'.length);
      return { name, schema, callers: callers ?? '' };
    }),
  );
}
