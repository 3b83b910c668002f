import type { AppName, AppPorts } from './topology.ts';

type Labels = Record<string, string | undefined>;

const NONE = { times: 0, documents: 0 } as const;

const commandInWords = ({ command, collection }: Labels): string => `db ${command} ${collection}`;

/** What counts as asking another process, in words. */
const WORDS: Record<string, ((labels: Labels) => string) | undefined> = {
  astrolabe_mongo_commands_total: commandInWords,
  astrolabe_kafka_produce_requests_total: () => 'kafka produce',
  astrolabe_kafka_fetch_requests_total: ({ group }) => `kafka fetch ${group}`,
  astrolabe_grpc_client_duration_seconds_count: ({ method }) => `grpc ${method}`,
  astrolabe_http_client_duration_seconds_count: () => 'http',
};
/** How many documents commands were about, by the words of the command. */
const DOCUMENTS = 'astrolabe_mongo_documents_total';
const FIGURE = /^(astrolabe_\w+)\{(.*)\} ([\d.e+]+)$/gm;
const LABEL = /(\w+)="([^"]*)"/g;
/** Less than this for one piece of work is of something else. */
const LEAST = 0.005;

/** How often something was asked, and how many documents of the database that was about. */
type Count = { readonly times: number; readonly documents: number };

/** How often each service has asked others since it started, by its name and what it asked. */
export async function askedOf(
  ports: Readonly<Record<AppName, Pick<AppPorts, 'health'>>>,
  apps: readonly AppName[],
): Promise<ReadonlyMap<string, Count>> {
  const found = new Map<string, Count>();
  for (const app of apps) {
    const text = await (await fetch(`http://127.0.0.1:${ports[app].health}/metrics`)).text();
    for (const [, metric = '', labels = '', value = '0'] of text.matchAll(FIGURE)) {
      const told = Object.fromEntries(
        [...labels.matchAll(LABEL)].map(([, name, label]) => [name, label]),
      );
      const isOfDocuments = metric === DOCUMENTS;
      const what = (isOfDocuments ? commandInWords : WORDS[metric])?.(told);
      if (what === undefined) continue;
      const key = `${app.padEnd(18)} ${what}`;
      const { times, documents } = found.get(key) ?? NONE;
      const more = Number(value);
      found.set(
        key,
        isOfDocuments ? { times, documents: documents + more } : { times: times + more, documents },
      );
    }
  }
  return found;
}

/** What was asked between two counts, for each of `pieces`, by name. */
export const askedMore = (
  before: ReadonlyMap<string, Count>,
  after: ReadonlyMap<string, Count>,
  pieces: number,
): readonly (Count & { readonly what: string })[] =>
  [...after]
    .map(([what, { times, documents }]) => {
      const from = before.get(what) ?? NONE;
      return {
        what,
        times: (times - from.times) / pieces,
        documents: (documents - from.documents) / pieces,
      };
    })
    .filter(({ times }) => times >= LEAST)
    .toSorted((a, b) => a.what.localeCompare(b.what));
