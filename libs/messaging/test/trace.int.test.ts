import { ok } from '@astrolabe/kernel';
import { createAggregateStore } from '@astrolabe/mongo';
import { initTelemetry, withSpan } from '@astrolabe/telemetry';
import { eventually, startOtlpReceiver, testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import type { OutboxRelay } from '../src/outbox-relay.ts';
import { newMessaging, newTopic, started } from './harness.ts';

test('one trace leads from the command through the topic into the handler', async () => {
  const receiver = await startOtlpReceiver();
  const telemetry = await initTelemetry({
    service: 'test',
    otlpEndpoint: receiver.endpoint,
    sampleRatio: 1,
  });
  const mongo = await testDatabase();
  const topic = await newTopic('traced', ['g']);
  const messaging = newMessaging();
  let relay: OutboxRelay | undefined;
  const store = createAggregateStore<object>({
    db: mongo.db,
    collection: 'traced',
    topic: 'traced',
    source: 'orders',
    wake: (id) => relay?.wake(id),
  });
  relay = messaging.outboxRelay(store.outbox);
  await started(relay.component);
  let handled = false;
  await started(
    messaging.consumer({
      group: 'g',
      topics: [topic],
      handle: async () =>
        withSpan('effect', {}, async () => {
          handled = true;
          return { kind: 'done' as const };
        }),
    }),
  );
  await withSpan('command', {}, async () => {
    await store.transact('a', null, () =>
      ok({
        state: {},
        events: [{ type: 'happened', payload: new Uint8Array([1]), time: new Date() }],
        result: null,
      }),
    );
  });
  await eventually(() => expect(handled).toBe(true));
  await eventually(
    () => {
      const spans = receiver.spans();
      const named = (name: string) => {
        const found = spans.find((span) => span.name === name);
        if (found === undefined) throw new Error(`no span ${name}`);
        return found;
      };
      const [command, write, publish, process, effect] = [
        named('command'),
        named('insertOne traced'),
        named('publish traced'),
        named('process traced'),
        named('effect'),
      ];
      expect(new Set([command, write, publish, process, effect].map((s) => s.traceId)).size).toBe(
        1,
      );
      expect(write.parentSpanId).toBe(command.spanId);
      expect(publish).toMatchObject({ kind: 4, parentSpanId: command.spanId });
      expect(process).toMatchObject({ kind: 5, parentSpanId: publish.spanId });
      expect(effect.parentSpanId).toBe(process.spanId);
      expect(process.attributes).toMatchObject({
        'messaging.system': 'kafka',
        'messaging.destination.name': 'traced',
        'messaging.consumer.group.name': 'g',
        'astrolabe.outcome': 'done',
      });
    },
    { timeoutMs: 20_000 },
  );
  await telemetry.shutdown();
  await receiver.stop();
});
