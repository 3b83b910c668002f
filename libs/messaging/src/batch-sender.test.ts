import { expect, test } from 'vitest';
import { createBatchSender } from './batch-sender.ts';
import { MessageTooLarge } from './kafka-port.ts';
import type { Outgoing } from './batch-sender.ts';
import type { Sender, TopicMessages } from './kafka-port.ts';

const message = (value: string, partition?: number): Outgoing => ({
  topic: 't',
  key: 'k',
  value: Buffer.from(value),
  headers: {},
  ...(partition !== undefined && { partition }),
});

function recorder() {
  const batches: string[][] = [];
  let inFlight = 0;
  let most = 0;
  let fails = 0;
  const sender: Sender = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    send: async (batch: readonly TopicMessages[]) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      if (fails > 0) {
        fails -= 1;
        throw new Error('broker down');
      }
      batches.push(
        batch.flatMap(({ messages }) => messages.map(({ value }) => Buffer.from(value).toString())),
      );
      return [{ topic: 't', partition: 1, baseOffset: 100n }];
    },
  };
  return { sender, batches, most: () => most, failNext: () => (fails += 1) };
}

test('what arrives together goes out together, one request at a time and in order', async () => {
  const { sender, batches, most } = recorder();
  const sending = createBatchSender(sender);
  await Promise.all(['a', 'b', 'c'].map((value) => sending.send([message(value)])));
  const later = sending.send([message('d')]);
  await Promise.all([later, sending.send([message('e')])]);
  expect(batches).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
  expect(most()).toBe(1);
});

test('messages with a fixed partition learn their offsets', async () => {
  const sending = createBatchSender(recorder().sender);
  const offsets = await Promise.all([
    sending.send([message('a', 1), message('b', 1)]),
    sending.send([message('c')]),
    sending.send([message('d', 1)]),
  ]);
  expect(offsets).toEqual([[100n, 101n], [undefined], [102n]]);
});

test('a failure reaches its senders and the readiness check, a success clears it', async () => {
  const { sender, failNext } = recorder();
  const sending = createBatchSender(sender);
  failNext();
  await expect(sending.send([message('a')])).rejects.toThrow('broker down');
  expect(() => sending.check()).toThrow('broker down');
  await sending.send([message('a')]);
  sending.check();
});

test('a request stays below what a broker takes', async () => {
  const { sender, batches } = recorder();
  const sending = createBatchSender(sender);
  const large = 'x'.repeat(500_000);
  await Promise.all([1, 2, 3].map(() => sending.send([message(large)])));
  expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1]);
  await expect(sending.send([message('x'.repeat(1_000_000))])).rejects.toThrow(MessageTooLarge);
});
