import { eventually } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import type { InboundEvent } from '../src/envelope.ts';
import type { HandlerOutcome } from '../src/handling.ts';
import { deadLetterTopic, retryTopic } from '../src/topic-names.ts';
import {
  NEVER_MS,
  SILENT,
  countMessages,
  eventOf,
  newMessaging,
  newTopic,
  seenOf,
  started,
  stopNow,
  sumCommitted,
  upTo,
  withoutDuplicates,
} from './harness.ts';

const DONE: HandlerOutcome = { kind: 'done' };
/** For tests of many messages or members on a machine with much else to do. */
const PATIENCE = { timeoutMs: 60_000 };
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

test('every event once, in order within its key, and all of it committed', async () => {
  const topic = await newTopic('plain', ['g']);
  const messaging = newMessaging();
  await started(messaging.component);
  const events = upTo(50).flatMap((n) => KEYS.map((key) => eventOf(key, n)));
  await messaging.publisher().publish(topic, events);
  const seen = await seenOf(messaging, topic, 'g');
  await eventually(() => expect(seen).toHaveLength(400));
  const byKey = withoutDuplicates(seen.map(({ id }) => id));
  for (const key of KEYS) expect(byKey.get(key)).toEqual(upTo(50));
  expect(seen[0]).toMatchObject({ topic: 'plain', source: 'test', type: 'test.v1.Happened' });
  expect(Buffer.from(seen[0]?.payload ?? []).toString()).toBe(
    `${seen[0]?.key}:${seen[0]?.sequence}`,
  );
  await eventually(async () =>
    expect(await sumCommitted('g', topic)).toBe(await countMessages(topic.name)),
  );
  messaging.check();
});

test('nothing behind an unfinished event is committed', async () => {
  const topic = await newTopic('contiguous', ['g'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async (event) => {
        seen.push(event.key);
        if (event.key === 'slow') await released;
        return DONE;
      },
    }),
  );
  const keys = ['x', 'y', 'slow', ...KEYS];
  await messaging.publisher().publish(
    topic,
    keys.map((key) => eventOf(key, 1)),
  );
  await eventually(() => expect(seen).toHaveLength(keys.length));
  await eventually(async () => expect(await sumCommitted('g', topic)).toBe(2));
  release();
  await eventually(async () => expect(await sumCommitted('g', topic)).toBe(keys.length));
});

test('a backlog above the window: several partitions wait for room, and all of them go on', async () => {
  const topic = await newTopic('backlog', ['g'], 4);
  const fetched = new Set<unknown>();
  const messaging = newMessaging({}, undefined, {
    ...SILENT,
    debug: (fields, message) => {
      if (message === 'batch fetched' && 'partition' in fields) fetched.add(fields.partition);
    },
  });
  await started(messaging.component);
  // A fetch of any one partition is more than may be open, and there is more than one of each.
  const payload = Buffer.alloc(64);
  const events = upTo(24_000).map((n) => ({ ...eventOf(`key-${n}`, 1), payload }));
  const publisher = messaging.publisher();
  for (let from = 0; from < events.length; from += 2_000) {
    await publisher.publish(topic, events.slice(from, from + 2_000));
  }
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const seen = new Set<string>();
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async (event) => {
        await released;
        seen.add(event.key);
        return DONE;
      },
    }),
  );
  await eventually(() => expect(fetched.size).toBe(4), PATIENCE);
  release();
  await eventually(() => expect(seen.size).toBe(events.length), PATIENCE);
}, 180_000);

test('a poisonous event is called as often as agreed, then lies with the dead letters', async () => {
  const topic = await newTopic('poison', ['g']);
  const messaging = newMessaging();
  await started(messaging.component);
  let calls = 0;
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async (event) => {
        if (event.key !== 'poison') seen.push(event.id);
        else if (event.sequence === 1n) {
          calls += 1;
          throw new TypeError('cannot read this');
        } else seen.push(event.id);
        return DONE;
      },
    }),
  );
  await messaging
    .publisher()
    .publish(topic, [eventOf('poison', 1), ...KEYS.map((key) => eventOf(key, 1))]);
  const letters = await eventually(async () => {
    const page = await messaging.deadLetters.list({ group: 'g', topic: 'poison', limit: 10 });
    expect(page.letters).toHaveLength(1);
    return page.letters;
  });
  // Three calls where it stands (two delays), two more from the retry topic (two delays).
  expect(calls).toBe(5);
  expect(letters[0]).toMatchObject({
    topic: 'poison',
    group: 'g',
    key: 'poison',
    id: 'test/poison/1',
    reason: 'TypeError: cannot read this',
    attempts: 5,
    originalOffset: '0',
  });
  expect(letters[0]?.stackHash).toMatch(/^[0-9a-f]{16}$/);
  await messaging.publisher().publish(topic, [eventOf('poison', 2)]);
  await eventually(() => expect(seen).toContain('test/poison/2'));
  expect(seen).toHaveLength(KEYS.length + 1);
  expect(await countMessages(deadLetterTopic('poison', 'g'))).toBe(1);
});

