import { spawn } from 'node:child_process';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually, servers } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import type { Messaging } from '../src/messaging.ts';
import {
  SILENT,
  eventOf,
  newMessaging,
  newTopic,
  prefix,
  seenOf,
  started,
  stopNow,
  upTo,
} from './harness.ts';

/** No test is so patient: what goes on has not waited for a session to end. */
const SESSION_MS = 300_000;
const PATIENCE = { timeoutMs: 40_000 };
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

const memberOf = (instance: string): Messaging =>
  newMessaging({ sessionTimeoutMs: SESSION_MS }, undefined, SILENT, instance);

test('kill -9 of a member: the process that is started in its place goes on at once', async () => {
  const topic = await newTopic('place', ['g']);
  const messaging = memberOf('pod-1-9464');
  await started(messaging.component);
  const publish = (sequence: number) =>
    messaging.publisher().publish(
      topic,
      KEYS.map((key) => eventOf(key, sequence)),
    );
  await publish(1);
  const setup = {
    brokers: servers().kafkaBrokers,
    topicPrefix: prefix,
    group: 'g',
    topic,
    sessionTimeoutMs: SESSION_MS,
    instance: 'pod-1-9464',
  };
  const script = fileURLToPath(new URL('consumer-process.ts', import.meta.url));
  const victim = spawn(execPath, [script, JSON.stringify(setup)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => victim.once('exit', resolve));
  let handled = 0;
  for await (const _ of createInterface({ input: victim.stdout })) {
    handled += 1;
    if (handled === KEYS.length) victim.kill('SIGKILL');
  }
  await exited;

  await publish(2);
  const seen = await seenOf(messaging, topic, 'g');
  await eventually(
    () =>
      expect(seen.filter(({ sequence }) => sequence === 2n).map(({ key }) => key)).toHaveLength(
        KEYS.length,
      ),
    PATIENCE,
  );
});

test('members of different names share, and what one leaves the other takes', async () => {
  const topic = await newTopic('places', ['g'], 4);
  const [first, second] = [memberOf('pod-1-9464'), memberOf('pod-2-9464')];
  await started(first.component);
  const consumers = [first, second].map((messaging) => {
    const keys: string[] = [];
    const consumer = messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async ({ key }) => {
        keys.push(key);
        return { kind: 'done' };
      },
    });
    return { keys, consumer };
  });
  for (const { consumer } of consumers) await started(consumer);
  const publish = (sequence: number) =>
    first.publisher().publish(
      topic,
      upTo(40).map((n) => eventOf(`key-${n}`, sequence)),
    );
  let sequence = 0;
  await eventually(async () => {
    sequence += 1;
    await publish(sequence);
    for (const { keys } of consumers) expect(keys).not.toEqual([]);
  }, PATIENCE);

  const [leaving, staying] = consumers;
  if (leaving === undefined || staying === undefined) throw new Error('two consumers');
  await stopNow(leaving.consumer);
  staying.keys.length = 0;
  await publish(sequence + 1);
  await eventually(() => expect(new Set(staying.keys).size).toBe(40), PATIENCE);
});

test('a process that reads other topics than the one before takes no place over', async () => {
  const [before, after] = [await newTopic('read', ['g']), await newTopic('read-too', ['g'])];
  const messaging = memberOf('pod-1-9464');
  await started(messaging.component);
  const seen: string[] = [];
  const consumerOf = (topics: (typeof before)[]) =>
    messaging.consumer({
      group: 'g',
      topics,
      handle: async ({ topic }) => {
        seen.push(topic);
        return { kind: 'done' };
      },
    });
  const old = await started(consumerOf([before]));
  await messaging.publisher().publish(before, [eventOf('a', 1)]);
  await eventually(() => expect(seen).toEqual(['read']), PATIENCE);
  await stopNow(old);
  await started(consumerOf([before, after]));
  await messaging.publisher().publish(after, [eventOf('a', 1)]);
  await eventually(() => expect(seen).toEqual(['read', 'read-too']), PATIENCE);
});
