import { FULFILMENT_STATUSES } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import type { OmniSpi } from '../src/omni/index.ts';
import type { TopApi } from '../src/top/index.ts';
import {
  ORDER_STATUS_CODES,
  STATUS_CODES,
  allocate,
  getAllocation,
  notifyAccepted,
  notifyAllocation,
  notifyConsigned,
  notifyRefund,
  notifyRefused,
  queryStoreCollect,
  reportAccepted,
  reportConsigned,
  reportRefused,
  statusRule,
  syncAllocation,
} from '../src/omni/index.ts';
import { tagged, vectors } from './tagged.ts';

const spis = {
  allocate,
  getAllocation,
  notifyAccepted,
  notifyAllocation,
  notifyConsigned,
  notifyRefund,
  notifyRefused,
};
const apis = { reportAccepted, reportConsigned, reportRefused, syncAllocation };

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

describe('interfaces of the merchant (JSON)', () => {
  type Vector = {
    api: keyof typeof spis;
    kind: 'request' | 'reply';
    name: string;
    wire: string;
    value: never;
    exact: boolean;
  };
  test.each(vectors<Vector>('omni-spi'))('$api $kind: $name', (v) => {
    const spi = spis[v.api] as unknown as OmniSpi<unknown, unknown>;
    const read = v.kind === 'request' ? spi.decodeRequest : spi.decodeReply;
    const write = v.kind === 'request' ? spi.encodeRequest : spi.encodeReply;
    expect(tagged(read(bytes(v.wire)))).toEqual({ ok: true, value: v.value });
    const again = write(v.value);
    expect(tagged(read(bytes(again)))).toEqual({ ok: true, value: v.value });
    if (v.exact) expect(JSON.parse(again)).toEqual(JSON.parse(v.wire));
  });

  test('ids are written as JSON numbers with every digit', () => {
    expect(allocate.encodeRequest({ tradeId: '41171611600046273', sellerId: '21230' })).toBe(
      '{"tid":41171611600046273,"seller_id":21230}',
    );
  });
});

describe('interfaces of the platform (form)', () => {
  type Vector = {
    api: keyof typeof apis;
    name: string;
    fields: Record<string, string>;
    value: never;
    exact: boolean;
  };
  test.each(vectors<Vector>('omni-forms'))('$api: $name', (v) => {
    const api = apis[v.api] as unknown as TopApi<unknown, unknown>;
    const read = api.decodeRequest(new Map(Object.entries(v.fields)));
    expect(tagged(read)).toEqual({ ok: true, value: v.value });
    if (v.exact) expect(Object.fromEntries(api.encodeRequest(v.value))).toEqual(v.fields);
  });

  type Refusal = {
    api: keyof typeof apis;
    name: string;
    fields: Record<string, string>;
    code: number;
    subCode: string;
    subMsg: string;
  };
  test.each(vectors<Refusal>('omni-refusals'))('$api refuses: $name', (v) => {
    const result = apis[v.api].decodeRequest(new Map(Object.entries(v.fields)));
    expect(result).toMatchObject({
      ok: false,
      error: { code: v.code, subCode: v.subCode, subMsg: v.subMsg },
    });
  });

  test('the answer is wrapped under the misspelt name, as XML and as JSON', () => {
    const done = { ok: true, message: '', value: {} } as const;
    expect(reportAccepted.encodeReply(done, 'json', 'r-1')).toBe(
      '{"omniorder_store_accpeted_response":{"code":"0","request_id":"r-1"}}',
    );
    expect(reportAccepted.encodeReply(done, 'xml', 'r-1')).toBe(
      '<?xml version="1.0" encoding="utf-8"?><omniorder_store_accpeted_response><code>0</code>' +
        '<request_id>r-1</request_id></omniorder_store_accpeted_response>',
    );
  });

  test('a simplified refusal is an error_response, for its readers look nowhere else', () => {
    const refusal = { ok: false, code: 'UNKNOWN_TRADE', message: 'no such trade' } as const;
    const error =
      '{"error_response":{"code":50,"msg":"Remote service error","sub_code":"UNKNOWN_TRADE",' +
      '"sub_msg":"no such trade","request_id":"r-1"}}';
    expect(reportAccepted.encodeReply(refusal, 'simplified', 'r-1')).toBe(error);
    expect(queryStoreCollect.encodeReply(refusal, 'simplified', 'r-1')).toBe(error);
    const done = { ok: true, message: '', value: {} } as const;
    expect(reportAccepted.encodeReply(done, 'simplified', 'r-1')).toBe(
      '{"code":"0","request_id":"r-1"}',
    );
    expect(queryStoreCollect.encodeReply(refusal, 'json', 'r-1')).toBe(
      '{"omniorder_storecollect_query_response":{"err_code":"UNKNOWN_TRADE",' +
        '"err_msg":"no such trade","request_id":"r-1"}}',
    );
  });

  test('an error_response comes back as a failure with the sub code', () => {
    const body =
      '{"error_response":{"code":50,"msg":"Remote service error","sub_code":"isv.shipped","sub_msg":"已发货"}}';
    expect(reportAccepted.decodeReply(bytes(body))).toEqual({
      ok: true,
      value: { ok: false, code: 'isv.shipped', message: '已发货' },
    });
  });
});

