import { posOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { lifeOfSale, withHistory } from './history.ts';
import { takenBack } from './returns.ts';
import {
  created,
  holdsPlanned,
  newSale,
  putBack,
  rejected,
  reserved,
  resolved,
  stockSettled,
} from './sale.ts';
import type { Sale } from './sale.ts';

const NOW = new Date('2026-11-29T04:00:00Z');
const LINE = {
  lineId: '1',
  goodsId: 'g-1',
  quantityMilli: 1_000n,
  priceFen: 100n,
  amountFen: 100n,
  shortMilli: 0n,
};
const HOLD = { lineId: '1', goodsId: 'g-1', quantityMilli: 1_000n, kind: 'SHARED' } as const;
const TRADE = { tradeNo: '10000000000000001', totalFen: 100n, payFen: 100n };

const begun = (isConnected = false): Sale =>
  newSale({
    orderRef: posOrder('21230', 'REQ-1'),
    basket: {
      store: { kind: 'CENTRE', id: '1342' },
      lines: [],
      coupons: [],
      buyerKind: 'MEMBER',
      payment: 'ALIPAY',
      device: '',
      deviceNo: 'POS001',
      operatorId: '5436',
      soldAt: null,
    },
    digest: 'd',
    place: { type: 'STORE', id: '1342' },
    soldAt: NOW,
    receivedAt: NOW,
    lines: [LINE],
    totalFen: 100n,
    payFen: 100n,
    ownTradeNo: isConnected ? null : TRADE.tradeNo,
    request: isConnected ? new Uint8Array([1]) : null,
  });

/** The sale after these changes, each stored for itself. */
const lived = (sale: Sale, ...changes: readonly ((sale: Sale) => Sale)[]): Sale =>
  changes.reduce(
    (before, change) => withHistory(before, change(before), NOW),
    withHistory(null, sale, NOW),
  );

const held = (sale: Sale): Sale => holdsPlanned(sale, { holds: [HOLD], short: new Map() }, NOW);

test('a sale tells each thing once: rung up, held, sold, taken out, come back', () => {
  const sale = lived(
    begun(),
    held,
    (one) => reserved(one, NOW),
    (one) => stockSettled(one, 'CONSUMED', NOW),
    (one) => {
      const wish = {
        returnNo: 'R-1',
        lines: [{ lineId: '1', quantityMilli: 1_000n }],
        isSellable: true,
        by: 'li',
      };
      const back = takenBack(one, wish, NOW);
      return back.ok ? back.value : expect.fail(back.error);
    },
    (one) => putBack(one, 'R-1', 'POSTED', NOW),
    (one) => one,
  );
  const { events, state } = lifeOfSale(sale);
  expect(state).toBe('SALE_CREATED');
  expect(events.map(({ what }) => what)).toEqual([
    'SALE_TAKEN',
    'SALE_HELD',
    'SALE_CREATED',
    'SALE_CONSUMED',
    'SALE_RETURNED',
    'SALE_RETURN_POSTED',
  ]);
  expect(events[0]).toMatchObject({ about: ['POS001'], by: '5436' });
  expect(events[2]).toMatchObject({ about: [TRADE.tradeNo] });
});

test('a person who decides stands before what follows of it', () => {
  const blocked: Sale = { ...begun(true), state: 'MANUAL', holds: [HOLD], stock: 'HELD' };
  const sale = lived(blocked, (one) => {
    const ended = resolved(one, { kind: 'notCreated' }, '值班', NOW);
    return ended.ok ? ended.value : expect.fail(ended.error);
  });
  expect(sale.history.slice(-2)).toMatchObject([
    { what: 'SALE_DECIDED', reason: 'DECIDE_NOT_CREATED', by: '值班' },
    { what: 'SALE_REJECTED', reason: 'ENDED_BY_PERSON' },
  ]);
});

test('a refusal of the platform is told in its code and its words; what changes nothing adds nothing', () => {
  const problem = { code: 'isv.no-money', message: '余额不足' };
  const sale = lived(begun(true), held, (one) => rejected(one, problem, NOW));
  expect(sale.history.at(-1)).toMatchObject({
    what: 'SALE_REJECTED',
    reason: problem.code,
    words: problem.message,
  });
  expect(withHistory(sale, sale, NOW)).toBe(sale);
  expect(created(sale, TRADE, NOW).history).toBe(sale.history);
});
