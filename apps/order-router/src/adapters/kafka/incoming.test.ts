import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import { TradePushed } from '@astrolabe/contracts/ingress';
import { err, tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { storeHandlers, tradeHandler } from './incoming.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const NAME = {
  orderRef: tmallOrder('21230', '2004574256073903'),
  subOrderIds: ['2004574256073904'],
};
const ANSWER = {
  ...NAME,
  allocation: 0,
  place: undefined,
  operator: 'astrolabe',
  actionTime: NOW,
};

const handlers = storeHandlers({ handle: async () => err('UNKNOWN_TRADE') });
const take = (name: keyof typeof handlers, payload: Uint8Array) =>
  handlers[name]({
    type: EVENTS[name].type,
    payload,
    source: 'fulfillment',
    subject: 'tmall/21230/2004574256073903',
    sequence: 1n,
    time: NOW,
  });

test('a refund that overtakes the payment waits for it; a store cannot be so early', async () => {
  const { refundAgreed, refundWithdrawn, storeAccepted } = EVENTS;
  const retry = { kind: 'retry', reason: 'UNKNOWN_TRADE' };
  expect(await take('refundAgreed', refundAgreed.encode(ANSWER))).toEqual(retry);
  const withdrawn = { ...ANSWER, withdrawnAt: NOW };
  expect(await take('refundWithdrawn', refundWithdrawn.encode(withdrawn))).toEqual(retry);
  const place = placeToMessage({ type: 'STORE', id: '1342' });
  const accepted = storeAccepted.encode({ ...ANSWER, allocation: 1, place });
  const reject = { kind: 'reject', reason: 'UNKNOWN_TRADE' };
  expect(await take('storeAccepted', accepted)).toEqual(reject);
});

test.each(['__proto__', 'constructor', 'toString'])(
  'a trade message of the topic %s is for others: the word is the caller’s',
  async (messageTopic) => {
    const { tradePushed } = EVENTS;
    const trade = { orderRef: NAME.orderRef };
    const handle = tradeHandler({
      handleTrade: async () => {
        throw new Error('this is no message for us');
      },
    });
    const message = {
      type: tradePushed.type,
      payload: tradePushed.encode(TradePushed.fromPartial({ messageTopic, trade })),
      source: 'gateway-ingress',
      subject: 'tmall/21230/2004574256073903',
      sequence: 1n,
      time: NOW,
    };
    expect(await handle(message)).toEqual({ kind: 'done' });
  },
);
