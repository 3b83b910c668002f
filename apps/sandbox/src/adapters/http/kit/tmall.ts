import { TMALL_TOPICS } from '@astrolabe/schemas/tmall';
import { notifyAllocation } from '@astrolabe/schemas/omni';
import type { Exchange } from '../../../domain/exchanges.ts';
import type { Trials } from '../../../domain/kit.ts';
import type { Allocation } from '../pos.ts';
import type { SpiFault } from '../spi.ts';
import { exampleLine } from '../tmall.ts';
import type { Trade, TradeNews } from '../tmall.ts';
import { forged, must, until } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Merchant } from './merchant.ts';

const HEARD_MS = 30_000;
/** Longer than the platform waits for a store's system. */
const LATE_MS = 12_000;

/** One trade and what becomes of it at the store, as the trials look at it. */
function tradesOf(bench: Bench, merchant: Merchant) {
  const { seller, tmall, pos, log, clock, spiFaults } = bench;
  const newTrade = async (): Promise<Trade> => {
    await merchant.store();
    const tid = bench.newTradeId();
    return { tid, lines: [exampleLine(tid.replace(/.$/, '9'))], paidAt: clock() };
  };
  const tell = async (trade: Trade, news: TradeNews): Promise<void> => {
    const { taken, status, response } = await tmall.tell(seller, trade, news);
    must(taken, `a message of the trade was answered ${status} ${response}`);
  };
  const count = ({ tid }: Trade): number => pos.allocations(tid).length;
  const heard = async ({ tid }: Trade): Promise<Allocation> =>
    await until(() => pos.allocations(tid)[0] ?? null, HEARD_MS, `trade ${tid} reached no store`);
  /** Once a trade after it has reached the store, what was to come of it has come. */
  const settled = async (): Promise<void> => {
    const later = await newTrade();
    await tell(later, 'paid');
    await heard(later);
  };
  /** The store accepts what it was told, and that is taken. */
  const accepted = async (allocation: Allocation): Promise<void> => {
    const { code, message } = await pos.report(seller, 'accept', allocation);
    must(code === '0', `the store's acceptance was refused: ${code} ${message}`);
  };
  const throughFault = async (fault: SpiFault): Promise<string> => {
    const trade = await newTrade();
    const from = log.count();
    spiFaults.set(seller.sellerId, [fault]);
    await tell(trade, 'paid');
    const isNotice = ({ method, request }: Exchange): boolean =>
      method === notifyAllocation.method && request.includes(trade.tid);
    const notices = (): number => log.since(from).filter(isNotice).length;
    const again = (): true | null => (notices() >= 2 ? true : null);
    await until(again, HEARD_MS, 'the store was not told again');
    await accepted(await heard(trade));
    return `the store was told ${notices()} times, and accepted`;
  };
  return { newTrade, tell, count, heard, settled, accepted, throughFault };
}

type Trades = ReturnType<typeof tradesOf>;

/** Tmall pushes trades, and the platform tells the store's system (document 003). */
export function tmallTrials(bench: Bench, merchant: Merchant): Trials {
  const trades = tradesOf(bench, merchant);
  const { newTrade, tell, count, heard, settled, throughFault } = trades;
  return {
    'good call': async () => {
      const trade = await newTrade();
      await tell(trade, 'paid');
      const allocation = await heard(trade);
      await trades.accepted(allocation);
      return `trade ${trade.tid} reached ${allocation.place.type} ${allocation.place.id}`;
    },
    duplicates: async () => {
      const trade = await newTrade();
      for (let times = 0; times < 3; times += 1) await tell(trade, 'paid');
      await heard(trade);
      await settled();
      must(count(trade) === 1, `the store was told of a trade ${count(trade)} times`);
      return 'a trade that was told three times reached the store once';
    },
    reordering: async () => {
      const trade = await newTrade();
      await tell(trade, 'closed');
      await tell(trade, 'paid');
      await settled();
      must(
        count(trade) === 0,
        'a trade that was closed before it was told as paid reached a store',
      );
      return 'a trade that was told as closed, then as paid, reached no store';
    },
    loss: async () => await throughFault({ kind: 'lost' }),
    'late answer': async () => await throughFault({ kind: 'late', ms: LATE_MS }),
    '429': async () => await throughFault({ kind: 'status', status: 429 }),
    '503 then success': async () => await throughFault({ kind: 'status', status: 503 }),
    ...refusals(bench, trades),
  };
}

/** Messages that say nothing: of somebody else, and of a topic that there is not. */
function refusals(
  { seller, tmall, platform }: Bench,
  { newTrade, settled, count }: Trades,
): Pick<Trials, 'misspelled topic' | 'wrong signature'> {
  return {
    'wrong signature': async () => {
      const trade = await newTrade();
      const keys = { ...seller.keys, tmall: forged(seller.keys.tmall) };
      const answer = await tmall.tell({ ...seller, keys }, trade, 'paid');
      must(!answer.taken, 'a message that was signed wrongly was taken');
      await settled();
      must(count(trade) === 0, 'it reached a store');
      return `refused: ${answer.response}`;
    },
    'misspelled topic': async () => {
      const trade = await newTrade();
      const right = tmall.json(seller, trade, 'paid');
      const json = right.replace(TMALL_TOPICS.buyerPaid, 'taobao_trade_TradeBuyerPaied');
      must(json !== right, 'the message has no topic');
      const answer = await platform.pushTrade(seller.keys.tmall, 'misspelled', json, 'known');
      must(answer.status < 500, `it was answered ${answer.status}`);
      await settled();
      return `answered ${answer.response}; later trades went on`;
    },
  };
}
