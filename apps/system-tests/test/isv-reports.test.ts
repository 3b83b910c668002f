import type { ReportStoreRequest } from '@astrolabe/contracts/isv';
import { tmallOrder } from '@astrolabe/kernel';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { ISV_SHIPMENT, reportToIsv, sellerWithIsv, connectIsv } from '../src/isv.ts';
import type { IsvClient } from '../src/isv.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { TID, routedTo } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

const SHIP = 'taobao.logistics.offline.send';

let harness: Harness;
let isv: IsvClient;
beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'order-push', 'isv-allocator', 'sandbox'],
  });
  isv = connectIsv(harness);
});
afterAll(async () => {
  isv.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** A seller whose split application ships at the sandbox's Tmall. */
async function seller() {
  const actor = await sellerWithIsv(harness, isv, { shipsAt: httpUrl(harness.stack, 'sandbox') });
  return { actor, tmall: await sandboxTmall(actor) };
}

const report = (actor: Actor, status: string, more: Partial<ReportStoreRequest> = {}) =>
  reportToIsv(isv, actor, status, more);

const effectsOf = async (actor: Actor): Promise<string[]> => {
  const { sellerId } = actor.seller;
  const { effects } = await isv.call('getAllocation', { orderRef: tmallOrder(sellerId, TID) });
  return effects.map(({ kind, status, state }) => [kind, status, state].filter(Boolean).join(' '));
};

const historyOf = async (actor: Actor) => {
  const { tasks } = await harness.clients.fulfillment.call('getFulfillment', {
    orderRef: tmallOrder(actor.seller.sellerId, TID),
  });
  return tasks[0]?.history ?? [];
};

test('two sellers of one system: the ISV allocates, moves, and tells in time what its stores do', async () => {
  const [one, other] = [await seller(), await seller()];
  await Promise.all([one.tmall.pay(), other.tmall.pay()]);
  for (const { actor } of [one, other]) {
    // Our place is not the deducted one: the occupancy is moved, then the result told.
    const order = await actor.order('ALLOCATED');
    expect(routedTo(order.lines)).toEqual(['123 SHARED']);
    await actor.stockIs({ '1342 C': '5/2', '123 U': '8/2' });
  }

  const { actor, tmall } = one;
  expect(await report(actor, 'ACCEPTED')).toEqual({ already: false });
  expect(await report(actor, 'ACCEPTED')).toEqual({ already: true });
  await actor.order('ACCEPTED');
  await actor.stockIs({ '1342 C': '5/0', '123 U': '6/0' });
  await report(actor, 'PACKED');
  expect(await report(actor, 'SHIPPED', ISV_SHIPMENT)).toEqual({ already: false });
  await actor.order('SHIPPED');
  const [sent] = await tmall.calls(SHIP);
  expect(sent).toContain('out_sid=2323232');
  expect(sent).toContain('company_code=SF');
  await eventually(async () =>
    expect(await effectsOf(actor)).toEqual([
      'TAKEN SUCCEEDED',
      'ADJUST SUCCEEDED',
      'SYNC SUCCEEDED',
      'STATUS ACCEPTED SUCCEEDED',
      'STATUS PACKED SUCCEEDED',
      'SHIP SHIPPED SUCCEEDED',
      'STATUS SHIPPED SUCCEEDED',
    ]),
  );
  const history = await historyOf(actor);
  expect(history.map(({ status }) => status).toSorted()).toEqual([
    'ACCEPTED',
    'OFFERED',
    'PACKED',
    'REGISTERED',
    'SHIPPED',
  ]);
  // Working steps have no time that they could miss.
  const timed = history.filter(({ onTime }) => onTime !== undefined);
  expect(timed.map(({ status }) => status).toSorted()).toEqual(['ACCEPTED', 'OFFERED', 'SHIPPED']);
  expect(timed.every(({ onTime }) => onTime)).toBe(true);

  // The other seller's store has not moved a hand.
  await other.actor.order('ALLOCATED');
  expect(await other.tmall.calls(SHIP)).toEqual([]);
});

test('Tmall refuses the shipment: `consigned` is not told, and its words are in the record', async () => {
  const { actor, tmall } = await seller();
  await tmall.pay();
  await actor.order('ALLOCATED');
  await report(actor, 'ACCEPTED');
  await actor.order('ACCEPTED');
  await tmall.shipMode('refuse');
  await report(actor, 'SHIPPED', ISV_SHIPMENT);
  await eventually(async () =>
    expect((await effectsOf(actor)).slice(-2)).toEqual([
      'SHIP SHIPPED REFUSED',
      'STATUS SHIPPED GIVEN_UP',
    ]),
  );
  const { sellerId } = actor.seller;
  const { effects } = await isv.call('getAllocation', { orderRef: tmallOrder(sellerId, TID) });
  expect(effects.at(-2)?.lastError).toContain('订单状态不是待发货，不能发货');
  await actor.order('ACCEPTED');

  await tmall.shipMode('lose-answer');
  expect(await report(actor, 'SHIPPED', ISV_SHIPMENT)).toEqual({ already: false });
  await actor.order('SHIPPED');
  expect(await tmall.calls(SHIP)).toHaveLength(2);
});

test('a store refuses: it is told, and the order goes to another one', async () => {
  const { actor, tmall } = await seller();
  await tmall.pay();
  await actor.order('ALLOCATED');
  await report(actor, 'REFUSED');
  await eventually(
    async () => {
      const order = await actor.order('ALLOCATED');
      expect(routedTo(order.lines)).toEqual(['1342 CERTAIN']);
    },
    { timeoutMs: 30_000 },
  );
  expect((await historyOf(actor)).map(({ status }) => status)).toContain('REFUSED');
});
