import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import { OrderAllocated, OrderReopened } from '@astrolabe/contracts/order';
import { tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { encodeEvent } from '../src/adapters/kafka/outgoing.ts';
import { figuresHandler } from '../src/adapters/kafka/figures/incoming.ts';
import { incomingHandler } from '../src/adapters/kafka/incoming.ts';
import type { Incoming } from '../src/adapters/kafka/incoming.ts';
import { createAskStore } from '../src/adapters/mongo/figures/asks.ts';
import { createFactStore } from '../src/adapters/mongo/figures/facts.ts';
import { createFulfilments } from '../src/adapters/mongo/fulfilments.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const ORDER = tmallOrder('21230', '2004574256073903');
const DONE = { kind: 'done' };
const mongo = await testDatabase();

const allocated = (subOrderId: string): Uint8Array =>
  EVENTS.orderAllocated.encode(
    OrderAllocated.fromPartial({
      orderRef: ORDER,
      allocation: 1,
      allocatedBy: 'astrolabe',
      allocatedAt: NOW,
      lines: [
        {
          subOrderId,
          place: placeToMessage({ type: 'STORE', id: '1342' }),
          itemId: '1',
          quantityMilli: 1_000n,
        },
      ],
    }),
  );

const message = (sequence: bigint, type: string, payload: Uint8Array) => ({
  source: 'order-router',
  subject: 'tmall/21230/2004574256073903',
  time: NOW,
  sequence,
  type,
  payload,
});

test('an allocation that was replayed from the dead letters makes its task, once', async () => {
  const fulfilments = await createFulfilments({
    db: mongo.db,
    topic: '',
    wake: () => undefined,
    clock: () => NOW,
    encode: encodeEvent,
  });
  const others = () => Promise.resolve({ kind: 'done' as const });
  const handle = incomingHandler({
    supplied: {
      supplyOrderConfirmed: others,
      supplyOrderCancelled: others,
      procurementSaid: others,
    },
    fulfilments,
    sellers: { modelOf: () => Promise.resolve(null) },
    clock: () => NOW,
    toTell: () => undefined,
    keptBack: () => undefined,
    goodsLeft: async () => {},
  });
  const reopened = OrderReopened.fromPartial({ orderRef: ORDER, subOrderIds: ['9'] });
  const later: Incoming[] = [
    message(2n, EVENTS.orderAllocated.type, allocated('2')),
    message(3n, EVENTS.orderReopened.type, EVENTS.orderReopened.encode(reopened)),
  ];
  for (const event of later) expect(await handle(event)).toEqual(DONE);
  expect((await fulfilments.load(ORDER))?.tasks.map(({ subOrderId }) => subOrderId)).toEqual(['2']);

  const letter = message(1n, EVENTS.orderAllocated.type, allocated('1'));
  const events = async (): Promise<number> =>
    (await fulfilments.outbox.pendingOf('tmall/21230/2004574256073903')).events.length;
  const before = await events();
  for (let times = 0; times < 3; times += 1) expect(await handle(letter)).toEqual(DONE);
  const tasks = (await fulfilments.load(ORDER))?.tasks ?? [];
  expect(tasks.map(({ subOrderId }) => subOrderId)).toEqual(['2', '1']);
  expect(await events()).toBe(before + 1);
});

test('figures count what is replayed once, whenever it comes', async () => {
  const facts = await createFactStore(mongo.db);
  let changes = 0;
  const meters = { changed: () => void (changes += 1) };
  const asks = await createAskStore(mongo.db, () => NOW);
  const handle = figuresHandler({ facts, asks, meters });
  for (const [sequence, subOrderId] of [
    [2n, '2'],
    [1n, '1'],
    [1n, '1'],
  ] as const) {
    const event = message(sequence, EVENTS.orderAllocated.type, allocated(subOrderId));
    expect(await handle(event)).toEqual(DONE);
  }
  expect(changes).toBe(2);
});
