import { createTillOrder } from '@astrolabe/schemas/top';
import type { Trials } from '../../../domain/kit.ts';
import type { Key } from '../../../domain/seller.ts';
import type { TillAnswer } from '../../../domain/till-trades.ts';
import { forged, must, until } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Merchant } from './merchant.ts';

const SOLD_MS = 60_000;
/** Longer than the platform waits for the other platform. */
const LATE_MS = 8_000;
const TOO_MANY_CALLS = 7;

/** Tills sell by TOP (document 002); the trade is made once at the platform that the seller is connected to. */
export function tillTrials(bench: Bench, merchant: Merchant): Trials {
  const { seller, platform, tillTrades, newTradeId } = bench;
  const { sellerId, keys } = seller;
  const call = async (requestNo: string, key: Key = keys.pos, method = createTillOrder.method) => {
    const store = await merchant.store();
    const goods = [{ goods_id: '9001_70001', price: '100', quantity: '1.0', id_type: 'ITEM_SKU' }];
    const business = new Map([
      ['goods_details', JSON.stringify(goods)],
      ['buyer_id', '79284721321'],
      ['buyer_id_type', 'TAOBAO'],
      ['store_id', store.id],
      ['store_id_type', 'PLACE'],
      ['device', 'POS'],
      ['device_no', 'POS001'],
      ['operator_id', '5436457654'],
      ['pay_channel', 'ALIPAY'],
      ['request_no', requestNo],
    ]);
    return await platform.top(key, sellerId, method, business);
  };
  const tradeNoIn = (response: string): string | null =>
    /"trade_no":"?(\d+)/.exec(response)?.[1] ?? null;
  /** Repeats a sale as a till does, until it has its trade. */
  const sell = async (requestNo: string): Promise<string> =>
    await until(
      async () => tradeNoIn((await call(requestNo)).response),
      SOLD_MS,
      `sale ${requestNo} got no trade`,
    );
  /** A sale whose first call upstream goes wrong has one trade in the end. */
  const through = async (...answers: TillAnswer[]): Promise<string> => {
    const requestNo = `CERT-${newTradeId()}`;
    const before = tillTrades.count(sellerId);
    tillTrades.script(sellerId, answers);
    const tradeNo = await sell(requestNo);
    const made = tillTrades.count(sellerId) - before;
    must(made === 1, `${made} trades were made`);
    return `one trade, ${tradeNo}`;
  };
  const refused = async (key: Key, method: string): Promise<string> => {
    const before = tillTrades.count(sellerId);
    const { response } = await call(`CERT-${newTradeId()}`, key, method);
    must(response.includes('error_response'), `it was answered ${response}`);
    must(tillTrades.count(sellerId) === before, 'a trade was made');
    return `refused: ${response}`;
  };
  return {
    'good call': async () => await through(),
    duplicates: async () => {
      const requestNo = `CERT-${newTradeId()}`;
      const before = tillTrades.count(sellerId);
      const first = await sell(requestNo);
      const again = [await sell(requestNo), await sell(requestNo)];
      must(
        again.every((tradeNo) => tradeNo === first),
        `three calls, trades ${[first, ...again].join()}`,
      );
      const made = tillTrades.count(sellerId) - before;
      must(made === 1, `${made} trades were made`);
      return `three calls with one request number have the trade ${first}`;
    },
    reordering: { notApplicable: 'a sale is one call' },
    loss: async () => await through({ kind: 'lost', isMade: true }),
    'late answer': async () => await through({ kind: 'late', ms: LATE_MS, isMade: true }),
    '429': async () => await through({ kind: 'error', code: TOO_MANY_CALLS }),
    '503 then success': async () => await through({ kind: 'status', status: 503 }),
    'wrong signature': async () => await refused(forged(keys.pos), createTillOrder.method),
    'misspelled topic': async () => await refused(keys.pos, `${createTillOrder.method}s`),
  };
}
