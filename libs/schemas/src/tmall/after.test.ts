import { describe, expect, test } from 'vitest';
import { tradeAfter } from './after.ts';
import { TMALL_TOPICS } from './push.ts';
import type { TmallPush } from './push.ts';
import type { TmallTradeLine } from './trade.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const TID = '2004574256073903';
const [OID, OID_2] = ['2004574256073904', '2004574256073905'];

const line = (subOrderId: string, more: Partial<TmallTradeLine> = {}): TmallTradeLine => ({
  subOrderId,
  itemId: '9001',
  quantity: 2_000n,
  price: 10_000n,
  payment: 20_000n,
  status: 'WAIT_SELLER_SEND_GOODS',
  refundStatus: 'NO_REFUND',
  omni: true,
  ...more,
});

const after = (
  topic: string,
  content: Partial<TmallPush['content']>,
  first: Partial<TmallTradeLine> = {},
  status = 'WAIT_SELLER_SEND_GOODS',
) => {
  const trade = tradeAfter({
    topic,
    publishedAt: NOW,
    content: { tradeId: TID, sellerNick: '甘其食旗舰店', ...content },
    trade: {
      tradeId: TID,
      sellerId: '21230',
      sellerNick: '甘其食旗舰店',
      status,
      payment: 40_000n,
      postFee: 0n,
      lines: [line(OID, first), line(OID_2)],
    },
  });
  return trade.lines.map((one) => [one.status, one.refundStatus, one.refundId ?? '']);
};

const OPEN = ['WAIT_SELLER_SEND_GOODS', 'NO_REFUND', ''];
const CLOSED = ['TRADE_CLOSED', 'NO_REFUND', ''];

describe('a close', () => {
  test('of one sub-order closes that one, however old its snapshot is', () => {
    expect(after(TMALL_TOPICS.closed, { subOrderId: OID })).toEqual([CLOSED, OPEN]);
    expect(after(TMALL_TOPICS.closed, { subOrderId: OID_2 })).toEqual([OPEN, CLOSED]);
  });

  test('of the trade closes all', () => {
    expect(after(TMALL_TOPICS.closed, {})).toEqual([CLOSED, CLOSED]);
    expect(after(TMALL_TOPICS.closed, { subOrderId: TID })).toEqual([CLOSED, CLOSED]);
    const one = after(TMALL_TOPICS.closed, { subOrderId: OID }, {}, 'TRADE_CLOSED');
    expect(one).toEqual([CLOSED, CLOSED]);
  });

  test('that names none, with a sub-order that is closed, closes that one', () => {
    expect(after(TMALL_TOPICS.closed, {}, { status: 'TRADE_CLOSED' })).toEqual([CLOSED, OPEN]);
  });

  test('of another topic closes nothing', () => {
    expect(after(TMALL_TOPICS.buyerPaid, { subOrderId: OID })).toEqual([OPEN, OPEN]);
  });
});

describe('a refund', () => {
  const waiting = ['WAIT_SELLER_SEND_GOODS', 'WAIT_SELLER_AGREE', '7001'];
  const message = { subOrderId: OID, refundId: '7001', refundFee: 20_000n };
  const known = { refundStatus: 'WAIT_SELLER_AGREE', refundId: '7001' };

  test.each([TMALL_TOPICS.refundCreated, TMALL_TOPICS.refundChanged, TMALL_TOPICS.refundAgreed])(
    '%s: what the snapshot does not have yet is asked for',
    (topic) => {
      expect(after(topic, message)).toEqual([waiting, OPEN]);
      const former = { refundStatus: 'CLOSED', refundId: '7000', refundQuantity: 0n };
      expect(after(topic, message, former)).toEqual([waiting, OPEN]);
    },
  );

  test('a snapshot that is newer than its message stands', () => {
    for (const refundStatus of ['CLOSED', 'SUCCESS', 'SELLER_REFUSE_BUYER']) {
      const newer = { refundStatus, refundId: '7001' };
      const [first] = after(TMALL_TOPICS.refundCreated, message, newer);
      expect(first?.[1]).toBe(refundStatus);
    }
    const paid = { refundStatus: 'SUCCESS', refundId: '7001' };
    expect(after(TMALL_TOPICS.refundClosed, message, paid)[0]?.[1]).toBe('SUCCESS');
    const next = { refundStatus: 'WAIT_SELLER_AGREE', refundId: '7002' };
    expect(after(TMALL_TOPICS.refundClosed, message, next)[0]).toEqual([
      'WAIT_SELLER_SEND_GOODS',
      'WAIT_SELLER_AGREE',
      '7002',
    ]);
  });

  test('has succeeded, or was closed, before the snapshot shows it', () => {
    expect(after(TMALL_TOPICS.refundSucceeded, message, known)[0]?.[1]).toBe('SUCCESS');
    expect(after(TMALL_TOPICS.refundClosed, message, known)[0]?.[1]).toBe('CLOSED');
  });
});

test('a package of one sub-order: that one is shipped', () => {
  const [first, second] = after(TMALL_TOPICS.partlyShipped, { subOrderId: OID });
  expect([first?.[0], second?.[0]]).toEqual(['WAIT_BUYER_CONFIRM_GOODS', 'WAIT_SELLER_SEND_GOODS']);
});

test.each(['__proto__', 'constructor', 'toString'])(
  'a topic by the name %s changes nothing: the word is the caller’s',
  (topic) => {
    expect(after(topic, { subOrderId: OID })).toEqual([OPEN, OPEN]);
  },
);