test('an event that fails keeps no other event waiting', async () => {
  const topic = await newTopic('bystanders', ['g'], 1);
  const messaging = newMessaging({ inPlaceDelaysMs: [NEVER_MS] });
  await started(messaging.component);
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      concurrency: 1,
      handle: async (event) => {
        if (event.key === 'poison') throw new Error('no');
        seen.push(event.key);
        return DONE;
      },
    }),
  );
  const publisher = messaging.publisher();
  await publisher.publish(topic, [eventOf('poison', 1), ...KEYS.map((key) => eventOf(key, 1))]);
  await eventually(() => expect(seen).toHaveLength(KEYS.length));
  await publisher.publish(
    topic,
    KEYS.map((key) => eventOf(key, 2)),
  );
  await eventually(() => expect(seen).toHaveLength(2 * KEYS.length));
});

test('a rejected event is listed with its cause and can be replayed to its group only', async () => {
  const topic = await newTopic('rejected', ['g', 'other']);
  const messaging = newMessaging();
  await started(messaging.component);
  let accepting = false;
  const seen: InboundEvent[] = [];
  const other: string[] = [];
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async (event) => {
        if (!accepting) return { kind: 'reject', reason: 'unknown goods' };
        seen.push(event);
        return DONE;
      },
    }),
  );
  await started(
    messaging.consumer({
      group: 'other',
      topics: [topic],
      handle: async (event) => {
        other.push(event.id);
        return DONE;
      },
    }),
  );
  await messaging.publisher().publish(
    topic,
    upTo(5).map((n) => eventOf('k', n)),
  );
  await eventually(async () =>
    expect(await countMessages(deadLetterTopic('rejected', 'g'))).toBe(5),
  );
  const query = { group: 'g', topic: 'rejected' };
  const first = await messaging.deadLetters.list({ ...query, limit: 3 });
  expect(first.letters.map(({ id }) => id)).toEqual(['test/k/1', 'test/k/2', 'test/k/3']);
  expect(first.letters[0]).toMatchObject({ reason: 'unknown goods', attempts: 1 });
  if (first.next === undefined) throw new Error('a second page was expected');
  const second = await messaging.deadLetters.list({ ...query, limit: 3, from: first.next });
  expect(second.letters.map(({ id }) => id)).toEqual(['test/k/4', 'test/k/5']);
  expect(second).not.toHaveProperty('next');

  accepting = true;
  const [letter] = second.letters;
  await messaging.deadLetters.replay({ ...query, offset: letter?.offset ?? '' });
  await eventually(() => expect(seen.map(({ id }) => id)).toEqual(['test/k/4']));
  expect(seen[0]?.key).toBe('k');
  expect(seen[0]?.replayOf).toMatch(/rejected\.dlq\.g\/3$/);
  await eventually(async () => expect(await sumCommitted('other', topic)).toBe(6));
  expect(other).toHaveLength(5);
  await expect(messaging.deadLetters.replay({ ...query, offset: '99' })).rejects.toThrow(
    'no dead letter',
  );
});

test('a message that is no event goes to the dead letters at once', async () => {
  const topic = await newTopic('malformed', ['g'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  await messaging.publisher().publish(topic, [{ ...eventOf('k', 1), id: '' }, eventOf('k', 2)]);
  const seen: string[] = [];
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async ({ id }) => {
        seen.push(id);
        return DONE;
      },
    }),
  );
  await eventually(() => expect(seen).toEqual(['test/k/2']));
  const { letters } = await messaging.deadLetters.list({
    group: 'g',
    topic: 'malformed',
    limit: 5,
  });
  expect(letters.map(({ reason }) => reason)).toEqual([expect.stringContaining('ce_id')]);
});

