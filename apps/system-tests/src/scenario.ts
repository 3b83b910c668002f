import { placeFromMessage, stockKindFromMessage } from '@astrolabe/contracts';
import type { OrderLine } from '@astrolabe/contracts/order';
import { piecesFromMilli, placeKey, tmallOrder } from '@astrolabe/kernel';
import { eventually, placeType, storeReport } from '@astrolabe/testing';
import { expect } from 'vitest';
import type { Harness, SellerUnderTest } from './harness.ts';
import { bandingXml, inventoryXml, storeXml, tradeJson } from './requests.ts';
import type { ReceiverValues, StockLine, TradeLineValues } from './requests.ts';
import { callQimen, callTop, element, pushToGateway } from './wire.ts';
import type { WireAnswer } from './wire.ts';

export const TID = '2004574256073903';
export const OID = '2004574256073904';
export const OID_2 = '2004574256073905';

/** The start of the worked example (catalogue 3.7). */
export const START: StockLine[] = [
  { place: 'WH-01', kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' },
  { place: '1342', kind: 'UNCERTAINTY', quantity: '4', billNum: 'B-2' },
  { place: '123', kind: 'CERTAINTY', quantity: '3', billNum: 'B-3' },
  { place: '123', kind: 'UNCERTAINTY', quantity: '2', billNum: 'B-4' },
];

/** The place of each sub-order, as a seller's own router has it. */
export const allocatedList = (tid: string, places: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(places).map(([sub_oid, store_id]) => ({
      store_id,
      tid,
      sub_oid,
      type: placeType(store_id) === 'STORE' ? 'Store' : 'Warehouse',
      status: 'Allocated',
    })),
  );

/** Speaks for one seller of a running platform, in the channels' own words. */
export class Actor {
  readonly harness: Harness;
  readonly seller: SellerUnderTest;

  constructor(harness: Harness, seller: SellerUnderTest) {
    this.harness = harness;
    this.seller = seller;
  }

  qimen(method: string, xml: string): Promise<WireAnswer> {
    const { gateway } = this.harness;
    return callQimen(gateway, this.seller.keys.erp, this.seller.sellerId, method, xml);
  }

  /** The same, and it must succeed. */
  async qimenOk(method: string, xml: string): Promise<string> {
    const { text } = await this.qimen(method, xml);
    expect(element(text, 'flag'), text).toBe('success');
    return text;
  }

  /** A `taobao.omniorder.*` call; returns the inner answer. */
  async omni(method: string, business: Record<string, string>): Promise<Record<string, unknown>> {
    const answer = await callTop(
      this.harness.gateway,
      this.seller.keys.pos,
      this.seller.sellerId,
      method,
      business,
    );
    const parsed = JSON.parse(answer.text) as Record<string, Record<string, unknown>>;
    const inner = Object.values(parsed)[0];
    if (!inner) throw new Error(`An empty answer: ${answer.text}`);
    return inner;
  }

  storeReport(
    verb: 'accpeted' | 'refuse' | 'consigned',
    storeId: string,
    options: { tid?: string; oids?: string[]; extra?: Record<string, string>; type?: string } = {},
  ): Promise<Record<string, unknown>> {
    const oids = options.oids ?? [OID];
    const shipment = {
      logistic_id: '233324',
      logistic_company: '顺丰',
      mail_no: '2323232',
      description: '已发送',
    };
    const report = storeReport(options.tid ?? TID, oids, {
      store_id: storeId,
      type: options.type ?? 'Store',
      ...(verb === 'consigned' && shipment),
      ...options.extra,
    });
    return this.omni(`taobao.omniorder.store.${verb}`, report);
  }

  /** Stores 1342 and 123 (or others), bound to the item. */
  async createStores(
    stores: { code: string; values?: Record<string, string> }[] = [
      { code: 'S001' },
      { code: 'S002' },
    ],
    itemId = '9001',
  ): Promise<string[]> {
    const ids: string[] = [];
    for (const store of stores) {
      const text = await this.qimenOk(
        'taobao.qimen.store.create',
        storeXml({ storeCode: store.code, storeName: `门店${store.code}`, ...store.values }),
      );
      ids.push(element(text, 'storeId') ?? '');
    }
    await this.qimenOk('taobao.qimen.itemstore.banding', bandingXml('ADD', itemId, ids));
    return ids;
  }

  async initialise(lines: StockLine[] = START): Promise<void> {
    await this.qimenOk(
      'taobao.qimen.storeinventory.iteminitial',
      inventoryXml(this.seller.sellerId, lines),
    );
  }

  async push(
    topic: Parameters<typeof tradeJson>[0]['topic'],
    options: {
      tid?: string;
      lines?: TradeLineValues[];
      modified?: Date;
      status?: string;
      about?: { oid?: string; refundId?: string };
      collectStore?: string;
      receiver?: ReceiverValues;
    } = {},
  ): Promise<void> {
    const json = tradeJson({
      ...(options.about && { about: options.about }),
      ...(options.status && { status: options.status }),
      ...(options.modified && { modified: options.modified }),
      ...(options.collectStore && { collectStore: options.collectStore }),
      ...(options.receiver && { receiver: options.receiver }),
      topic,
      sellerId: this.seller.sellerId,
      tid: options.tid ?? TID,
      lines: options.lines ?? [{ oid: OID }],
    });
    const { text } = await pushToGateway(this.harness.gateway, this.seller.keys.tmall, json);
    expect(JSON.parse(text)).toMatchObject({ code: '0' });
  }

  pay(
    options: {
      tid?: string;
      lines?: TradeLineValues[];
      collectStore?: string;
      receiver?: ReceiverValues;
    } = {},
  ): Promise<void> {
    return this.push('taobao_trade_TradeBuyerPay', options);
  }

  /** The seller's own router tells which place each sub-order has. */
  allocate(places: Readonly<Record<string, string>>, tid = TID) {
    return this.omni('taobao.omniorder.allocatedinfo.sync', {
      tid,
      status: 'Allocated',
      store_allocated_list: allocatedList(tid, places),
    });
  }

  /** The same of the scenario's sub-order. */
  allocateTo(place: string, tid = TID) {
    return this.allocate({ [OID]: place }, tid);
  }

  /** Waits until the order is in a state; returns it. */
  async order(state: string, tid = TID) {
    return await eventually(
      async () => {
        const { order } = await this.harness.clients.orders.call('getOrder', {
          orderRef: tmallOrder(this.seller.sellerId, tid),
        });
        expect(order?.state).toBe(state);
        if (!order) throw new Error('No order');
        return order;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** All cells of the goods as "place kind" -> "quantity/held". */
  async stock(itemId = '9001', skuId = '70001'): Promise<Record<string, string>> {
    const goodsId = await this.goods(itemId, skuId);
    const { cells } = await this.harness.clients.inventory.call('query', {
      sellerId: this.seller.sellerId,
      goodsIds: [goodsId],
      places: [],
      pageToken: '',
    });
    return Object.fromEntries(
      cells.map((cell) => {
        const place = placeFromMessage(cell.place);
        const kind = stockKindFromMessage(cell.kind) === 'CERTAIN' ? 'C' : 'U';
        const numbers = `${piecesFromMilli(cell.quantityMilli)}/${piecesFromMilli(cell.heldMilli)}`;
        return [`${place ? placeKey(place).split(':')[1] : '?'} ${kind}`, numbers];
      }),
    );
  }

  /** Waits until the stock is as said. */
  async stockIs(expected: Record<string, string>): Promise<void> {
    await eventually(async () => expect(await this.stock()).toEqual(expected), {
      timeoutMs: 60_000,
    });
  }

  async sellable(itemId = '9001', skuId = '70001'): Promise<string> {
    const { sellable } = await this.harness.clients.inventory.call('getSellable', {
      sellerId: this.seller.sellerId,
      goodsIds: [await this.goods(itemId, skuId)],
      places: [],
      channel: 'tmall',
    });
    return piecesFromMilli(sellable[0]?.sellableMilli ?? -1n);
  }

  async goods(itemId: string, skuId: string): Promise<string> {
    const { goods } = await this.harness.clients.catalog.call('resolveGoods', {
      sellerId: this.seller.sellerId,
      keys: [{ key: { $case: 'itemSku', value: { itemId, skuId } } }],
      createMissing: false,
      outerIds: [],
      storeIds: [],
    });
    expect(goods[0]?.reason).toBe('');
    return goods[0]?.goodsId ?? '';
  }
}

/** "place kind" of every line, as the order has it routed. */
export const routedTo = (lines: readonly OrderLine[]): string[] =>
  lines.map((line) => {
    const place = placeFromMessage(line.routedPlace);
    return `${place ? place.id : 'nowhere'} ${stockKindFromMessage(line.routedKind) ?? '-'}`;
  });

/** A seller with stores, bindings and the stock of the worked example. */
export async function startedSeller(
  harness: Harness,
  settings: Parameters<Harness['newSeller']>[0] = {},
): Promise<Actor> {
  const actor = new Actor(harness, await harness.newSeller(settings));
  await actor.createStores();
  await actor.initialise();
  return actor;
}
