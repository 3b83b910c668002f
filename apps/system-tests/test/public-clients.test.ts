import { storeReport } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentExamples, runExample } from '../src/document-examples.ts';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { publicClients } from '../src/public-clients.ts';
import type { Access, ClientCall, Outcome, PublicClients } from '../src/public-clients.ts';
import type { StockLine } from '../src/requests.ts';
import { Actor } from '../src/scenario.ts';

/** Enough for one order a client. */
const STOCK: StockLine[] = [
  { place: 'WH-01', kind: 'CERTAINTY', quantity: '100', billNum: 'B-1' },
  { place: '1342', kind: 'UNCERTAINTY', quantity: '100', billNum: 'B-2' },
];

let harness: Harness;
let clients: PublicClients;
let actor: Actor;
beforeAll(async () => {
  clients = await publicClients();
  harness = await startHarness();
  actor = new Actor(harness, await harness.newSeller());
  await actor.createStores();
  await actor.initialise(STOCK);
}, 600_000);
afterAll(async () => {
  clients.remove();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const topAccess = (): Access => ({
  url: `${harness.gateway.url}/router/rest`,
  ...actor.seller.keys.pos,
});
const qimenAccess = (): Access => ({
  url: `${harness.gateway.url}/router/qimen/service`,
  ...actor.seller.keys.erp,
});

/** Ids beyond 2^53, where a double loses the end. */
let lastTid = 4_611_686_018_427_387_001n;
type Order = { tid: string; oid: string };

/** A paid order at store 1342 that nobody has accepted yet. */
async function allocatedOrder(): Promise<Order> {
  lastTid += 10n;
  const order = { tid: String(lastTid), oid: String(lastTid + 1n) };
  await actor.pay({ tid: order.tid, lines: [{ oid: order.oid, num: 1 }] });
  await actor.order('ALLOCATED', order.tid);
  return order;
}

const FULL_INFO = 'taobao.trade.fullinfo.get';
const ACCEPT = 'taobao.omniorder.store.accpeted';

const reading = (tid: string): ClientCall => ({
  method: FULL_INFO,
  params: { fields: 'tid,status,orders', tid },
});
/** The optional `description` is empty: some clients send and sign it, others leave it out. */
const accepting = ({ tid, oid }: Order, storeId: string): ClientCall => ({
  method: ACCEPT,
  params: storeReport(tid, [oid], {
    store_id: storeId,
    operator: '小王 & 小李',
    description: '',
  }),
});

const UNKNOWN_TID = '4611686018427380000';
const callsOf = (order: Order): ClientCall[] => [
  reading(order.tid),
  accepting(order, '123'),
  accepting(order, '1342'),
  reading(UNKNOWN_TID),
];

type RunsCalls = (access: Access, calls: ClientCall[]) => Promise<Outcome[]>;

/** What a client makes of an answer: the wrapped one, or what is in the wrapper. */
type Shown = (name: string, answer: object) => object;
const wrapped: Shown = (name, answer) => ({ [name]: answer });
const unwrapped: Shown = (_name, answer) => answer;

const wrongSecret = (): Access => ({ ...topAccess(), secret: 'another' });

describe.each<[string, RunsCalls, Shown]>([
  ['PyPI taobao-openapi', (...it) => clients.python('taobao-openapi', ...it), wrapped],
  ['PyPI taobaopy', (...it) => clients.python('taobaopy', ...it), wrapped],
  ['npm node-taobao-topclient', (...it) => clients.npm('node-taobao-topclient', ...it), unwrapped],
  ['npm topsdk', (...it) => clients.npm('topsdk', ...it), unwrapped],
  ['npm taobao-sdk', (...it) => clients.npm('taobao-sdk', ...it), unwrapped],
])('%s', (_name, run, shown) => {
  test('reads an order with every digit of its ids, accepts it, and reads refusals', async () => {
    const order = await allocatedOrder();
    const [read, refused, accepted, unknown] = await run(topAccess(), callsOf(order));
    expect(read).toMatchObject({
      answer: shown('trade_fullinfo_get_response', {
        trade: {
          tid_str: order.tid,
          status: 'WAIT_SELLER_SEND_GOODS',
          orders: { order: [{ oid_str: order.oid, num: 1, payment: '100.00' }] },
        },
        omni_lines: {
          omni_line: [{ oid_str: order.oid, target: { store_type: 'Store', store_code: '1342' } }],
        },
      }),
    });
    const report = 'omniorder_store_accpeted_response';
    expect(refused).toMatchObject({
      answer: shown(report, { code: expect.not.stringMatching(/^0$/) }),
    });
    expect(accepted).toMatchObject({ answer: shown(report, { code: '0' }) });
    await actor.order('ACCEPTED', order.tid);
    expect(unknown).toMatchObject({ error: { code: 41, subCode: 'isv.trade-not-exist' } });
  });

  test('reads a refusal at the door as its own error', async () => {
    const [refused] = await run(wrongSecret(), [reading(UNKNOWN_TID)]);
    expect(refused).toMatchObject({ error: { code: 25 } });
  });
});

describe.each<['node-taobao-topclient' | 'topsdk']>([['node-taobao-topclient'], ['topsdk']])(
  'npm %s by GET',
  (client) => {
    test('reads an order', async () => {
      const { tid } = await allocatedOrder();
      const [read, unknown] = await clients.npm(client, topAccess(), [
        { ...reading(tid), http: 'GET' },
        { ...reading(UNKNOWN_TID), http: 'GET' },
      ]);
      expect(read).toMatchObject({ answer: { trade: { tid_str: tid } } });
      expect(unknown).toMatchObject({ error: { code: 41, subCode: 'isv.trade-not-exist' } });
    });
  },
);

describe.each(['json', 'xml', 'simplify'] as const)('the official client in Java, %s', (format) => {
  test('reads an order, accepts it, and reads refusals', async () => {
    const order = await allocatedOrder();
    const outcomes = await clients.java(format, topAccess(), callsOf(order));
    const [read, refused, accepted, unknown] = outcomes;
    expect(read).toMatchObject({
      success: true,
      answer: {
        trade: {
          tidStr: order.tid,
          status: 'WAIT_SELLER_SEND_GOODS',
          orders: [{ oidStr: order.oid, num: 1, payment: '100.00' }],
        },
        omniLines: [{ oidStr: order.oid, target: { storeType: 'Store', storeCode: '1342' } }],
      },
    });
    expect(refused).toMatchObject({ success: false });
    expect(accepted).toMatchObject({ success: true });
    await actor.order('ACCEPTED', order.tid);
    expect(unknown).toMatchObject({
      success: false,
      errorCode: '41',
      subCode: 'isv.trade-not-exist',
    });
  });

  test('adds goods, maps them, and reads refusals', async () => {
    const code = `JAVA-${format}`;
    const name = '鲜肉包 & 豆沙包';
    const adding = { method: 'taobao.scitem.add', params: { item_name: name, outer_code: code } };
    const [added, other] = await clients.java(format, topAccess(), [
      adding,
      { ...adding, params: { ...adding.params, item_name: '菜包' } },
    ]);
    expect(added).toMatchObject({
      success: true,
      answer: { scItem: { itemName: name, outerCode: code, itemId: expect.any(Number) } },
    });
    expect(other).toMatchObject({ success: false, errorCode: '50' });
    const answer = (added?.answer ?? {}) as { scItem?: { itemId: number } };
    const mapping = (scItemId: unknown): ClientCall => ({
      method: 'taobao.scitem.map.add',
      params: { item_id: `91${format.length}`, sku_id: '1', sc_item_id: String(scItemId) },
    });
    const [mapped, unknown] = await clients.java(format, topAccess(), [
      mapping(answer.scItem?.itemId),
      mapping('404404'),
    ]);
    expect(mapped).toMatchObject({ success: true, answer: { outerCode: code } });
    expect(unknown).toMatchObject({ success: false, errorCode: '50' });
  });

  test('reads a refusal at the door as a failure', async () => {
    const [refused] = await clients.java(format, wrongSecret(), [reading(UNKNOWN_TID)]);
    expect(refused).toMatchObject({ success: false, errorCode: '25' });
  });
});

describe('the official Qimen client in Java', () => {
  /** The full counts of one store, by bill number. */
  const upload = (warehouseId: string, counts: Record<string, string>): ClientCall => ({
    method: 'taobao.qimen.storeinventory.iteminitial',
    params: {
      userId: actor.seller.sellerId,
      warehouseId,
      lines: Object.entries(counts).map(([billNum, quantity]) => ({
        billNum,
        itemId: '9001',
        skuId: '70002',
        outerId: 'SKU-B',
        quantity,
      })),
    },
  });

  test('creates, binds and reads a store, and uploads its stock', async () => {
    const [created] = await clients.java('qimen', qimenAccess(), [
      { method: 'taobao.qimen.store.create', params: { storeCode: 'S-JAVA' } },
    ]);
    expect(created).toMatchObject({ success: true });
    const { storeId } = (created?.answer ?? {}) as { storeId?: number };
    const outcomes = await clients.java('qimen', qimenAccess(), [
      { method: 'taobao.qimen.itemstore.banding', params: { itemId: '9001', storeIds: [storeId] } },
      { method: 'taobao.qimen.store.query', params: { storeId } },
      { method: 'taobao.qimen.itemstore.query', params: { itemId: '9001' } },
      upload(String(storeId), { 'J-1': '7' }),
    ]);
    expect(outcomes).toMatchObject([
      { success: true },
      { success: true, answer: { storeCode: 'S-JAVA', companyName: '甘其食 & 子公司' } },
      { success: true, answer: { storeIds: expect.arrayContaining([storeId]) } },
      { success: true },
    ]);
  });

  test('reads a refusal of the method, of a line and of the door as a failure', async () => {
    const [unknown, lines] = await clients.java('qimen', qimenAccess(), [
      { method: 'taobao.qimen.store.query', params: { storeId: '404404' } },
      upload('1342', { 'J-2': '-1' }),
    ]);
    expect(unknown).toMatchObject({ success: false, code: expect.stringMatching(/./) });
    expect(lines).toMatchObject({
      success: false,
      answer: { errorDescriptions: [{ failedBillNum: 'J-2' }] },
    });
    const stranger = { ...qimenAccess(), secret: 'another' };
    const [door] = await clients.java('qimen', stranger, [upload('1342', { 'J-3': '7' })]);
    expect(door).toMatchObject({ success: false, code: 'isv.invalid-signature' });
  });
});

describe('what integrators are shown runs as it is printed', () => {
  const env = (key: Omit<Access, 'url'>, more: Record<string, string>) => ({
    GATEWAY: harness.gateway.url,
    APP_KEY: key.appKey,
    SECRET: key.secret,
    ...more,
  });

  test('every example is run here', () => {
    const names = ['trade.sh', 'trade.py', 'trade.mjs', 'Trade.java', 'stores.sh'];
    expect([...documentExamples().keys()]).toEqual(names);
  });

  test.each(['trade.sh', 'trade.py', 'trade.mjs', 'Trade.java'])(
    '%s reads a trade',
    async (name) => {
      const { tid } = await allocatedOrder();
      const printed = await runExample(name, env(actor.seller.keys.pos, { TID: tid }));
      expect(JSON.parse(printed)).toMatchObject({
        trade_fullinfo_get_response: { trade: { tid_str: tid, status: 'WAIT_SELLER_SEND_GOODS' } },
      });
      const wrong = { ...actor.seller.keys.pos, secret: 'another' };
      const refused = await runExample(name, env(wrong, { TID: tid }));
      expect(JSON.parse(refused)).toMatchObject({ error_response: { code: 25 } });
    },
  );

  test('stores.sh reads the stores of an item', async () => {
    const { sellerId, keys } = actor.seller;
    const printed = await runExample('stores.sh', env(keys.erp, { SELLER: sellerId }));
    expect(printed).toContain('<flag>success</flag>');
    expect(printed).toContain('1342');
  });
});
