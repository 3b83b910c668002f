import { eventually } from '@astrolabe/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { zstd } from '../src/kafkajs/compression.ts';
import { eventOf, newMessaging, newTopic, seenOf, started } from './harness.ts';

afterEach(() => void vi.restoreAllMocks());

const LONG = Buffer.from('order:2004574256073903:reserve|'.repeat(2_000));

test('a request of many bytes is sent as one frame, a small one as it is; both are read back', async () => {
  const [compressed, expanded] = [vi.spyOn(zstd, 'compress'), vi.spyOn(zstd, 'decompress')];
  const topic = await newTopic('compressed', ['g'], 1);
  const messaging = newMessaging();
  await started(messaging.component);
  const publisher = messaging.publisher();
  await publisher.publish(topic, [eventOf('small', 1)]);
  expect(compressed).not.toHaveBeenCalled();
  await publisher.publish(topic, [
    { ...eventOf('large', 1), payload: LONG },
    { ...eventOf('large', 2), payload: LONG },
  ]);
  expect(compressed).toHaveBeenCalledTimes(1);
  const frame = await compressed.mock.results[0]?.value;
  expect(frame.byteLength).toBeLessThan(LONG.byteLength / 10);

  const seen = await seenOf(messaging, topic, 'g');
  await eventually(() => expect(seen).toHaveLength(3));
  const [small, ...large] = seen;
  expect(Buffer.from(small?.payload ?? []).toString()).toBe('small:1');
  for (const { payload } of large) expect(Buffer.from(payload).equals(LONG)).toBe(true);
  // The broker handed on the frame that it was given.
  expect(expanded.mock.calls.map(([bytes]) => bytes.byteLength)).toContain(frame.byteLength);
});

test('a frame that is none fails as a whole', async () => {
  await expect(zstd.decompress(Buffer.from('no frame'))).rejects.toThrow();
});
