import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GetAllocationResponse } from '@astrolabe/contracts/isv';
import { formatShanghai, tmallOrder } from '@astrolabe/kernel';
import { httpUrl } from '@astrolabe/local-stack';
import { signTopSpi } from '@astrolabe/signing';
import { orderTrace } from '@astrolabe/telemetry';
import { eventually, startOtlpReceiver } from '@astrolabe/testing';
import type { OtlpReceiver } from '@astrolabe/testing';
import { connectIsv } from '../src/isv.ts';
import type { IsvClient } from '../src/isv.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startLosingProxy } from '../src/losing-proxy.ts';
import { storeXml } from '../src/requests.ts';
import type { StockLine } from '../src/requests.ts';
import { Actor, OID, TID, routedTo } from '../src/scenario.ts';
import { post } from '../src/wire.ts';
import type { WireAnswer } from '../src/wire.ts';

const ALLOCATE = 'taobao.qimen.omniorder.allocate';
const GET = 'taobao.qimen.omniorder.allocatedinfo.get';
const REFUND = 'taobao.qimen.omniorder.customer.refund';
const ACCEPTED = 'taobao.qimen.omniorder.store.accpeted';
const CONSIGNED = 'taobao.qimen.omniorder.store.consigned';
const REFUSED = 'taobao.qimen.omniorder.store.refused';
const ADJUST = 'taobao.qimen.storeinventory.itemadjust';
const SYNC = 'taobao.omniorder.allocatedinfo.sync';
const FIVE_MINUTES_MS = 300_000;

/** Tmall deducts where there is most certain stock: at 1342. Shared stock is at 123 alone. */
const STOCK: StockLine[] = [
  { place: '1342', kind: 'CERTAINTY', quantity: '5', billNum: 'B-1' },
  { place: '123', kind: 'UNCERTAINTY', quantity: '8', billNum: 'B-2' },
];

let receiver: OtlpReceiver;
let harness: Harness;
let isv: IsvClient;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  harness = await startHarness({
    // The tests are the platform's caller of `allocate`: one that calls by itself is not started.
    apps: [...SERVICES.filter((app: string) => app !== 'order-push'), 'isv-allocator'],
    // It is killed.
    apart: ['isv-allocator'],
    otlpEndpoint: receiver.endpoint,
  });
  isv = connectIsv(harness);
});
afterAll(async () => {
  isv.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await receiver.stop();
});

/** A seller in model D whose ISV is our own allocator: the platform's notices go there. */
async function sellerWithIsv(
  stock: StockLine[] = STOCK,
  allocator: 'isv' | 'astrolabe' = 'isv',
  platformUrl = harness.gateway.url,
): Promise<Actor> {
  const seller = await harness.newSeller({ allocator, acceptor: 'pos' });
  const { sellerId, spi, keys } = seller;
  await isv.call('putConnection', {
    connection: {
      sellerId,
      spi: { appKey: spi.appKey, secret: spi.secret },
      platformUrl,
      qimen: keys.erp,
      top: keys.pos,
    },
  });
  await harness.clients.fulfillmentAdmin.call('putConnection', {
    sellerId,
    spiUrl: `${httpUrl(harness.stack, 'isv-allocator')}/spi`,
    appKey: spi.appKey,
    secret: spi.secret,
  });
  const actor = new Actor(harness, seller);
  await actor.createStores();
  await actor.initialise(stock);
  return actor;
}

type SpiOptions = { sign?: string; contentType?: string; timestamp?: string };

/** One SPI call, as the platform signs it. */
async function callSpi(
  actor: Actor,
  method: string,
  json: string,
  options: SpiOptions = {},
): Promise<WireAnswer> {
  const { appKey, secret } = actor.seller.spi;
  const body = Buffer.from(json, 'utf8');
  const query: Record<string, string> = {
    method,
    app_key: appKey,
    timestamp: options.timestamp ?? formatShanghai(new Date()),
    sign_method: 'md5',
  };
  query['sign'] = options.sign ?? signTopSpi({ query, payload: { kind: 'body', body }, secret });
  const url = `${httpUrl(harness.stack, 'isv-allocator')}/spi?${new URLSearchParams(query).toString()}`;
  return await post(url, options.contentType ?? 'application/json;charset=utf-8', body);
}

