import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatShanghai } from '@astrolabe/kernel';
import { servers } from '@astrolabe/testing';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { inventoryXml, orderStatusXml, storeXml, tradeJson } from '../src/requests.ts';
import { Actor, TID } from '../src/scenario.ts';
import { callQimen, callTop, element, pushToGateway } from '../src/wire.ts';
import type { CallOptions, WireAnswer } from '../src/wire.ts';

let harness: Harness;
let actor: Actor;
beforeAll(async () => {
  harness = await startHarness();
  actor = new Actor(harness, await harness.newSeller());
  await actor.createStores();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** Where readers note how far they are: these move on by themselves, whatever comes in. */
const OWN_NOTES = ['places', 'leases', 'traffic', 'traffic_hours'];

/** How many documents every database of the platform holds. */
async function everything(): Promise<Record<string, number>> {
  const client = await MongoClient.connect(servers().mongoUri);
  try {
    const counts: Record<string, number> = {};
    const { databases } = await client.db().admin().listDatabases();
    for (const { name } of databases) {
      if (!name.startsWith(harness.stack.settings.databasePrefix)) continue;
      for (const collection of await client.db(name).listCollections().toArray()) {
        if (OWN_NOTES.includes(collection.name)) continue;
        const key = `${name}.${collection.name}`;
        counts[key] = await client.db(name).collection(collection.name).countDocuments();
      }
    }
    return counts;
  } finally {
    await client.close();
  }
}

/** The call is refused in the channel's form, without a 5xx, and nothing is stored anywhere. */
async function refusedWithoutTrace(call: () => Promise<WireAnswer>, form: RegExp): Promise<string> {
  const before = await everything();
  const answer = await call();
  expect(answer.status).toBeLessThan(500);
  expect(answer.text).toMatch(form);
  expect(await everything()).toEqual(before);
  return answer.text;
}

const QIMEN_FAILURE = /<flag>failure<\/flag>[\s\S]*<code>[^<]+<\/code>/;
const TOP_ERROR = /"error_response":\{"code":\d+/;
const SPI_ERROR = /"code":"[^0][^"]*"/;
const CREATE = 'taobao.qimen.store.create';

const minutesAgo = (minutes: number) => formatShanghai(new Date(Date.now() - minutes * 60_000));

const qimen = (xml: string, options: CallOptions = {}, method = CREATE, customer?: string) =>
  callQimen(
    harness.gateway,
    actor.seller.keys.erp,
    customer ?? actor.seller.sellerId,
    method,
    xml,
    options,
  );

describe('Qimen', () => {
  const cases: [string, () => Promise<WireAnswer>][] = [
    ['a wrong signature', () => qimen(storeXml(), { sign: 'A'.repeat(32) })],
    ['a signature that is no hex', () => qimen(storeXml(), { sign: 'ä' })],
    ['a stale time', () => qimen(storeXml(), { timestamp: minutesAgo(11) })],
    ['a time in the future', () => qimen(storeXml(), { timestamp: minutesAgo(-11) })],
    ['a time that is none', () => qimen(storeXml(), { timestamp: 'yesterday' })],
    [
      'an unknown application',
      () =>
        callQimen(
          harness.gateway,
          { appKey: '999', secret: 'x' },
          actor.seller.sellerId,
          CREATE,
          storeXml(),
        ),
    ],
    ['another seller', () => qimen(storeXml(), {}, CREATE, '99999')],
    ['XML that does not close', () => qimen('<request><storeCode>1</request>')],
    ['no XML at all', () => qimen('{"storeCode":1}')],
    [
      'a document type',
      () => qimen(`<!DOCTYPE r [<!ENTITY a "b">]><request><storeCode>&a;</storeCode></request>`),
    ],
    ['XML that is too deep', () => qimen('<a>'.repeat(10_000) + '</a>'.repeat(10_000))],
    ['a missing field', () => qimen(storeXml({ storeName: null }))],
    ['an unknown method', () => qimen(storeXml(), {}, 'taobao.qimen.store.explode')],
    ['an over-long body', () => qimen(storeXml({ detailAddress: 'x'.repeat(300_000) }))],
    ['an operator of the database', () => qimen(storeXml({ storeType: '{"$ne":""}' }))],
  ];
  test.each(cases)('%s is refused in its own form, and nothing is stored', async (_name, call) => {
    await refusedWithoutTrace(call, QIMEN_FAILURE);
  });

  test('nine minutes of clock difference are fine', async () => {
    const answer = await qimen(storeXml({ storeCode: 'S009' }), { timestamp: minutesAgo(9) });
    expect(element(answer.text, 'flag'), answer.text).toBe('success');
  });

  test('the same signed request a hundred times has one effect', async () => {
    const lines = [
      {
        place: '1342',
        kind: 'UNCERTAINTY',
        quantity: '100',
        billNum: 'R-1',
      } as const,
    ];
    await actor.qimenOk(
      'taobao.qimen.storeinventory.iteminitial',
      inventoryXml(actor.seller.sellerId, lines),
    );
    const timestamp = minutesAgo(0);
    const xml = inventoryXml(actor.seller.sellerId, [
      {
        place: '1342',
        kind: 'UNCERTAINTY',
        quantity: '-1',
        billNum: 'R-2',
        billType: 'TAOBAO_EXCLUDED',
      },
    ]);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        qimen(xml, { timestamp }, 'taobao.qimen.storeinventory.itemupdate'),
      ),
    );
    expect(new Set(answers.map((answer) => element(answer.text, 'flag')))).toEqual(
      new Set(['success']),
    );
    expect(await actor.stock()).toEqual({ '1342 U': '99/0' });
  });
});

