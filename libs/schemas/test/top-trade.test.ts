import { describe, expect, test } from 'vitest';
import { printOmnichannelParam } from '../src/jdp/index.ts';
import { encodeTopError, getFullTrade, topError } from '../src/top/index.ts';
import type { FullTrade } from '../src/top/index.ts';

const done = <T>(value: T) => ({ ok: true, message: '', value }) as const;

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
  test('a trade that the buyer collects says so before and after its allocation', () => {
    const collected = { ...full, trade: { ...full.trade, collect: '1342' } };
    const allocation = printOmnichannelParam([
      {
        subOrderId: OID,
        allocation: 1,
        place: { type: 'STORE', id: '1342' },
        orderState: 'READY',
        pickup: true,
      },
    ]);
    for (const sent of [collected, { ...collected, allocation }]) {
      const text = getFullTrade.encodeReply(done(sent), 'json', 'r-1');
      expect(text).toContain('orderType:STORE_COLLECT,');
      expect(getFullTrade.decodeReply(Buffer.from(text))).toEqual({
        ok: true,
        value: done(sent),
      });
    }
  });

  test.each(['json', 'xml'] as const)(
    'the allocation with its attributes survives %s',
    (format) => {
      const allocated = { ...full, allocation: `allocationCode:1,subOrderCode:${OID},gift:<G&1>;` };
      const text = getFullTrade.encodeReply(done(allocated), format, 'r-1');
      expect(text.split('omnichannel_param')).toHaveLength(format === 'xml' ? 3 : 2);
      expect(getFullTrade.decodeReply(Buffer.from(text))).toEqual({
        ok: true,
        value: done(allocated),
      });
    },
  );

  test.each(['json', 'xml'] as const)('the trade and its lines survive %s', (format) => {
    const text = getFullTrade.encodeReply(done(full), format, 'r-1');
    expect(text).toContain(TID);
    expect(getFullTrade.decodeReply(Buffer.from(text))).toEqual({
      ok: true,
      value: done(full),
    });
  });

  const MANY = `{"order":[{"oid":${OID},"oid_str":"${OID}",`;
  const LINE = `{"oid":${OID},"oid_str":"${OID}","deducted":`;

  test('JSON has every list under the name of its elements, and ids as texts beside the numbers', () => {
    const text = getFullTrade.encodeReply(done(full), 'json', 'r-1');
    expect(text).toContain(
      `{"trade_fullinfo_get_response":{"trade":{"tid":${TID},"tid_str":"${TID}",`,
    );
    expect(text).toContain(`"orders":${MANY}`);
    expect(text).toContain(`"omni_lines":{"omni_line":[${LINE}`);
  });

  test('XML has the elements of a list once inside it', () => {
    const text = getFullTrade.encodeReply(done(full), 'xml', 'r-1');
    const ids = (name: string, id: string) =>
      `<${name}>${id}</${name}><${name}_str>${id}</${name}_str>`;
    expect(text).toContain(`<trade_fullinfo_get_response><trade>${ids('tid', TID)}`);
    expect(text).toContain(`<orders><order>${ids('oid', OID)}`);
    expect(text).toContain(`<omni_lines><omni_line>${ids('oid', OID)}`);
  });

  test('simplified JSON has no wrapper and its lists are arrays', () => {
    const text = getFullTrade.encodeReply(done(full), 'simplified', 'r-1');
    expect(text.startsWith(`{"trade":{"tid":${TID},`)).toBe(true);
    expect(text).toContain(`"orders":[{"oid":${OID},`);
    expect(text).toContain(`"omni_lines":[${LINE}`);
    expect(text.endsWith(',"request_id":"r-1"}')).toBe(true);
  });

  test('no line at all is an empty list in its place', () => {
    const empty = { ...full, standings: [] };
    const text = getFullTrade.encodeReply(done(empty), 'json', 'r-1');
    expect(text).toContain('"omni_lines":{"omni_line":[]}');
    expect(getFullTrade.decodeReply(Buffer.from(text))).toMatchObject({
      value: { value: { standings: [] } },
    });
  });

  test.each([
    ['an array of its own', '[{"oid":1,"order_state":"WAITING"}]'],
    ['one element instead of a list of one', '{"omni_line":{"oid":1,"order_state":"WAITING"}}'],
  ])('another platform may write %s', (_name, lines) => {
    const text = getFullTrade.encodeReply(done({ ...full, standings: [] }), 'json', 'r-1');
    const other = text.replace('{"omni_line":[]}', lines);
    expect(getFullTrade.decodeReply(Buffer.from(other))).toMatchObject({
      value: { value: { standings: [{ subOrderId: '1', state: 'WAITING' }] } },
    });
  });

  test('a list that holds something else is refused', () => {
    const text = getFullTrade.encodeReply(done({ ...full, standings: [] }), 'json', 'r-1');
    const other = text.replace('{"omni_line":[]}', '{"omni_line":[],"page":1}');
    expect(getFullTrade.decodeReply(Buffer.from(other)).ok).toBe(false);
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
