import { PlaceType } from '@astrolabe/contracts/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@astrolabe/testing';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { itemAdjustXml, orderStatusXml } from '../src/requests.ts';
import { OID, OID_2, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { element } from '../src/wire.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const MODEL_D = { allocator: 'isv', acceptor: 'pos' } as const;
const ADJUST = 'taobao.qimen.storeinventory.itemadjust';
const SYNC = 'taobao.qimen.orderStatus.sync';

const adjust = (actor: Actor, billNum: string, place: string, kind: 'CERTAINTY' | 'UNCERTAINTY') =>
  actor.qimenOk(
    ADJUST,
    itemAdjustXml(actor.seller.sellerId, {
      billNum,
      tid: TID,
      oid: OID,
      place,
      kind,
      quantity: '2',
    }),
  );

const status = (
  actor: Actor,
  code: string,
  options: { storeId?: string; type?: 'FAHUO' | 'ZITI' } = {},
) =>
  actor.qimen(
    SYNC,
    orderStatusXml({
      sellerCode: actor.seller.sellerId,
      tid: TID,
      oids: [OID],
      status: code,
      ...options,
    }),
  );

describe('model D: the seller allocates, the POS accepts', () => {
  test('[O-27, O-28, O-29, O-30, O-33, O-39, O-53] double occupancy from payment to shipment', async () => {
    const actor = await startedSeller(harness, MODEL_D);
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });
    expect(await actor.sellable()).toBe('11');

    await adjust(actor, 'ADJ-1', '1342', 'UNCERTAINTY');
    const doubled = { 'WH-01 C': '10/2', '1342 U': '4/2', '123 C': '3/0', '123 U': '2/0' };
    expect(await actor.stock()).toEqual(doubled);
    await adjust(actor, 'ADJ-1', '1342', 'UNCERTAINTY');
    expect(await actor.stock()).toEqual(doubled);

    expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
    await actor.order('ALLOCATED');
    await eventually(async () =>
      expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' }),
    );
    const sold = { 'WH-01 C': '10/0', '1342 U': '2/0', '123 C': '3/0', '123 U': '2/0' };
    await actor.stockIs(sold);
    expect(await actor.sellable()).toBe('13');

    // The second reporting generation tells the same acceptance: one deduction.
    const again = await status(actor, 'X_SHOP_ALLOCATION', { storeId: '1342', type: 'FAHUO' });
    expect(element(again.text, 'flag'), again.text).toBe('success');

    expect((await actor.storeReport('consigned', '1342'))['code']).not.toBe('0');
    await actor.push('taobao_trade_TradeSellerShip');
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
    );
    await actor.order('SHIPPED');
    expect(await actor.stock()).toEqual(sold);
  });

  test('[O-31, O-32] a refusal keeps the guarantee; CERTAINTY at another store moves it', async () => {
    const actor = await startedSeller(harness, MODEL_D);
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    await adjust(actor, 'ADJ-1', '1342', 'UNCERTAINTY');
    expect(await actor.allocateTo('1342')).toMatchObject({ code: '0' });
    await actor.order('ALLOCATED');
    await eventually(async () =>
      expect(await actor.storeReport('refuse', '1342')).toMatchObject({ code: '0' }),
    );
    const order = await actor.order('AWAITING_ALLOCATION');
    expect(order.lines[0]).toMatchObject({ state: 'WAITING', refusedBy: [{ id: '1342' }] });
    await actor.stockIs({ 'WH-01 C': '10/2', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });

    await adjust(actor, 'ADJ-3', '123', 'CERTAINTY');
    expect(await actor.stock()).toEqual({
      'WH-01 C': '10/0',
      '1342 U': '4/0',
      '123 C': '3/2',
      '123 U': '2/0',
    });
  });

  test('[O-56] store statuses need storeId and type, generic ones do not', async () => {
    const actor = await startedSeller(harness, MODEL_D);
    await actor.pay();
    await actor.order('AWAITING_ALLOCATION');
    const bare = await status(actor, 'X_SHOP_ALLOCATION');
    expect(element(bare.text, 'flag')).toBe('failure');
    await eventually(async () => {
      const { text } = await status(actor, 'X_SERVICE_AUDITED');
      expect(element(text, 'flag'), text).toBe('success');
    });
  });
});

describe('model B: the seller allocates, the store console accepts', () => {
  test('[O-49] a split order: the store lists its sub-order only, and the warehouse the other one', async () => {
    const actor = await startedSeller(harness, { allocator: 'isv', acceptor: 'dianzhanggui' });
    await actor.pay({ lines: [{ oid: OID }, { oid: OID_2 }] });
    await actor.order('AWAITING_ALLOCATION');
    const answer = await actor.omni('taobao.omniorder.allocatedinfo.sync', {
      tid: TID,
      status: 'Allocated',
      store_allocated_list: JSON.stringify([
        {
          store_id: '1342',
          tid: TID,
          sub_oid: OID,
          type: 'Store',
          status: 'Allocated',
          attributes: { gift: 'G-1' },
        },
        { store_id: 'WH-01', tid: TID, sub_oid: OID_2, type: 'Warehouse', status: 'Allocated' },
      ]),
    });
    expect(answer).toMatchObject({ code: '0' });
    const listed = async (type: PlaceType, id: string) => {
      const { sellerId } = actor.seller;
      const page = { size: 100, token: '' };
      const query = { sellerId, place: { type, id }, status: '', page, oldestFirst: false };
      const { tasks } = await harness.clients.fulfillment.call('listTasks', query);
      return tasks.map(({ subOrderId }) => subOrderId);
    };
    await eventually(async () => {
      expect(await listed(PlaceType.STORE, '1342')).toEqual([OID]);
      expect(await listed(PlaceType.WAREHOUSE, 'WH-01')).toEqual([OID_2]);
    });
    const { lines } = await actor.order('ALLOCATED');
    expect(lines.map(({ attributes }) => attributes)).toEqual([{ gift: 'G-1' }, {}]);
    // Each has its stock where it goes to: the guarantee of the first stays until it is accepted.
    await actor.stockIs({ 'WH-01 C': '10/4', '1342 U': '4/2', '123 C': '3/0', '123 U': '2/0' });
  });
});