describe('TOP', () => {
  const accept = (
    business: Record<string, string>,
    options: Parameters<typeof callTop>[5] = {},
    method = 'taobao.omniorder.store.accpeted',
  ) =>
    callTop(
      harness.gateway,
      actor.seller.keys.pos,
      actor.seller.sellerId,
      method,
      business,
      options,
    );
  const body = {
    tid: TID,
    store_id: '1342',
    type: 'Store',
    operator: '小王',
    sub_order_list: '[{"sub_oid":1,"status":"STATUS_PAID"}]',
  };
  const cases: [string, () => Promise<WireAnswer>][] = [
    ['a wrong signature', () => accept(body, { sign: 'B'.repeat(64) })],
    ['a stale time', () => accept(body, { timestamp: minutesAgo(11) })],
    ['an unknown method', () => accept(body, {}, 'taobao.omniorder.store.accepted')],
    ['a wrong content type', () => accept(body, { contentType: 'image/png' })],
  ];
  test.each(cases)('%s is an error_response, and nothing is stored', async (_name, call) => {
    await refusedWithoutTrace(call, TOP_ERROR);
  });

  test('XML callers get XML', async () => {
    const text = await refusedWithoutTrace(
      () => accept(body, { sign: 'B'.repeat(64), format: 'xml' }),
      /<error_response>/,
    );
    expect(element(text, 'code')).toBe('25');
  });

  test('a missing field and an unknown trade are refused', async () => {
    const { store_id: _left, ...without } = body;
    const missing = await accept(without);
    expect(missing.status).toBe(200);
    expect(missing.text).not.toContain('"code":"0"');
    const unknown = await accept({ ...body, tid: '77' });
    expect(unknown.status).toBe(200);
    expect(unknown.text).not.toContain('"code":"0"');
  });
});

describe('trade push', () => {
  const json = () =>
    tradeJson({
      topic: 'taobao_trade_TradeBuyerPay',
      sellerId: actor.seller.sellerId,
      tid: TID,
      lines: [{ oid: '1' }],
    });
  const push = (text: string, options: CallOptions = {}) =>
    pushToGateway(harness.gateway, actor.seller.keys.tmall, text, options);
  const cases: [string, () => Promise<WireAnswer>][] = [
    ['a wrong signature', () => push(json(), { sign: 'C'.repeat(32) })],
    ['a stale time', () => push(json(), { timestamp: minutesAgo(11) })],
    ['broken JSON', () => push('{"topic":')],
    ['JSON that is too deep', () => push('['.repeat(5_000) + ']'.repeat(5_000))],
    ['a poisoned prototype', () => push('{"__proto__":{"topic":"x"}}')],
    ['a missing tid', () => push(json().replaceAll(`"tid":"${TID}",`, ''))],
    ['an amount that is no amount', () => push(json().replaceAll('"200.00"', '"1e9"'))],
    ['another seller', () => push(json().replaceAll(`"${actor.seller.sellerId}"`, '"99999"'))],
    ['a wrong content type', () => push(json(), { contentType: 'text/plain' })],
  ];
  test.each(cases)('%s is refused with a code, and nothing is stored', async (_name, call) => {
    await refusedWithoutTrace(call, SPI_ERROR);
  });
});

test('a status of an hour ahead is refused; a clock may be some minutes wrong', async () => {
  const report = (minutes: number) =>
    actor.qimen(
      'taobao.qimen.orderStatus.update',
      orderStatusXml({
        sellerCode: actor.seller.sellerId,
        tid: TID,
        oids: [TID],
        status: 'X_PACKAGED',
        actionTime: minutesAgo(-minutes),
      }),
    );
  expect(element((await report(60)).text, 'code')).toBe('IN_THE_FUTURE');
  // The order is not there, which is looked at after the time.
  expect(element((await report(8)).text, 'code')).toBe('UNKNOWN_TRADE');
});
