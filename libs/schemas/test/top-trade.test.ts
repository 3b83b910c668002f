import { describe, expect, test } from 'vitest';
import { encodeTopError, getFullTrade, topError } from '../src/index.ts';
import type { FullTrade } from '../src/index.ts';

const TID = '41171611600046273';
const OID = '41171611600046274';

const full: FullTrade = {
  trade: {
    tradeId: TID,
    sellerId: '21230',
    sellerNick: '甘其食旗舰店',
    status: 'WAIT_SELLER_SEND_GOODS',
    payment: 20_000n,
    postFee: 0n,
    lines: [
      {
        subOrderId: OID,
        itemId: '9001',
        skuId: '70001',
        outerId: 'SKU-A',
        quantity: 2_000n,
        price: 10_000n,
        payment: 20_000n,
        status: 'WAIT_SELLER_SEND_GOODS',
        omni: true,
      },
    ],
  },
  standings: [
    {
      subOrderId: OID,
      deducted: { place: { type: 'WAREHOUSE', id: 'WH-01' } },
      target: { place: { type: 'STORE', id: '1342' } },
      state: 'ALLOCATED',
    },
  ],
};

describe('taobao.trade.fullinfo.get', () => {
  test.each(['json', 'xml'] as const)('the trade and its lines survive %s', (format) => {
    const text = getFullTrade.encodeReply(full, format, 'r-1');
    expect(text).toContain(TID);
    expect(getFullTrade.decodeReply(Buffer.from(text))).toEqual({
      ok: true,
      value: { ok: true, value: full },
    });
  });

  test('a request without tid is refused as TOP does', () => {
    expect(getFullTrade.decodeRequest(new Map([['fields', 'tid']]))).toMatchObject({
      ok: false,
      error: { code: 40, subCode: 'isv.missing-parameter' },
    });
    const request = { fields: 'tid', tradeId: TID };
    expect(getFullTrade.decodeRequest(getFullTrade.encodeRequest(request))).toEqual({
      ok: true,
      value: request,
    });
  });

  test('an error of the platform is an answer with its sub code', () => {
    const error = topError('invalidArguments', 'isv.trade-not-exist', 'no such trade');
    expect(getFullTrade.decodeReply(Buffer.from(encodeTopError(error, 'json', 'r-1')))).toEqual({
      ok: true,
      value: { ok: false, code: 'isv.trade-not-exist', message: 'no such trade' },
    });
  });
});
