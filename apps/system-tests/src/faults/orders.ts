import { setTimeout as delay } from 'node:timers/promises';
import { storeReport } from '@astrolabe/testing';
import type { SellerUnderTest } from '../harness.ts';
import { tradeJson } from '../requests.ts';
import { Actor } from '../scenario.ts';
import { callTop, pushToGateway } from '../wire.ts';
import type { WireAnswer } from '../wire.ts';

/** What a caller can do with an answer. `late`: right, but after the three seconds that it waits. */
export type AnswerKind = 'done' | 'try again' | 'unusable' | 'no answer';

/** One call of an order's path, and how it was answered. */
export type Call = {
  readonly step: 'paid' | 'accepted' | 'shipped' | 'consigned';
  readonly kind: AnswerKind;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly tookMs: number;
  readonly text: string;
};

/** One order under load; times are monotonic milliseconds. */
export type OrderRun = {
  readonly tid: string;
  readonly paidAt: number;
  readonly calls: Call[];
  notifiedAt: number | null;
  doneAt: number | null;
  /** Why it is not done. */
  failure: string | null;
};

const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';
const STORE = '1342';
/** Channels wait three seconds for an answer. */
export const CALLER_MS = 3_000;
/** After an answer to try again, or none: so long until the next call; the last is repeated. */
export const REPEAT_MS = [500, 1_000, 2_000, 4_000, 8_000];
const STOCK = '900000000';
const FIRST_TID = 4_004_574_256_000_000n;
/** What a store is told before the platform has heard of the shipment: it asks again. */
const AGAIN = new Set(['isp.service-unavailable', 'TRADE_NOT_SHIPPED']);

/** A seller of model C with goods enough for any load: the POS answers, Astrolabe allocates. */
export async function sellerForLoad(harness: Actor['harness']): Promise<Actor> {
  const actor = new Actor(harness, await harness.newSeller());
  await actor.createStores();
  await actor.initialise([
    { place: 'WH-01', kind: 'CERTAINTY', quantity: STOCK, billNum: 'B-1' },
    { place: STORE, kind: 'UNCERTAINTY', quantity: STOCK, billNum: 'B-2' },
  ]);
  return actor;
}

export type Load = {
  ratePerSecond: number;
  /** Nothing is paid any more when this is over. */
  until: AbortSignal;
  /** An order that is not notified by then is given up. */
  patienceMs: number;
  /** How many orders earlier loads of the seller have paid; 0 when absent. */
  after?: number;
  /** Every order as it is paid, for who watches. */
  onOrder?: (order: OrderRun) => void;
};

/**
 * Pays orders at a fixed rate whatever the platform does (open loop), and takes each through push,
 * allocation, acceptance and shipment as Tmall and a store's till do: what is not decided is asked again.
 * Resolves when each is done or given up.
 */
export async function runOrders(actor: Actor, load: Load): Promise<OrderRun[]> {
  const orders: OrderRun[] = [];
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  while (!load.until.aborted) {
    const tid = String(FIRST_TID + BigInt((load.after ?? 0) + orders.length) * 10n);
    const order: OrderRun = {
      tid,
      paidAt: performance.now(),
      calls: [],
      notifiedAt: null,
      doneAt: null,
      failure: null,
    };
    orders.push(order);
    load.onOrder?.(order);
    running.push(
      completed(actor, order, load.patienceMs).catch((error: unknown) => {
        order.failure = error instanceof Error ? error.message : String(error);
      }),
    );
    const next = startedAt + (orders.length * 1_000) / load.ratePerSecond;
    const waits = { signal: load.until };
    await delay(Math.max(0, next - performance.now()), undefined, waits).catch(() => {});
  }
  await Promise.all(running);
  return orders;
}

async function completed(actor: Actor, order: OrderRun, patienceMs: number): Promise<void> {
  const { seller } = actor;
  await insist(order, 'paid', () => push(actor, order.tid, 'taobao_trade_TradeBuyerPay'));
  await seller.pos.received(NOTIFY, order.tid, 1, patienceMs);
  order.notifiedAt = performance.now();
  await insist(order, 'accepted', () => report(actor, order.tid, 'accpeted'));
  await insist(order, 'shipped', () => push(actor, order.tid, 'taobao_trade_TradeSellerShip'));
  await insist(order, 'consigned', () => report(actor, order.tid, 'consigned'));
  order.doneAt = performance.now();
}

/** Asks until the call is decided; an answer of which a caller can make nothing ends the order. */
async function insist(
  order: OrderRun,
  step: Call['step'],
  ask: () => Promise<{ answer: WireAnswer; code: string }>,
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const startedAt = performance.now();
    const { kind, text } = await ask().then(
      ({ answer, code }) => ({ kind: kindOf(answer, code), text: answer.text }),
      (error: unknown) => ({ kind: 'no answer' as const, text: String(error) }),
    );
    order.calls.push({ step, kind, at: startedAt, tookMs: performance.now() - startedAt, text });
    if (kind === 'done') return;
    if (kind === 'unusable') throw new Error(`${step}: ${text}`);
    await delay(REPEAT_MS[Math.min(tries, REPEAT_MS.length - 1)]);
  }
}

const kindOf = ({ status }: WireAnswer, code: string): AnswerKind => {
  if (status !== 200) return 'unusable';
  if (code === '0') return 'done';
  return AGAIN.has(code) ? 'try again' : 'unusable';
};

const line = (tid: string) => ({ oid: String(BigInt(tid) + 1n), num: 1 });

async function push(
  { harness, seller }: Actor,
  tid: string,
  topic: 'taobao_trade_TradeBuyerPay' | 'taobao_trade_TradeSellerShip',
): Promise<{ answer: WireAnswer; code: string }> {
  const json = tradeJson({ topic, sellerId: seller.sellerId, tid, lines: [line(tid)] });
  const answer = await pushToGateway(harness.gateway, seller.keys.tmall, json);
  return { answer, code: codeIn(answer.text, (told) => told) };
}

type Told = Record<string, unknown>;

async function report(
  { harness, seller }: Actor,
  tid: string,
  verb: 'accpeted' | 'consigned',
): Promise<{ answer: WireAnswer; code: string }> {
  const shipment =
    verb === 'accpeted'
      ? {}
      : { logistic_id: '233324', logistic_company: '顺丰', mail_no: tid, description: '已发送' };
  const said = storeReport(tid, [line(tid).oid], { store_id: STORE, ...shipment });
  const { sellerId } = seller;
  const answer = await callTop(harness.gateway, posKey(seller), sellerId, methodOf(verb), said);
  return { answer, code: codeIn(answer.text, topAnswer) };
}

const posKey = (seller: SellerUnderTest) => seller.keys.pos;
const methodOf = (verb: string): string => `taobao.omniorder.store.${verb}`;

/** The answer inside TOP's wrapper; of an error its sub code is what a caller goes by. */
const topAnswer = (told: Told): Told => {
  const inner = (Object.values(told)[0] ?? {}) as Told;
  return 'sub_code' in inner ? { code: inner['sub_code'] } : inner;
};

/** The code of an answer; empty when there is none. */
function codeIn(text: string, inner: (told: Told) => Told): string {
  try {
    const { code } = inner(JSON.parse(text) as Told);
    return typeof code === 'string' ? code : '';
  } catch {
    return '';
  }
}

/** How many calls of the orders were answered in each way. */
export function callsOf(orders: readonly OrderRun[], kind: AnswerKind): Call[] {
  return orders.flatMap(({ calls }) => calls.filter((call) => call.kind === kind));
}
