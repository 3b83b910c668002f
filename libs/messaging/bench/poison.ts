/**
 * Messages that cannot be handled, among many that can (scenario 16 of the requirements): malformed
 * content, bodies at and beyond the size limit, a handler that always throws, an unknown type. Prints how
 * long the others take with and without them, what is among the dead letters, and what a replay does.
 *
 *   npm run poison -w @astrolabe/messaging
 *   MESSAGES=20000 RATE=500 npm run poison -w @astrolabe/messaging
 *
 * Ends with code 1 when letters or replays are not exactly what they should be; the times are for the
 * reader to judge, as they depend on the machine. The consumer is a process of its own.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EVENTS } from '@astrolabe/contracts';
import { startKafka } from '@astrolabe/local-servers';
import { createTopics } from '../src/index.ts';
import type { OutgoingEvent } from '../src/index.ts';
import { toHeaders } from '../src/envelope.ts';
import { createKafkaClient } from '../src/kafkajs/client.ts';
import { GROUP, POISONS, RETRIES, SILENT, messagingOf, topicOf } from './poison-parts.ts';
import type { Asked, Figures, Kind } from './poison-parts.ts';

const MESSAGES = Number(process.env['MESSAGES'] ?? 100_000);
/** Messages a second, whether or not the consumer keeps up. */
const RATE = Number(process.env['RATE'] ?? 1_000);
const SHARE = 0.01;
/** Messages of one key, one after the other. */
const PER_KEY = 4;
const TICK_MS = 10;
const PATIENCE_MS = 1_800_000;

