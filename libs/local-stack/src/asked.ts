import type { AppName, AppPorts } from './topology.ts';

type Labels = Record<string, string | undefined>;

/** What counts as asking another process, in words. */
const WORDS: Record<string, ((labels: Labels) => string) | undefined> = {
  astrolabe_mongo_commands_total: ({ command, collection }) => `db ${command} ${collection}`,
  astrolabe_mongo_documents_written_total: ({ command, collection }) =>
    `documents ${command} ${collection}`,
  astrolabe_kafka_produce_requests_total: () => 'kafka produce',
  astrolabe_grpc_client_duration_seconds_count: ({ method }) => `grpc ${method}`,
  astrolabe_http_client_duration_seconds_count: () => 'http',
};
const FIGURE = /^(astrolabe_\w+)\{(.*)\} ([\d.e+]+)$/gm;
const LABEL = /(\w+)="([^"]*)"/g;
/** Less than this for one piece of work is of something else. */
const LEAST = 0.005;

/** How often each service has asked others since it started, by its name and what it asked. */
export async function askedOf(
  ports: Readonly<Record<AppName, Pick<AppPorts, 'health'>>>,
  apps: readonly AppName[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const app of apps) {
    const text = await (await fetch(`http://127.0.0.1:${ports[app].health}/metrics`)).text();
    for (const [, metric = '', labels = '', value = '0'] of text.matchAll(FIGURE)) {
      const told = Object.fromEntries(
        [...labels.matchAll(LABEL)].map(([, name, label]) => [name, label]),
      );
      const what = WORDS[metric]?.(told);
      if (what === undefined) continue;
      const key = `${app.padEnd(18)} ${what}`;
      found.set(key, (found.get(key) ?? 0) + Number(value));
    }
  }
  return found;
}

/** What was asked between two counts, for each of `pieces`, by name. */
export const askedMore = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  pieces: number,
): readonly (readonly [what: string, each: number])[] =>
  [...after]
    .map(([what, count]) => [what, (count - (before.get(what) ?? 0)) / pieces] as const)
    .filter(([, each]) => each >= LEAST)
    .toSorted(([a], [b]) => a.localeCompare(b));
