import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tmallOrder } from '@astrolabe/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MongoClient } from 'mongodb';
import { orderTrace } from '@astrolabe/telemetry';
import { eventually, servers, startOtlpReceiver } from '@astrolabe/testing';
import type { OtlpReceiver, ReceivedSpan } from '@astrolabe/testing';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { tradeJson } from '../src/requests.ts';
import { startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { pushToGateway } from '../src/wire.ts';

const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';
const CANARY = {
  name: 'Canary Wang',
  mobile: '13912345678',
  address: 'Canary Street 9',
};

let receiver: OtlpReceiver;
let harness: Harness;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  harness = await startHarness({
    // Within one process a trace might go on without what carries it from one to the next.
    apart: 'all',
    otlpEndpoint: receiver.endpoint,
  });
});
afterAll(async () => {
  await harness.stop();
  await receiver.stop();
});

/** Plays one order to its settlement and returns the seller's actor. */
async function playOrder(tid: string, oid: string): Promise<Actor> {
  const actor = await startedSeller(harness);
  const json = tradeJson({
    topic: 'taobao_trade_TradeBuyerPay',
    sellerId: actor.seller.sellerId,
    tid,
    lines: [{ oid }],
    receiver: CANARY,
  });
  const { text } = await pushToGateway(harness.gateway, actor.seller.keys.tmall, json);
  expect(JSON.parse(text)).toMatchObject({ code: '0' });
  await actor.seller.pos.received(NOTIFY, tid);
  const report = { tid, oids: [oid] };
  expect(await actor.storeReport('accpeted', '1342', report)).toMatchObject({ code: '0' });
  await actor.order('ACCEPTED', tid);
  await actor.push('taobao_trade_TradeSellerShip', { tid, lines: [{ oid }] });
  await eventually(async () =>
    expect(await actor.storeReport('consigned', '1342', report)).toMatchObject({ code: '0' }),
  );
  await eventually(() =>
    harness.clients.settlement.call('getReceivable', {
      orderRef: tmallOrder(actor.seller.sellerId, tid),
    }),
  );
  return actor;
}

/** "parent service -> child service" of every pair of spans in different services. */
function edgesOf(spans: readonly ReceivedSpan[]): Set<string> {
  const bySpanId = new Map(spans.map((span) => [span.spanId, span]));
  const edges = spans.map((span) => {
    const parent = bySpanId.get(span.parentSpanId);
    return parent && parent.service !== span.service ? `${parent.service} -> ${span.service}` : '';
  });
  return new Set(edges.filter((edge) => edge !== ''));
}

test('[X-A06, X-A12, X-A13, O-65] one trace, whole numbers and no private data, from the push to the receivable', async () => {
  const tid = '10309483976732423';
  const oid = '4356409609904969811';
  const actor = await playOrder(tid, oid);
  const { sellerId } = actor.seller;
  const trace = orderTrace(tmallOrder(sellerId, tid));

  const spans = await eventually(
    () => {
      const found = receiver.spans().filter((span) => span.attributes['astrolabe.trade'] === tid);
      const own = receiver.spans().filter((span) => span.traceId === trace.traceId);
      expect(edgesOf(own)).toEqual(
        new Set([
          'gateway-ingress -> order-router',
          'gateway-ingress -> fulfillment',
          'order-router -> catalog-sync',
          'order-router -> inventory-service',
          'order-router -> fulfillment',
          'order-router -> settlement',
          'fulfillment -> order-router',
          ...edgesOf(own),
        ]),
      );
      expect(found.every((span) => span.traceId === trace.traceId)).toBe(true);
      expect(
        own.some((span) => span.service === 'settlement' && 'db.system.name' in span.attributes),
      ).toBe(true);
      // Exports of different services arrive at different times; in the end every parent is there.
      const known = new Set(own.map((span) => span.spanId));
      const orphans = own.filter(
        (span) => span.parentSpanId !== '' && !known.has(span.parentSpanId),
      );
      expect(orphans.map((span) => `${span.service} ${span.name}`)).toEqual([]);
      return own;
    },
    { timeoutMs: 20_000 },
  );
  const roots = spans.filter((span) => span.parentSpanId === '');
  expect(roots.map((span) => span.spanId)).toEqual([trace.spanId]);

  // The numbers have all their digits wherever they were: SPI body, orders, tasks, settlement.
  const call = await actor.seller.pos.received(NOTIFY, tid);
  expect(JSON.stringify(call.body)).toContain(oid);
  const key = { orderRef: tmallOrder(sellerId, tid) };
  const { order } = await harness.clients.orders.call('getOrder', key);
  expect(order).toMatchObject({ ...key, lines: [{ subOrderId: oid }] });
  const { receivable } = await harness.clients.settlement.call('getReceivable', key);
  expect(receivable).toMatchObject({ ...key, lines: [{ subOrderId: oid }] });

  // Beyond 2^53 as a number in JSON.
  const big = '41171611600046273';
  const json = tradeJson({
    topic: 'taobao_trade_TradeBuyerPay',
    sellerId,
    tid: big,
    lines: [{ oid: '41171611600046274', num: 1 }],
  }).replaceAll(`"${big}"`, big);
  expect(json).toContain(`"tid":${big}`);
  await pushToGateway(harness.gateway, actor.seller.keys.tmall, json);
  await actor.order('ALLOCATED', big);

  await nothingPrivate(actor, spans);
});

/** Logs, spans, events and databases hold no secret and no personal data of the canary order. */
async function nothingPrivate(actor: Actor, spans: readonly ReceivedSpan[]): Promise<void> {
  const { keys, spi, mall } = actor.seller;
  const secrets = [...Object.values(keys).map((key) => key.secret), spi.secret, mall.password];
  const forbidden = [...secrets, ...Object.values(CANARY)];
  const holds = (where: string, text: string) => {
    for (const word of forbidden) expect(text.includes(word), `${word} in ${where}`).toBe(false);
  };
  for (const file of readdirSync(harness.logDir)) {
    holds(file, readFileSync(join(harness.logDir, file), 'utf8'));
  }
  holds('spans', toText(spans));

  const client = await MongoClient.connect(servers().mongoUri);
  try {
    for (const app of SERVICES) {
      const db = client.db(`${harness.stack.settings.databasePrefix}${app.replaceAll('-', '_')}`);
      for (const { name } of await db.listCollections().toArray()) {
        const documents = await db.collection(name).find().limit(1_000).toArray();
        const bytes = documents.map(toText);
        holds(`${app}.${name}`, bytes.join());
        // Binary fields print as base64: the words must not be in their bytes either.
        for (const word of forbidden) {
          const encoded = Buffer.from(word).toString('base64').replace(/=+$/, '').slice(0, -1);
          expect(bytes.join().includes(encoded), `${word} in ${app}.${name}`).toBe(false);
        }
      }
    }
  } finally {
    await client.close();
  }
}

/** Everything as text, 64-bit numbers too. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  );
}