const ORDINARY = EVENTS.orderClosed.encode({
  orderRef: { channel: 'tmall', sellerId: '21230', number: '2004574256073903' },
  subOrderIds: Array.from({ length: 20 }, (_, n) => `20045742560739${n}`),
  reason: 'REFUNDED',
});
const BODIES: Readonly<Record<Kind, Uint8Array>> = {
  ordinary: ORDINARY,
  malformed: Buffer.from([0x0a, 0x7f, 0x01]),
  throws: ORDINARY,
  unknown: ORDINARY,
  // Random, so that no codec makes room for the headers of a moved message.
  near: randomBytes(1_048_000),
  beyond: Buffer.alloc(1_500_000, 'order:2004574256073903:reserve|'),
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** One message of every hundred, at a changing place of its key, takes the next kind of poison. */
function kindOf(n: number, share: number): Kind {
  if (share === 0) return 'ordinary';
  const every = Math.round(1 / share);
  const block = Math.floor(n / every);
  if (n % every !== (block * 37 + 13) % every) return 'ordinary';
  return POISONS[block % POISONS.length] ?? 'ordinary';
}

/** Keys that run side by side: message n is of key k, for four rounds of a thousand keys. */
const SIDE_BY_SIDE = 1_000;
const keyOf = (n: number): string =>
  `order-${Math.floor(n / (SIDE_BY_SIDE * PER_KEY))}-${n % SIDE_BY_SIDE}`;
const sequenceOf = (n: number): number =>
  Math.floor((n % (SIDE_BY_SIDE * PER_KEY)) / SIDE_BY_SIDE) + 1;

function eventOf(n: number, kind: Kind, time: Date): OutgoingEvent {
  const key = keyOf(n);
  return {
    id: `${kind}/${n}`,
    type: kind === 'unknown' ? 'astrolabe.order.v2.OrderRevised' : EVENTS.orderClosed.type,
    source: 'bench',
    subject: key,
    sequence: BigInt(sequenceOf(n)),
    key,
    time,
    payload: BODIES[kind],
  };
}

type Run = { readonly brokers: string; readonly name: string; readonly share: number };

/** Publishes at the rate; an event's time is when it was due. Returns ids of the poison by kind. */
async function publish({ brokers, name, share }: Run): Promise<Map<Kind, string[]>> {
  const injected = new Map<Kind, string[]>(POISONS.map((kind) => [kind, []]));
  const messaging = messagingOf(brokers);
  const raw = createKafkaClient({
    brokers: [brokers],
    clientId: 'big',
    logger: SILENT,
    sessionTimeoutMs: 6_000,
  }).sender();
  await messaging.component.start();
  await raw.connect();
  const publisher = messaging.publisher();
  const begun = Date.now();
  const under: Promise<unknown>[] = [];
  for (let n = 0; n < MESSAGES;) {
    const due = Math.min(MESSAGES, Math.floor(((Date.now() - begun) * RATE) / 1_000) + 1);
    const events: OutgoingEvent[] = [];
    for (; n < due; n += 1) {
      const kind = kindOf(n, share);
      const event = eventOf(n, kind, new Date(begun + (n * 1_000) / RATE));
      if (kind !== 'ordinary') injected.get(kind)?.push(event.id);
      if (kind !== 'near' && kind !== 'beyond') {
        events.push(event);
        continue;
      }
      // Larger than this library publishes, as large as a broker takes from others.
      const message = { key: event.key, value: event.payload, headers: toHeaders(event) };
      under.push(raw.send([{ topic: name, messages: [message] }]));
    }
    under.push(publisher.publish(topicOf(name), events));
    if (under.length > 500) await Promise.all(under.splice(0, 250));
    await delay(TICK_MS);
  }
  await Promise.all(under);
  await raw.disconnect();
  await messaging.component.stop();
  return injected;
}

async function ask(consumer: ChildProcess, asked: Asked): Promise<Figures> {
  consumer.send(asked);
  const [answer] = (await once(consumer, 'message')) as [Figures];
  return answer;
}

/** Asks until it holds. */
async function until(
  consumer: ChildProcess,
  what: string,
  holds: (figures: Figures) => boolean | Promise<boolean>,
): Promise<Figures> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const figures = await ask(consumer, 'figures');
    if (await holds(figures)) return figures;
    if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(figures)}`);
    await delay(500);
  }
}

async function measured(run: Run): Promise<boolean> {
  const { brokers, name } = run;
  const topic = topicOf(name);
  await createTopics({
    brokers: [brokers],
    topicPrefix: '',
    topics: [topic],
    replicationFactor: 1,
  });
  const consumer = fork(join(import.meta.dirname, 'poison-consumer.ts'), [brokers, name]);
  await once(consumer, 'message');
  const load = loadavg()[0]?.toFixed(1);
  const injected = await publish(run);
  const bad = [...injected.values()].reduce((sum, ids) => sum + ids.length, 0);
  const { handled, cpuSeconds, others, behind } = await until(
    consumer,
    'not all messages were handled',
    (figures) => figures.handled === MESSAGES - bad,
  );
  print(`${name}: ${JSON.stringify({ offered: RATE, handled, cpuSeconds, others, behind, load })}`);
  const fine = bad === 0 || (await replayed(run, consumer, injected, bad));
  consumer.send('end' satisfies Asked);
  await once(consumer, 'exit');
  return fine;
}

/** Compares the dead letters with what was injected, and replays them into a repaired handler. */
async function replayed(
  { brokers, name }: Run,
  consumer: ChildProcess,
  injected: ReadonlyMap<Kind, readonly string[]>,
  bad: number,
): Promise<boolean> {
  const messaging = messagingOf(brokers);
  await messaging.component.start();
  const count = async (): Promise<number> =>
    (await messaging.deadLetters.count([topicOf(name)]))[0]?.letters ?? 0;
  await until(consumer, 'letters are missing', async () => (await count()) >= bad);
  const query = { group: GROUP, topic: name, limit: 100 };
  const found: string[] = [];
  for (let from: string | undefined = '0'; from !== undefined;) {
    const page = await messaging.deadLetters.list({ ...query, from });
    found.push(...page.letters.map(({ id }) => id));
    from = page.next;
  }
  const wanted = [...injected.values()].flat();
  const exact = found.toSorted().join() === wanted.toSorted().join();
  const kinds = Object.fromEntries([...injected].map(([kind, ids]) => [kind, ids.length]));
  print(`dead letters: ${JSON.stringify({ injected: bad, ...kinds, found: found.length, exact })}`);
  await ask(consumer, 'repair');
  const begun = Date.now();
  const refused: string[] = [];
  for (let from: string | undefined = '0'; from !== undefined;) {
    const page = await messaging.deadLetters.replayAll({ ...query, from });
    refused.push(...page.refused.map(({ letter, reason }) => `${letter.id}: ${reason}`));
    from = page.next;
  }
  if (refused.length > 0) print(`not replayed: ${refused.length}, such as ${refused[0]}`);
  const { replays } = await until(
    consumer,
    'replays are missing',
    (figures) => figures.replays.length >= bad - refused.length,
  );
  const all = [...replays].toSorted().join() === wanted.toSorted().join();
  const after = await count();
  const ms = Date.now() - begun;
  print(
    `replay: ${JSON.stringify({ letters: bad, handled: replays.length, once: all, newLetters: after - bad, ms })}`,
  );
  await messaging.component.stop();
  return exact && all && after === bad;
}

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-poison-'));
const kafka = await startKafka({ dataDir: folder });
try {
  print(
    `settings: ${JSON.stringify({ messages: MESSAGES, share: SHARE, perKey: PER_KEY, retries: RETRIES })}`,
  );
  const { brokers } = kafka;
  const without = await measured({ brokers, name: 'without', share: 0 });
  const poisoned = await measured({ brokers, name: 'with', share: SHARE });
  process.exitCode = without && poisoned ? 0 : 1;
} finally {
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
}
