import { createTopics } from '@astrolabe/messaging';
import { TOPICS, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import type { StockKind } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import { servers, testTopicPrefix } from '@astrolabe/testing';
import { BSON } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusing, unavailable } from './peers.ts';
import { bandingXml, queryXml, report, stockXml, storeXml } from './requests.ts';
import { KEYS, SELLER, startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { element, qimen, top } from './wire.ts';
import type { How } from './wire.ts';

const topicPrefix = testTopicPrefix();
let gateway: Gateway;
beforeAll(async () => {
  await createTopics({
    brokers: servers().kafkaBrokers.split(','),
    topicPrefix,
    topics: [TOPICS.catalogEvents, TOPICS.ingressOrders],
    replicationFactor: 1,
  });
  gateway = await startGateway({ topicPrefix });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.peers.forget());

const INITIAL = 'taobao.qimen.storeinventory.iteminitial';
const UPDATE = 'taobao.qimen.storeinventory.itemupdate';
const QUERY = 'taobao.qimen.storeinventory.itemquery';
const ACCEPT = 'taobao.omniorder.store.accpeted';
const CONSIGN = 'taobao.omniorder.store.consigned';

const accept = (business = {}, how: How = {}) => top(gateway.url, ACCEPT, report(business), how);
describe('stores', () => {
  test('a store is made once however often it is asked for, and bound', async () => {
    const create = () => qimen(gateway.url, 'taobao.qimen.store.create', storeXml());
    const answers = await Promise.all([create()(), create()(), create()()]);
    for (const { text } of answers) expect(element(text, 'storeId')).toBe('1342');
    const other = qimen(gateway.url, 'taobao.qimen.store.create', storeXml({ storeName: '别' }));
    expect(element((await other()).text, 'code')).toBe('STORE_CODE_EXISTS');
    const bind = (ids: string[]) =>
      qimen(gateway.url, 'taobao.qimen.itemstore.banding', bandingXml(ids))();
    expect(element((await bind(['1342', '77'])).text, 'code')).toBe('UNKNOWN_STORE');
    expect(element((await bind(['1342'])).text, 'flag')).toBe('success');
  });

  test('a question answers the record and is neither kept nor answered from the record', async () => {
    const before = await gateway.stored();
    const ask = qimen(
      gateway.url,
      'taobao.qimen.store.query',
      '<request><storeId>1342</storeId></request>',
    );
    const { text } = await ask();
    expect(element(text, 'storeCode')).toBe('S001');
    expect((await ask()).text).toBe(text);
    expect(await gateway.stored()).toEqual(before);
  });

  test('a caller whose key has one seller need not name it', async () => {
    const ask = qimen(gateway.url, 'taobao.qimen.storecategory.get', '<request/>', {
      customerId: null,
    });
    expect(element((await ask()).text, 'flag')).toBe('success');
  });
});

describe('stock', () => {
  test('lines fail one by one, by their bill numbers', async () => {
    gateway.peers.refusedBills = new Map([
      ['L-2', 'CERTAIN_ALREADY_INITIALISED'],
      ['L-3', 'CERTAIN_ALREADY_INITIALISED'],
    ]);
    const lines = [
      { billNum: 'L-1' },
      { billNum: 'L-2' },
      { billNum: 'L-3' },
      { billNum: 'L-4', quantity: 'x' },
    ];
    const { text } = await qimen(gateway.url, INITIAL, stockXml(lines))();
    expect(element(text, 'flag')).toBe('failure');
    expect(text).toContain('<failedBillNum>L-2,L-3</failedBillNum>');
    expect(text).toContain('<failedBillNum>L-4</failedBillNum>');
    const [command] = gateway.peers.commands;
    expect(command).toMatchObject({ sellerId: SELLER, actor: `app:${KEYS.erp.appKey}` });
    expect(command?.verb).toMatchObject({
      $case: 'initialise',
      value: {
        billScope: 'item.initial',
        lines: lines.slice(0, 3).map(({ billNum }) => ({
          billNum,
          operationTimeMs: BigInt(Date.parse('2016-09-22T10:00:00+08:00')),
        })),
      },
    });
  });

  test.each(['WH-01 ', '\n  WH-01\n', '\tWH-01', '\u00A0WH-01', 'WH-01\u3000'])(
    'a warehouse is the same place whatever white space is around its code: %j',
    async (id) => {
      const place = { type: 'WAREHOUSE', id } as const;
      const xml = stockXml([{ billNum: `\n  W-${id.length}\n` }], SELLER, place);
      const { text } = await qimen(gateway.url, INITIAL, xml)();
      expect(element(text, 'flag'), text).toBe('success');
      expect(gateway.peers.commands[0]?.verb).toMatchObject({
        value: { lines: [{ billNum: `W-${id.length}`, place: { id: 'WH-01' } }] },
      });
    },
  );

  test.each(['99999', '01342', '1342x', 'WH-01'])(
    'a store that the seller has not created is a line error that names it: %s',
    async (id) => {
      for (const method of [INITIAL, UPDATE]) {
        const line = { billNum: 'N-1', billType: 'BALANCE' };
        const xml = stockXml([line], SELLER, { type: 'STORE', id });
        const { text } = await qimen(gateway.url, method, xml)();
        expect(element(text, 'flag')).toBe('failure');
        expect(element(text, 'description')).toBe(`UNKNOWN_STORE ${id}`);
        expect(element(text, 'failedBillNum')).toBe('N-1');
      }
      expect(gateway.peers.commands).toEqual([]);
    },
  );

  test('a code with a line break inside is a line error', async () => {
    const xml = stockXml([{ billNum: 'A\nB' }, { billNum: 'C-1' }]);
    const { text } = await qimen(gateway.url, INITIAL, xml)();
    expect(text).toContain('billNum must not hold line breaks or tabs');
    expect(gateway.peers.commands[0]?.verb).toMatchObject({
      value: { lines: [{ billNum: 'C-1' }] },
    });
  });

  test('goods that nobody has initialised are not updated', async () => {
    const lines = [{ billNum: 'U-1', skuId: '79999', quantity: '-1', billType: 'BALANCE' }];
    const { text } = await qimen(gateway.url, UPDATE, stockXml(lines))();
    expect(text).toContain('<description>UNKNOWN_GOODS</description>');
    expect(gateway.peers.commands).toEqual([]);
  });

  test('a thousand lines are more than one command, and every one is told', async () => {
    gateway.peers.refusedBills = new Map([['T-777', 'QUANTITY_OUT_OF_RANGE']]);
    const lines = Array.from({ length: 900 }, (_, n) => ({
      billNum: `T-${n}`,
      skuId: String(71_000 + n),
    }));
    const { text } = await qimen(gateway.url, INITIAL, stockXml(lines))();
    expect(element(text, 'failedBillNum')).toBe('T-777');
    expect(element(text, 'message')).toMatch(/^1 line/);
    const sent = gateway.peers.commands.flatMap(({ verb }) =>
      verb?.$case === 'initialise' ? verb.value.lines.map((line) => line.billNum) : [],
    );
    expect(sent).toEqual(lines.map((line) => line.billNum));
    const ids = gateway.peers.commands.map((command) => command.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('quantities are gross, by place, and only what was asked', async () => {
    await qimen(gateway.url, INITIAL, stockXml([{ billNum: 'Q-1', skuId: '70005' }]))();
    const verb = gateway.peers.commands[0]?.verb;
    const goodsId = verb?.$case === 'initialise' ? (verb.value.lines[0]?.goodsId ?? '') : '';
    const cell = (place: string, kind: StockKind, pieces: bigint) => ({
      place: placeToMessage({ type: 'STORE', id: place }),
      goodsId,
      kind: stockKindToMessage(kind),
      quantityMilli: pieces * 1000n,
      heldMilli: 2000n,
      unreportedMilli: 0n,
      short: false,
    });
    gateway.peers.cells = [
      cell('1342', 'CERTAIN', 10n),
      cell('1342', 'SHARED', 4n),
      cell('9', 'CERTAIN', 7n),
    ];
    const asked = [
      { place: '1342', skuId: '70005' },
      { place: '1342', skuId: '70006' },
    ];
    const { text } = await qimen(gateway.url, QUERY, queryXml(asked))();
    expect([...text.matchAll(/<quantity>(\d+)<\/quantity>/g)].map((match) => match[1])).toEqual([
      '10',
      '4',
    ]);
  });

  test('one question never asks the stock for more than it can answer', async () => {
    const lines = Array.from({ length: 300 }, (_, n) => ({
      billNum: `A-${n}`,
      skuId: String(73_000 + n),
    }));
    for (const half of [lines.slice(0, 150), lines.slice(150)]) {
      await qimen(gateway.url, INITIAL, stockXml(half))();
    }
    const asked = lines.map(({ skuId }, n) => ({ place: String(5_000 + n), skuId }));
    const { text } = await qimen(gateway.url, QUERY, queryXml(asked))();
    expect(element(text, 'flag')).toBe('success');
    for (const { goodsIds, places } of gateway.peers.queries) {
      expect(goodsIds.length * places.length).toBeLessThanOrEqual(10_000);
    }
    const places = gateway.peers.queries.flatMap((query) => query.places.map(({ id }) => id));
    expect(places).toEqual(asked.map(({ place }) => place));
  });
});

describe('answered once', () => {
  test('the same signed request a hundred times has one effect and one answer', async () => {
    const once = accept({ operator: '一百次' });
    const first = await once();
    expect(first.text).toContain('"code":"0"');
    const answers = await Promise.all(Array.from({ length: 100 }, once));
    expect(new Set(answers.map((answer) => answer.text))).toEqual(new Set([first.text]));
    expect(gateway.peers.reports).toHaveLength(1);
  });

  test('a peer that is away is told as such, and the very same request works later', async () => {
    gateway.peers.before = unavailable;
    const accepted = accept({ operator: '稍后' });
    const update = qimen(gateway.url, INITIAL, stockXml([{ billNum: 'Z-1', skuId: '70001' }]));
    for (const call of [accepted, update]) {
      const answer = await call();
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('isp.service-unavailable');
    }
    gateway.peers.before = () => Promise.resolve();
    expect((await accepted()).text).toContain('"code":"0"');
    expect(element((await update()).text, 'flag')).toBe('success');
  });

  test('a refusal of state is decided again by the same signed request', async () => {
    const consigned = top(gateway.url, CONSIGN, {
      ...report({ operator: 'again' }),
      logistic_id: '1',
      logistic_company: '顺丰',
      mail_no: '2',
    });
    gateway.peers.before = refusing('TRADE_NOT_SHIPPED');
    expect((await consigned()).text).toContain('TRADE_NOT_SHIPPED');
    gateway.peers.before = () => Promise.resolve();
    expect((await consigned()).text).toContain('"code":"0"');
    // What was done is answered from the record.
    gateway.peers.before = refusing('TRADE_CLOSED');
    expect((await consigned()).text).toContain('"code":"0"');
  });

  test('a peer that never answers does not keep the caller', async () => {
    gateway.peers.before = () => new Promise(() => {});
    const lines = [{ billNum: 'D-1', skuId: '70001' }];
    const answer = await qimen(gateway.url, INITIAL, stockXml(lines))();
    expect(answer.text).toContain('isp.service-unavailable');
    expect(gateway.peers.budgets).toHaveLength(1);
    for (const budget of gateway.peers.budgets) expect(budget).toBeLessThanOrEqual(2_800);
  });

  test('what is kept is sealed', async () => {
    await accept({ operator: 'canary-clerk' })();
    const read = async (collection: string) => {
      const all = await gateway.database.db.collection(collection).find().toArray();
      return Buffer.from(BSON.serialize({ all })).toString('utf8');
    };
    const inbound = await read('inbound');
    expect(inbound).toContain(ACCEPT);
    expect(inbound).not.toContain('canary-clerk');
    const keys = await read('app_keys');
    expect(keys).toContain(KEYS.pos.appKey);
    for (const key of Object.values(KEYS)) expect(keys).not.toContain(key.secret);
  });
});

describe('the open API', () => {
  test('a report carries who, where and what', async () => {
    expect((await accept()()).text).toContain('"code":"0"');
    expect(gateway.peers.reports[0]).toMatchObject({
      orderRef: tmallOrder(SELLER, '2004574256073903'),
      subOrderIds: ['2004574256073904'],
      status: 'ACCEPTED',
      operator: '小王',
      actor: `app:${KEYS.pos.appKey}`,
      place: { id: '1342' },
    });
  });

  test('the protocol’s parameters may stand in the URL, as the official SDK sends them', async () => {
    const answer = await accept({ operator: 'SDK' }, { publicIn: 'url' })();
    expect(answer.text).toContain('"code":"0"');
    expect(gateway.peers.reports).toHaveLength(1);
    const twice = await top(gateway.url, ACCEPT, report({ app_key: KEYS.pos.appKey }), {
      publicIn: 'url',
    })();
    expect(twice.text).toContain('error_response');
  });

  test('an allocation reaches the orders with every digit', async () => {
    const tid = '41171611600046273';
    const allocation = { store_id: '1342', tid, sub_oid: '41171611600046272', type: 'Store' };
    const answer = await top(gateway.url, 'taobao.omniorder.allocatedinfo.sync', {
      tid,
      status: 'Allocated',
      store_allocated_list: JSON.stringify([{ ...allocation, status: 'Allocated' }]),
    })();
    expect(answer.text).toContain('"code":"0"');
    expect(gateway.peers.allocations[0]).toMatchObject({
      orderRef: { number: tid },
      lines: [{ subOrderId: '41171611600046272', status: 'ALLOCATED' }],
    });
  });

  test.each([
    ['an inner tid that differs', { tid: '41171611600046999' }, 'Allocated', 'differs from tid'],
    ['waiting with lines allocated', {}, 'Waiting', 'status is Waiting'],
  ])('an allocation is refused: %s', async (_, values, status, words) => {
    const tid = '41171611600046273';
    const line = { store_id: '1342', tid, sub_oid: '41171611600046272', type: 'Store' };
    const answer = await top(gateway.url, 'taobao.omniorder.allocatedinfo.sync', {
      tid,
      status,
      store_allocated_list: JSON.stringify([{ ...line, status: 'Allocated', ...values }]),
    })();
    expect(answer.text).toContain('isv.invalid-parameter');
    expect(answer.text).toContain(words);
    expect(gateway.peers.allocations).toEqual([]);
  });
});

test('the description of the interfaces names every method that is served, and all that it refers to', async () => {
  const response = await fetch(`${gateway.url}/openapi.json`);
  expect(response.headers.get('content-type')).toContain('application/json');
  const text = await response.text();
  const { paths, components } = JSON.parse(text) as {
    paths: Record<string, object>;
    components: { schemas: Record<string, { required?: string[]; properties?: object }> };
  };
  expect(Object.keys(paths)).toEqual([
    '/router/qimen/service',
    '/router/rest',
    '/gateway/1688/fenxiao/trade/crate',
    '/tmall/push',
  ]);
  const { schemas } = components;
  const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, it]) => it,
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !(name && name in schemas))).toEqual([]);
  expect(schemas['taobao.qimen.store.create.request']?.required).toContain('storeName');
  expect(schemas['taobao.omniorder.store.accpeted.request']?.required).toEqual(
    expect.arrayContaining(['method', 'sign', 'tid', 'sub_order_list']),
  );
});
