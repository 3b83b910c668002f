import { inspect } from 'node:util';
import { EVENTS } from '@astrolabe/contracts';
import type { ResolvedLine } from '@astrolabe/contracts/catalog';
import { eventually } from '@astrolabe/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  CARGO,
  SAMPLE,
  admin,
  becomes,
  bodiesOf,
  connections,
  dispatchesOf,
  eventsOf,
  instances,
  newOrder,
  peers,
  submit,
  time,
  told,
  upstream,
} from '../test/distribution-world.ts';
import { SUPPLIED } from '../test/fake-peers.ts';
import { CREATED, REFUSED, says } from '../test/fake-upstream.ts';
import { GOODS, SELLER, WH_01 } from '../test/world.ts';

test('[F-A01] [F-A05] [F-A06] [F-A27] the sample: one signed form, made, told once', async () => {
  const order = newOrder();
  const answer = await submit(order);
  const [dispatch] = await becomes(order, 'CREATED');
  expect(dispatch).toMatchObject({
    outOrderId: order.orderRef.number,
    orders: [{ orderId: '4356409609904969811' }],
    totalFen: 9_800n,
    postFeeFen: 9_200n,
    expectedFen: 9_800n,
    differenceFen: undefined,
    sends: 1,
  });
  const [post, ...more] = upstream.posts;
  expect(more).toEqual([]);
  expect(post?.path).toBe('/gateway/1688/fenxiao/trade/crate');
  expect(Object.keys(post?.form ?? {}).toSorted()).toEqual(
    ['appid', 'request_data', 'seller_nick', 'sign', 'timestamp'].toSorted(),
  );
  expect(upstream.isSigned(post?.form ?? {})).toBe(true);
  const sent = JSON.parse(post?.form['request_data'] ?? '') as object;
  expect(sent).toEqual({ ...SAMPLE, outOrderId: order.orderRef.number });
  expect(answer.orders).toMatchObject([{ amountFen: 9_800n, postFeeFen: 9_200n }]);
  await eventually(() => expect(eventsOf(order)).toEqual(['OrderDispatched']));
  const event = told.find(({ subject }) => subject.endsWith(order.orderRef.number));
  expect(event && EVENTS.orderDispatched.decode(event.payload)).toMatchObject({
    supplierOrderIds: ['4356409609904969811'],
    amountFen: 9_800n,
    lineIds: ['1'],
  });
});

test('[F-A15] [F-A16] the same order again and again, at two instances: one request, one answer', async () => {
  const order = newOrder();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => submit(order, instances[index % 2])),
  );
  expect(new Set(answers.map(({ orders: [one] }) => one?.orderId)).size).toBe(1);
  await becomes(order, 'CREATED');
  await submit(order);
  expect(bodiesOf(order)).toHaveLength(1);
  const other = { ...order, document: order.document.replace('张三', '李四') };
  await expect(submit(other)).rejects.toMatchObject({ reason: 'DUPLICATE_CONFLICT' });
  await eventually(() => expect(eventsOf(order)).toEqual(['OrderDispatched']));
});

