import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { APP_NAMES, httpUrl } from '@astrolabe/local-stack';
import { connectIsv, sellerWithIsv } from '../isv.ts';
import { startedSeller } from '../scenario.ts';
import { defineScenario } from './define.ts';
import type { Log } from './define.ts';
import { endpointsOf } from './doors.ts';
import type { Endpoint } from './doors.ts';
import { noted, none } from './figures.ts';
import type { Figure } from './figures.ts';
import { EVERY, HOSTILE_NAMES, exampleOf, variantsOf } from './hostile.ts';
import type { Hostility } from './hostile.ts';
import { pagesOf } from './pages.ts';
import { startPlatform } from './platform.ts';

/** What hostile requests were answered. */
export type Verdicts = {
  sent: number;
  accepted: number;
  /** A request, what was wrong with its answer, and the answer. */
  faults: { fault: 'server error' | 'form' | 'try again' | 'no answer'; about: string }[];
};

const SUCCESS = /<flag>success<\/flag>|"code":"0"|"success":true/;
const SERVER_ERROR = /isp\.(?!service-unavailable)[a-z-]+/;
const TRY_AGAIN = /isp\.service-unavailable|系统繁忙/;

/** Sends every variant of an endpoint's request, so many at once. */
export async function attack(
  endpoint: Endpoint,
  hostility: Hostility,
  atOnce: number,
): Promise<Verdicts> {
  const verdicts: Verdicts = { sent: 0, accepted: 0, faults: [] };
  const requests = requestsOf(endpoint, hostility);
  const one = async (): Promise<void> => {
    for (let next = requests.next(); !next.done; next = requests.next()) {
      const { about, send } = next.value;
      verdicts.sent += 1;
      await judge(verdicts, endpoint, about, send);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return verdicts;
}

type Request = { about: string; send: () => ReturnType<Endpoint['send']> };

function* requestsOf(endpoint: Endpoint, hostility: Hostility): Generator<Request> {
  const good = exampleOf(endpoint.shape, endpoint.values);
  yield { about: 'the good request', send: () => endpoint.send(good) };
  for (const { path, what, node } of variantsOf(good, hostility)) {
    yield { about: `${path} ${what.slice(0, 40)}`, send: () => endpoint.send(node) };
  }
  for (const name of endpoint.publicNames) {
    for (const text of hostility.texts) {
      const about = `parameter ${name} ${text.slice(0, 40)}`;
      yield { about, send: () => endpoint.send(good, { [name]: text }) };
    }
  }
}

async function judge(
  verdicts: Verdicts,
  { name, form }: Endpoint,
  about: string,
  send: Request['send'],
): Promise<void> {
  const note = (fault: Verdicts['faults'][number]['fault'], text: string) =>
    void verdicts.faults.push({ fault, about: `${name}: ${about}: ${text.slice(0, 300)}` });
  try {
    const { status, text } = await send();
    if (SUCCESS.test(text)) verdicts.accepted += 1;
    if (status >= 500 || SERVER_ERROR.test(text)) note('server error', `${status} ${text}`);
    else if (TRY_AGAIN.test(text)) note('try again', text);
    // What is too long for a server is not the channel's any more.
    else if (!form.test(text) && status !== 431) note('form', `${status} ${text}`);
  } catch (error) {
    note('no answer', String(error));
  }
}

/** Names in what is stored that a caller made up; no document of ours has such a name. */
export async function strangeNames(mongoUri: string, prefix: string): Promise<string[]> {
  const client = await MongoClient.connect(mongoUri);
  const found: string[] = [];
  try {
    const { databases } = await client.db().admin().listDatabases();
    for (const { name } of databases.filter((one) => one.name.startsWith(prefix))) {
      const db = client.db(name);
      for (const collection of await db.listCollections().toArray()) {
        const place = `${name}.${collection.name}`;
        for await (const document of db.collection(collection.name).find()) {
          found.push(...strangeIn(document).map((path) => `${place}: ${path}`));
        }
      }
    }
  } finally {
    await client.close();
  }
  return found;
}

function strangeIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => strangeIn(one, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  if (Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = `${path}.${name}`;
    const isStrange = name.startsWith('$') || HOSTILE_NAMES.includes(name) || name === 'polluted';
    return [...(isStrange ? [at] : []), ...strangeIn(member, at)];
  });
}

/** The figures of all endpoints together; each fault is told. */
export function verdictFigures(all: readonly Verdicts[], log: Log): Figure[] {
  const faults = all.flatMap((one) => one.faults);
  for (const { fault, about } of faults.slice(0, 40)) log(`${fault}: ${about}`);
  const count = (fault: Verdicts['faults'][number]['fault']) =>
    faults.filter((one) => one.fault === fault).length;
  const sum = (of: (one: Verdicts) => number) => all.reduce((total, one) => total + of(one), 0);
  return [
    noted('endpoints', all.length),
    noted(
      'requests',
      sum(({ sent }) => sent),
    ),
    noted(
      'accepted',
      sum(({ accepted }) => accepted),
    ),
    none('answers 5xx', count('server error')),
    none('answers in no form of the channel', count('form')),
    none('answers to ask again', count('try again')),
    none('requests without an answer', count('no answer')),
  ];
}

const SETTLED_MS = 5_000;

/** 22: injection generated from the schemas, on every endpoint. */
export const injection = defineScenario({
  title: 'hostile values in every field of every message, rightly signed',
  settings: { atOnce: 8 },
  run: async ({ atOnce }, log) => {
    const platform = await startPlatform({ apps: APP_NAMES.filter((app) => app !== 'sandbox') });
    const { harness } = platform;
    const isv = connectIsv(harness);
    try {
      const actor = await startedSeller(harness);
      const spiUrl = `${httpUrl(harness.stack, 'isv-allocator')}/spi`;
      const second = await sellerWithIsv(harness, isv);
      const all: Verdicts[] = [];
      const endpoints = [
        ...endpointsOf(actor, { actor: second, spiUrl }),
        ...(await pagesOf(actor)),
      ];
      for (const endpoint of endpoints) {
        const verdicts = await attack(endpoint, EVERY, atOnce);
        log(`${endpoint.name}: ${verdicts.sent} sent, ${verdicts.accepted} accepted`);
        all.push(verdicts);
      }
      // Events of what was accepted are on their way.
      await delay(SETTLED_MS);
      const names = await strangeNames(platform.mongoUri, harness.stack.settings.databasePrefix);
      for (const name of names.slice(0, 20)) log(`stored: ${name}`);
      return [
        ...verdictFigures(all, log),
        none('made-up names that reached a database', names.length),
        none('processes that ended', harness.crashes.length),
      ];
    } finally {
      isv.close();
      await platform.stop();
    }
  },
});