test('events behind a parked one wait with it, across a restart, and keep their order', async () => {
  const topic = await newTopic('parked', ['g']);
  // More tries than there can be until the handler is repaired, however slow the machine is.
  const parkedDelaysMs = Array.from({ length: 10_000 }, () => 50);
  const settings = { inPlaceDelaysMs: [], parkedDelaysMs };
  let broken = true;
  const seen: string[] = [];
  const attempts: string[] = [];
  const handle = async (event: InboundEvent): Promise<HandlerOutcome> => {
    attempts.push(event.id);
    if (broken && event.key === 'stuck') return { kind: 'retry', reason: 'not yet' };
    seen.push(event.id);
    return DONE;
  };
  const spec = { group: 'g', topics: [topic], handle };
  const before = newMessaging(settings);
  await started(before.component);
  const first = await started(before.consumer(spec));
  const publisher = before.publisher();
  for (const n of upTo(3)) await publisher.publish(topic, [eventOf('stuck', n)]);
  await publisher.publish(topic, [eventOf('free', 1)]);
  const retries = retryTopic('parked', 'g');
  await eventually(async () => expect(await countMessages(retries)).toBe(3), PATIENCE);
  await eventually(() => expect(seen).toEqual(['test/free/1']), PATIENCE);
  // Only the first was ever tried: the others must not overtake it.
  expect(new Set(attempts)).toEqual(new Set(['test/stuck/1', 'test/free/1']));
  await eventually(async () => expect(await sumCommitted('g', topic)).toBe(4), PATIENCE);
  await stopNow(first);

  await publisher.publish(topic, [eventOf('stuck', 4), eventOf('free', 2)]);
  const after = newMessaging(settings);
  await started(after.consumer(spec));
  await eventually(async () => expect(await countMessages(retries)).toBe(4), PATIENCE);
  await eventually(() => expect(seen).toContain('test/free/2'), PATIENCE);
  expect(attempts).not.toContain('test/stuck/4');
  broken = false;
  await eventually(() => expect(seen).toContain('test/stuck/4'), PATIENCE);
  await publisher.publish(topic, [eventOf('stuck', 5)]);
  await eventually(() => expect(seen).toContain('test/stuck/5'), PATIENCE);
  expect(seen.filter((id) => id.startsWith('test/stuck'))).toEqual(
    upTo(5).map((n) => `test/stuck/${n}`),
  );
  // The key is free again: the last one did not have to go through the retry topic.
  expect(await countMessages(retries)).toBe(4);
}, 180_000);

test('members that come and go: nothing lost, order kept', async () => {
  const topic = await newTopic('rebalance', ['g'], 6);
  const seen: string[] = [];
  const handle = async ({ id }: InboundEvent): Promise<HandlerOutcome> => {
    seen.push(id);
    return DONE;
  };
  const spec = { group: 'g', topics: [topic], handle };
  const one = newMessaging();
  await started(one.component);
  await started(one.consumer(spec));
  const publisher = one.publisher();
  let sequence = 0;
  const publishRound = async (): Promise<void> => {
    sequence += 1;
    await publisher.publish(
      topic,
      KEYS.map((key) => eventOf(key, sequence)),
    );
  };
  const allSeen = (): void => {
    const byKey = withoutDuplicates(seen);
    for (const key of KEYS) expect(byKey.get(key)).toEqual(upTo(sequence));
  };
  for (let n = 0; n < 20; n += 1) await publishRound();
  const two = newMessaging();
  const second = await started(two.consumer(spec));
  for (let n = 0; n < 20; n += 1) await publishRound();
  await eventually(() => two.check());
  for (let n = 0; n < 20; n += 1) await publishRound();
  await eventually(allSeen, { timeoutMs: 20_000 });
  await stopNow(second);
  for (let n = 0; n < 20; n += 1) await publishRound();
  await eventually(allSeen, { timeoutMs: 20_000 });
  await eventually(async () =>
    expect(await sumCommitted('g', topic)).toBe(await countMessages(topic.name)),
  );
});

test('a group that the topic does not declare is refused: it would have no retry topic', async () => {
  const topic = await newTopic('declared', ['g']);
  expect(() =>
    newMessaging().consumer({ group: 'stranger', topics: [topic], handle: async () => DONE }),
  ).toThrow('does not declare');
});