test('[F-A17] lines of two suppliers: two requests, each with its own lines and number', async () => {
  peers.resolve = ({ offerId }): ResolvedLine => ({
    ...SUPPLIED,
    supplierId: offerId === '902719378312' ? 'B' : 'A',
  });
  const order = newOrder([{ offerId: 902719378311 }, { offerId: 902719378312 }]);
  const answer = await submit(order);
  expect(answer.orders).toHaveLength(2);
  await becomes(order, 'CREATED', 'CREATED');
  const sent = bodiesOf(order).map((body) => JSON.parse(body) as typeof SAMPLE);
  const { number } = order.orderRef;
  expect(
    sent
      .map(({ outOrderId, cargoParamList }) => [outOrderId, cargoParamList])
      .toSorted(([a], [b]) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
  ).toEqual([
    [`${number}-1`, [{ ...CARGO, offerId: 902719378311 }]],
    [`${number}-2`, [{ ...CARGO, offerId: 902719378312 }]],
  ]);
  // Another order may not have one of their numbers.
  const clash = newOrder(undefined, `${number}-1`);
  await expect(submit(clash)).rejects.toMatchObject({ reason: 'DUPLICATE_CONFLICT' });
  // Whoever is refused for one of its numbers has taken none of the others.
  const third = `${number}-third`;
  await submit(newOrder(undefined, `${third}-1`));
  const half = newOrder([{ offerId: 902719378311 }, { offerId: 902719378312 }], third);
  await expect(submit(half)).rejects.toMatchObject({ reason: 'DUPLICATE_CONFLICT' });
  expect((await submit(newOrder(undefined, `${third}-2`))).orders).toHaveLength(1);
});

describe('[F-A18] [F-A19] [F-A20] [field Z5] what may not be ordered', () => {
  test.each(['RELATION_MISSING', 'SHOP_MISSING', 'SHOP_EXPIRED', 'RELATION_STALE'])(
    '%s is blocked, nobody is asked, and the next time it is looked at anew',
    async (obstacle) => {
      peers.resolve = () => ({ ...SUPPLIED, obstacle, message: 'why' });
      const order = newOrder();
      expect((await submit(order)).obstacle).toEqual({ code: obstacle, message: 'why', line: 0 });
      expect(await dispatchesOf(order)).toMatchObject([{ state: 'BLOCKED', reason: obstacle }]);
      expect(upstream.posts).toEqual([]);
      peers.resolve = () => SUPPLIED;
      expect((await submit(order)).orders).toHaveLength(1);
      await becomes(order, 'CREATED');
    },
  );
});

describe('own stock that is resold', () => {
  const held = () => peers.stock.at(WH_01, GOODS, 'CERTAIN');

  test('[F-A08] [F-A09] is held before, given back once after a refusal; nothing is sent again', async () => {
    peers.stock.set(WH_01, GOODS, 'CERTAIN', 10);
    peers.resolve = () => ({ ...SUPPLIED, ownStock: true });
    let before = '';
    upstream.script = [
      (act) => {
        before = held();
        says(REFUSED)(act);
      },
    ];
    const order = newOrder();
    await submit(order);
    await becomes(order, 'REJECTED');
    expect(before).toBe('10/1');
    await eventually(() => expect(held()).toBe('10/0'));
    // Two turns that meet may both ask for it; they ask for one operation, which the inventory does once.
    const releases = peers.stock.commands.filter((id) =>
      id.endsWith(`${order.orderRef.number}:release`),
    );
    expect(new Set(releases).size).toBe(1);
    time.ahead += 3_600_000;
    await eventually(() => expect(eventsOf(order)).toEqual(['OrderDispatchRejected']));
    expect(bodiesOf(order)).toHaveLength(1);
  });

  test('[F-A11b] of a split order the refused part is given back, the other kept', async () => {
    peers.stock.set(WH_01, GOODS, 'CERTAIN', 10);
    peers.resolve = () => ({ ...SUPPLIED, ownStock: true });
    const items = [{ orderId: '11' }, { success: false, resultCode: 'SPEC_NO_EXIST' }];
    const data = { success: true, orderId: '', mutilOrders: items };
    upstream.script = [says({ code: 0, message: 'ok', data })];
    const order = newOrder([{ offerId: 902719378311 }, { offerId: 902719378312 }]);
    await submit(order);
    const [dispatch] = await becomes(order, 'CREATED_PARTIAL');
    expect(dispatch).toMatchObject({ orders: [{ orderId: '11' }], refusedLineIds: ['2'] });
    await eventually(() => expect(held()).toBe('10/1'));
    await eventually(() =>
      expect(eventsOf(order)).toEqual(['OrderDispatched', 'OrderDispatchRejected']),
    );
  });

  test('is not there: rejected, and nobody is asked', async () => {
    for (const cell of peers.stock.cells.values()) cell.quantity = 0n;
    peers.resolve = () => ({ ...SUPPLIED, ownStock: true });
    const order = newOrder();
    await submit(order);
    await becomes(order, 'REJECTED');
    expect(bodiesOf(order)).toEqual([]);
  });
});

describe('what an answer makes of it', () => {
  test('[F-A10] a code that fails waits for a person, with its message; who sends it again', async () => {
    upstream.script = [says({ code: 1001, message: '签名错误', data: null }), says(CREATED)];
    const order = newOrder();
    await submit(order);
    const [dispatch] = await becomes(order, 'FAILED');
    expect(dispatch).toMatchObject({ reason: '1001', message: '签名错误' });
    const { outOrderId } = dispatch ?? { outOrderId: '' };
    const decision = { orderRef: order.orderRef, outOrderId, actor: '小王', message: '' };
    await admin().call('decideDispatch', { ...decision, decision: 'SEND', order: undefined });
    await becomes(order, 'CREATED');
    const again = admin().call('decideDispatch', {
      ...decision,
      decision: 'SEND',
      order: undefined,
    });
    await expect(again).rejects.toMatchObject({ reason: 'NOT_WAITING' });
  });

  test('[F-A10] a code to repeat after: the same bytes, a new time and signature', async () => {
    upstream.script = [says({ code: 1003, message: 'later', data: null }), says(CREATED)];
    const order = newOrder();
    await submit(order);
    await becomes(order, 'RETRY');
    time.ahead += 3_000;
    await becomes(order, 'CREATED');
    const [one, two] = upstream.posts.map(({ form }) => form);
    expect(two?.['request_data']).toBe(one?.['request_data']);
    expect(two?.['sign']).not.toBe(one?.['sign']);
    expect(upstream.isSigned(two ?? {})).toBe(true);
  });

  test('of a paused connection waits, with no request used up, until it is resumed', async () => {
    const asked = { sellerId: SELLER, kind: 'distribution', askedBy: 'li', reason: '对账' };
    await connections().call('setConnectionPaused', { ...asked, paused: true });
    try {
      const order = newOrder();
      await submit(order);
      await eventually(async () => {
        time.ahead += 31_000;
        const [dispatch] = await dispatchesOf(order);
        expect(dispatch?.nextAt?.getTime()).toBeGreaterThan(Date.now() + 120_000);
      });
      expect(upstream.posts).toEqual([]);
      expect(await dispatchesOf(order)).toMatchObject([{ state: 'NEW', sends: 0 }]);
      const { connections: listed } = await connections().call('listConnections', {
        kind: 'distribution',
        sellerId: SELLER,
        page: undefined,
      });
      expect(listed).toMatchObject([{ pause: { reason: '对账', pausedBy: 'li' } }]);
      expect(inspect(listed, { depth: null })).not.toMatch(/\bsecret\b/);
      await connections().call('setConnectionPaused', { ...asked, paused: false, reason: '' });
      time.ahead += 31_000;
      await becomes(order, 'CREATED');
    } finally {
      await connections().call('setConnectionPaused', { ...asked, paused: false });
    }
  });

  test('[field section 1] a 4xx has failed; 429 is later', async () => {
    for (const [status, state] of [
      [400, 'FAILED'],
      [429, 'RETRY'],
    ] as const) {
      upstream.script = [says('no', status)];
      const order = newOrder();
      await submit(order);
      await becomes(order, state);
    }
  });
});

describe('orders of a seller that is not connected', () => {
  beforeEach(async () => {
    await admin().call('putUpstream', {
      upstream: {
        sellerId: SELLER,
        baseUrl: '',
        appId: '',
        sellerNick: '',
        secret: '',
        lookupPath: '',
        retryCodes: [],
        failCodes: [],
      },
    });
  });

  test('are served from its own stock, or not at all', async () => {
    expect((await submit(newOrder())).obstacle?.code).toBe('NOT_SUPPLIED');
    peers.resolve = () => ({ ...SUPPLIED, ownStock: true });
    for (const place of peers.stock.cells.values()) place.quantity = 0n;
    expect((await submit(newOrder())).obstacle?.code).toBe('OUT_OF_STOCK');
    peers.stock.set(WH_01, GOODS, 'CERTAIN', 10);
    const order = newOrder();
    const answer = await submit(order);
    expect(answer).toMatchObject({ isOwn: true, orders: [{ amountFen: 9_800n }] });
    expect(await submit(order)).toEqual(answer);
    expect(await dispatchesOf(order)).toEqual([]);
    expect(upstream.posts).toEqual([]);
  });
});