const spi = async (actor: Actor, method: string, json: string, options: SpiOptions = {}) =>
  JSON.parse((await callSpi(actor, method, json, options)).text) as Record<string, unknown>;

const notice = (actor: Actor, tid = TID): string =>
  `{"tid":${tid},"seller_id":${actor.seller.sellerId}}`;

const allocate = (actor: Actor) => spi(actor, ALLOCATE, notice(actor));

/** Waits until the allocator has told the result of a round. */
const told = (actor: Actor, round: number): Promise<GetAllocationResponse> =>
  eventually(
    async () => {
      const found = await isv.call('getAllocation', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      });
      expect(found.round).toBe(round);
      expect(found.notifiedAt, JSON.stringify(found.effects)).toBeDefined();
      return found;
    },
    { timeoutMs: 30_000 },
  );

const effects = ({ effects: all }: GetAllocationResponse, kind: string) =>
  all.filter((one) => one.kind === kind).map(({ round, state }) => `${round} ${state}`);

const paid = async (actor: Actor, lines?: { oid: string; itemId?: string }[]): Promise<void> => {
  await actor.pay(lines ? { lines } : {});
  await actor.order('AWAITING_ALLOCATION');
};

describe('the ISV role: our allocator above our own platform', () => {
  test('[X-A10] allocated to S2 while the platform deducted S1: one itemadjust, then the sync', async () => {
    const actor = await sellerWithIsv();
    await paid(actor);
    await actor.stockIs({ '1342 C': '5/2', '123 U': '8/0' });

    expect(await allocate(actor)).toEqual({ code: '0' });
    const order = await actor.order('ALLOCATED');
    expect(routedTo(order.lines)).toEqual(['123 SHARED']);
    await actor.stockIs({ '1342 C': '5/2', '123 U': '8/2' });

    const done = await told(actor, 1);
    expect(effects(done, 'TAKEN')).toEqual(['1 SUCCEEDED']);
    expect(effects(done, 'ADJUST')).toEqual(['1 SUCCEEDED']);
    expect(effects(done, 'SYNC')).toEqual(['1 SUCCEEDED']);
    const tookMs = (done.notifiedAt?.getTime() ?? 0) - (done.requestedAt?.getTime() ?? 0);
    expect(tookMs).toBeLessThan(FIVE_MINUTES_MS);

    const { traceId } = orderTrace(tmallOrder(actor.seller.sellerId, TID));
    await eventually(
      () => {
        const served = receiver
          .spans()
          .filter((span) => span.traceId === traceId && span.service === 'gateway-ingress')
          .filter(({ name }) => name === ADJUST || name === SYNC)
          .sort((a, b) => Number(a.startNs - b.startNs));
        expect(served.map(({ name }) => name)).toEqual([ADJUST, SYNC]);
        expect(served[0]?.endNs).toBeLessThanOrEqual(served[1]?.startNs ?? 0n);
      },
      { timeoutMs: 20_000 },
    );

    expect(await spi(actor, GET, `{"tid":${TID}}`)).toMatchObject({
      code: '0',
      status: 'Allocated',
      store_allocated_list: [{ store_id: '123', type: 'Store', status: 'Allocated' }],
    });
  });

  test('[X-A11] a refusing store: re-allocated, its occupancy freed, the certain one kept until accept', async () => {
    const actor = await sellerWithIsv([
      { place: 'WH-01', kind: 'CERTAINTY', quantity: '5', billNum: 'B-1' },
      { place: '123', kind: 'UNCERTAINTY', quantity: '8', billNum: 'B-2' },
      { place: '1342', kind: 'UNCERTAINTY', quantity: '4', billNum: 'B-3' },
    ]);
    await paid(actor);
    expect(await allocate(actor)).toEqual({ code: '0' });
    await actor.order('ALLOCATED');
    await told(actor, 1);
    await actor.stockIs({ 'WH-01 C': '5/2', '1342 U': '4/0', '123 U': '8/2' });

    await eventually(async () =>
      expect(await actor.storeReport('refuse', '123')).toMatchObject({ code: '0' }),
    );
    const second = await told(actor, 2);
    expect(second.lines[0]).toMatchObject({ place: { id: '1342' }, refusedBy: [{ id: '123' }] });
    const order = await actor.order('ALLOCATED');
    expect(order.lines[0]?.routedPlace?.id).toBe('1342');
    // The old occupancy is free, and the guarantee stands although the store has changed.
    await actor.stockIs({ 'WH-01 C': '5/2', '1342 U': '4/2', '123 U': '8/0' });

    // The platform tells a refusal again: nothing is refused any more, so nothing moves.
    expect(await spi(actor, REFUSED, notice(actor))).toEqual({ code: '0' });
    const third = await told(actor, 3);
    expect(third.lines[0]).toMatchObject({ place: { id: '1342' }, refusedBy: [{ id: '123' }] });
    expect(effects(third, 'ADJUST').filter((one) => one.startsWith('3'))).toEqual([]);

    await eventually(async () =>
      expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' }),
    );
    await actor.stockIs({ 'WH-01 C': '5/0', '1342 U': '2/0', '123 U': '8/0' });
  });

  test('[O-46, O-47] allocate again re-allocates; once shipped it is refused with a message', async () => {
    const actor = await sellerWithIsv();
    await paid(actor);
    expect(await allocate(actor)).toEqual({ code: '0' });
    await told(actor, 1);
    await actor.order('ALLOCATED');

    expect(await allocate(actor)).toEqual({ code: '0' });
    const again = await told(actor, 2);
    expect(effects(again, 'ADJUST')).toEqual(['1 SUCCEEDED']);
    expect(effects(again, 'SYNC')).toEqual(['1 SUCCEEDED', '2 SUCCEEDED']);

    await eventually(async () =>
      expect(await actor.storeReport('accpeted', '123')).toMatchObject({ code: '0' }),
    );
    await actor.push('taobao_trade_TradeSellerShip');
    await eventually(async () =>
      expect(await actor.storeReport('consigned', '123')).toMatchObject({ code: '0' }),
    );
    await eventually(
      async () => {
        const refusal = await allocate(actor);
        expect(refusal['code']).toBe('isv.order-shipped');
        expect(refusal['message']).toBe('the order is shipped');
      },
      { timeoutMs: 20_000 },
    );
  });

  test('the store that was deducted takes the order: no itemadjust', async () => {
    const actor = await sellerWithIsv([
      { place: '1342', kind: 'CERTAINTY', quantity: '5', billNum: 'B-1' },
    ]);
    await paid(actor);
    expect(await allocate(actor)).toEqual({ code: '0' });
    const done = await told(actor, 1);
    expect(effects(done, 'ADJUST')).toEqual([]);
    expect((await actor.order('ALLOCATED')).lines[0]?.routedPlace?.id).toBe('1342');
  });

  test('a store on HOLD is passed over', async () => {
    const actor = await sellerWithIsv();
    await actor.qimenOk(
      'taobao.qimen.store.update',
      storeXml({ storeId: '123', storeCode: 'S002', shopId: '77', storeStatus: 'HOLD' }),
    );
    await paid(actor);
    expect(await allocate(actor)).toEqual({ code: '0' });
    await told(actor, 1);
    expect((await actor.order('ALLOCATED')).lines[0]?.routedPlace?.id).toBe('1342');
  });

  test('a killed allocator goes on: one itemadjust, one place', async () => {
    const actor = await sellerWithIsv();
    await paid(actor);
    expect(await allocate(actor)).toEqual({ code: '0' });
    await harness.stack.kill('isv-allocator');
    await harness.stack.start('isv-allocator');
    const done = await told(actor, 1);
    expect(effects(done, 'ADJUST')).toEqual(['1 SUCCEEDED']);
    await actor.order('ALLOCATED');
    await actor.stockIs({ '1342 C': '5/2', '123 U': '8/2' });
  });

  test('the answer to the itemadjust gets lost: the platform is asked, it is not sent again', async () => {
    const proxy = await startLosingProxy(harness.gateway.url, ADJUST);
    try {
      const actor = await sellerWithIsv(STOCK, 'isv', proxy.url);
      await paid(actor);
      expect(await allocate(actor)).toEqual({ code: '0' });
      const done = await told(actor, 1);
      expect(done.effects.find(({ kind }) => kind === 'ADJUST')).toMatchObject({
        state: 'SUCCEEDED',
        attempts: 2,
      });
      expect(proxy.methods.filter((method) => method === ADJUST)).toHaveLength(1);
      await actor.order('ALLOCATED');
      await actor.stockIs({ '1342 C': '5/2', '123 U': '8/2' });
    } finally {
      await proxy.stop();
    }
  });

  test('a refund releases the sub-order; repeats of every notice change nothing', async () => {
    const actor = await sellerWithIsv();
    await paid(actor);
    expect(await allocate(actor)).toEqual({ code: '0' });
    await told(actor, 1);
    for (let repeat = 0; repeat < 2; repeat += 1) {
      expect(await spi(actor, ACCEPTED, notice(actor))).toEqual({ code: '0' });
      const refund = `{"tid":${TID},"sub_order_list":[{"sub_oid":${OID},"status":"STATUS_PAID"}]}`;
      expect(await spi(actor, REFUND, refund)).toEqual({ code: '0' });
    }
    const found = await isv.call('getAllocation', {
      orderRef: tmallOrder(actor.seller.sellerId, TID),
    });
    expect(found).toMatchObject({ progress: 'RELEASED', round: 1 });
    // Asked again the trade is read again; nobody has withdrawn the refund.
    expect(await allocate(actor)).toEqual({ code: '0' });
    await eventually(async () => {
      const name = { orderRef: tmallOrder(actor.seller.sellerId, TID) };
      const after = await isv.call('getAllocation', name);
      expect(after).toMatchObject({ progress: 'RELEASED', refunds: [{ state: 'ASKED' }] });
    });
  });

  test('the platform shows a trade with its deducted place, and says so when there is none', async () => {
    const actor = await sellerWithIsv();
    const asked = { fields: 'tid,orders', tid: TID };
    const unknown = await actor.omni('taobao.trade.fullinfo.get', asked);
    expect(unknown).toMatchObject({ sub_code: 'isv.trade-not-exist' });
    await paid(actor);
    // Perhaps signed within the same second: a read is answered anew and not from the record.
    expect(JSON.stringify(await actor.omni('taobao.trade.fullinfo.get', asked))).toContain(
      '"deducted":{"store_type":"Store","store_code":"1342"}',
    );
  });

  test('model C: the place that the platform tells a POS is kept, and nothing is decided', async () => {
    const actor = await sellerWithIsv(STOCK, 'astrolabe');
    await actor.pay();
    await actor.order('ALLOCATED');
    await eventually(
      async () =>
        expect(await spi(actor, GET, `{"tid":${TID}}`)).toMatchObject({
          code: '0',
          status: 'Allocated',
          store_allocated_list: [{ store_id: '123', type: 'Store' }],
        }),
      { timeoutMs: 20_000 },
    );
    const found = await isv.call('getAllocation', {
      orderRef: tmallOrder(actor.seller.sellerId, TID),
    });
    expect(found).toMatchObject({ round: 0, effects: [] });
  });

  test('bad signatures, stale times, other sellers and malformed bodies in the SPI form', async () => {
    const actor = await sellerWithIsv();
    const good = notice(actor);
    const refusals: [string, string, SpiOptions, string][] = [
      [ALLOCATE, good, { sign: '0'.repeat(32) }, 'isv.invalid-signature'],
      [ALLOCATE, good, { timestamp: '2016-09-22 10:00:00' }, 'isv.invalid-timestamp'],
      [ALLOCATE, '{"tid":', {}, 'JSON_MALFORMED'],
      [ALLOCATE, '{"seller_id":1}', {}, 'isv.missing-parameter'],
      [ALLOCATE, `{"tid":${TID},"seller_id":999}`, {}, 'isv.permission-denied'],
      ['taobao.qimen.omniorder.store.accepted', good, {}, 'isv.invalid-method'],
      [CONSIGNED, good, {}, 'isv.trade-not-exist'],
      [GET, `{"tid":${TID}}`, {}, 'isv.trade-not-exist'],
    ];
    for (const [method, body, options, code] of refusals) {
      const answer = await spi(actor, method, body, options);
      expect(answer['code'], `${method} ${body}`).toBe(code);
      expect(answer['message']).not.toBe('');
    }
    const typed = await callSpi(actor, ALLOCATE, good, { contentType: 'text/plain' });
    expect(typed.status).toBe(415);
    expect(JSON.parse(typed.text)).toMatchObject({ code: 'isv.invalid-content-type' });
  });
});
