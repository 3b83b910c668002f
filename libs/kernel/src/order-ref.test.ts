import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderRef } from './order-ref.ts';
import {
  holdRef,
  orderKey,
  readOrderRef,
  parseHoldRef,
  parseOrderKey,
  sameOrder,
} from './order-ref.ts';

const channel = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,15}$/);
const part = fc.oneof(
  fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
  fc.stringMatching(/^[A-Za-z0-9:._|订单ÿ-]{1,50}$/),
);
const refs = fc.record({ channel, sellerId: part, number: part });
const holds = fc.nat(999_999_999);

const TRADE: OrderRef = { channel: 'tmall', sellerId: '21230', number: '2004574256073903' };

test('an order has one key, and the key names the order', () => {
  expect(orderKey(TRADE)).toBe('tmall/21230/2004574256073903');
  fc.assert(
    fc.property(refs, (ref) => {
      expect(parseOrderKey(orderKey(ref))).toEqual({ ok: true, value: ref });
    }),
  );
});

test('a hold names its order and its number within it', () => {
  expect([holdRef(TRADE), holdRef(TRADE, 2)]).toEqual([
    'tmall:2004574256073903',
    'tmall:2004574256073903#2',
  ]);
  fc.assert(
    fc.property(refs, holds, (ref, hold) => {
      expect(parseHoldRef(ref.sellerId, holdRef(ref, hold))).toEqual({ orderRef: ref, hold });
    }),
  );
});

test('orders of two channels never meet, whatever their digits', () => {
  fc.assert(
    fc.property(refs, channel, holds, holds, (ref, other, first, second) => {
      fc.pre(other !== ref.channel);
      const stranger = { ...ref, channel: other };
      expect(orderKey(stranger)).not.toBe(orderKey(ref));
      expect(holdRef(stranger, first)).not.toBe(holdRef(ref, second));
      expect(sameOrder(stranger, ref)).toBe(false);
    }),
  );
});

test('two orders share a key only when they are the same order', () => {
  fc.assert(
    fc.property(refs, refs, (a, b) => {
      const same = a.channel === b.channel && a.sellerId === b.sellerId && a.number === b.number;
      expect(orderKey(a) === orderKey(b)).toBe(same);
      expect(sameOrder(a, b)).toBe(same);
    }),
  );
});

test('what can be no order is refused', () => {
  const refused = (parts: Partial<OrderRef>) => {
    const read = readOrderRef({ ...TRADE, ...parts });
    return read.ok ? 'accepted' : read.error;
  };
  for (const bad of ['', 'Tmall', '-tmall', 'tm:all', 'tm/all', ' tmall', 'a'.repeat(17), '天猫']) {
    expect(refused({ channel: bad })).toBe('BAD_CHANNEL');
  }
  for (const bad of ['', ' ', '1 2', '1/2', '1#2', '1\u0000', '1\n', '1'.repeat(51)]) {
    expect(refused({ sellerId: bad })).toBe('BAD_SELLER');
    expect(refused({ number: bad })).toBe('BAD_NUMBER');
  }
  for (const bad of ['', '2004574256073903', '21230/2004574256073903', 'a/b/c/d', 'a/b/']) {
    expect(parseOrderKey(bad)).toEqual({ ok: false, error: 'NOT_AN_ORDER_KEY' });
  }
  expect(parseOrderKey('Tmall/1/2')).toEqual({ ok: false, error: 'BAD_CHANNEL' });
  for (const bad of [
    '',
    'tmall',
    'tmall:',
    ':1',
    'tmall:1#',
    'tmall:1#0',
    'tmall:1#01',
    'tmall:1#a',
  ]) {
    expect(parseHoldRef('21230', bad)).toBeNull();
  }
});

test('a text is read as an order only when the order is written so', () => {
  const word = fc.stringMatching(/^[a-z0-9/:# -]{0,12}$/);
  fc.assert(
    fc.property(
      fc.oneof(
        word,
        fc.array(word, { maxLength: 5 }).map((words) => words.join('/')),
      ),
      (text) => {
        const read = parseOrderKey(text);
        if (read.ok) expect(orderKey(read.value)).toBe(text);
        const hold = parseHoldRef('21230', text);
        if (hold) expect(holdRef(hold.orderRef, hold.hold)).toBe(text);
      },
    ),
  );
});