test('the prefixes tell the direction and the misspellings stay', () => {
  expect(Object.values(spis).map((spi) => spi.method)).toEqual([
    'taobao.qimen.omniorder.allocate',
    'taobao.qimen.omniorder.allocatedinfo.get',
    'taobao.qimen.omniorder.store.accpeted',
    'taobao.qimen.omniorder.allocatedinfo.sync',
    'taobao.qimen.omniorder.store.consigned',
    'taobao.qimen.omniorder.customer.refund',
    'taobao.qimen.omniorder.store.refused',
  ]);
  expect(Object.values(apis).map((api) => api.method)).toEqual([
    'taobao.omniorder.store.accpeted',
    'taobao.omniorder.store.consigned',
    'taobao.omniorder.store.refuse',
    'taobao.omniorder.allocatedinfo.sync',
  ]);
});

describe('status vocabulary', () => {
  test('each of our words is one of the 23 codes, and each code is one of our words', () => {
    const words: Readonly<Record<string, string>> = STATUS_CODES;
    expect(Object.keys(words).toSorted()).toEqual([...FULFILMENT_STATUSES].toSorted());
    expect(Object.values(words).toSorted()).toEqual([...ORDER_STATUS_CODES].toSorted());
    expect(ORDER_STATUS_CODES).toHaveLength(23);
    expect(new Set(Object.values(words)).size).toBe(23);
  });

  const having = (keep: (rule: ReturnType<typeof statusRule>) => boolean) =>
    FULFILMENT_STATUSES.filter((status) => keep(statusRule(status)));

  test('four are mandatory', () => {
    expect(having((rule) => rule.mandatory)).toEqual([
      'REGISTERED',
      'OFFERED',
      'ACCEPTED',
      'READY',
    ]);
  });

  test('Astrolabe alone sets the two cancellations, two codes are for later', () => {
    expect(having((rule) => rule.setter === 'ASTROLABE')).toEqual([
      'CANCEL_ASKED',
      'RETURN_EXPECTED',
    ]);
    expect(having((rule) => rule.future === true)).toEqual(['TRANSFERRING', 'TRANSFERRED']);
  });

  test('a pickup has no denied cancellation', () => {
    expect(statusRule('CANCEL_DENIED').flows).toEqual(['SHIP']);
  });
});

describe('an allocation that contradicts itself', () => {
  const line = (values: Record<string, unknown>) => ({
    store_id: '1342',
    type: 'Store',
    tid: '2004574256073903',
    sub_oid: '2004574256073904',
    status: 'Allocated',
    ...values,
  });
  const sent = (status: string, lines: unknown[]) =>
    new Map([
      ['tid', '2004574256073903'],
      ['status', status],
      ['store_allocated_list', JSON.stringify(lines)],
    ]);
  const answer = (status: string, lines: unknown[]) =>
    Buffer.from(
      JSON.stringify({ code: '0', tid: '2004574256073903', status, store_allocated_list: lines }),
    );

  test.each([
    ['a line of another trade', 'Allocated', [line({ tid: '2004574256073999' })]],
    ['waiting with all lines allocated', 'Waiting', [line({})]],
    ['allocated with all lines failed', 'Allocated', [line({ status: 'AllocateFail' })]],
    ['failed with all lines allocated', 'AllocateFail', [line({})]],
  ])('is refused: %s', (_, status, lines) => {
    const refused = { ok: false, error: { subCode: 'isv.invalid-parameter' } };
    expect(syncAllocation.decodeRequest(sent(status, lines))).toMatchObject(refused);
    expect(getAllocation.decodeReply(answer(status, lines)).ok).toBe(false);
  });

  test.each([
    ['nothing allocated yet', 'Waiting', []],
    ['a part waits', 'Waiting', [line({}), line({ status: 'Waiting' })]],
    ['all allocated', 'Allocated', [line({})]],
  ])('is none: %s', (_, status, lines) => {
    expect(syncAllocation.decodeRequest(sent(status, lines)).ok).toBe(true);
    expect(getAllocation.decodeReply(answer(status, lines)).ok).toBe(true);
  });
});
