import { describe, expect, test } from 'vitest';
import type { QimenReply } from '../src/qimen/index.ts';
import {
  BILL_TYPES,
  adjustGoods,
  adjustItems,
  bindItem,
  createStore,
  deleteStore,
  getStoreCategories,
  initialiseGoods,
  initialiseItems,
  qimenFailure,
  qimenSuccess,
  queryGoods,
  queryItemStores,
  queryItems,
  queryStore,
  queryStoreItems,
  syncOrderStatus,
  updateGoods,
  updateItems,
  updateOrderStatus,
  updateStore,
} from '../src/qimen/index.ts';
import { tagged, vectors } from './tagged.ts';

const apis = {
  adjustGoods,
  adjustItems,
  bindItem,
  createStore,
  deleteStore,
  getStoreCategories,
  initialiseGoods,
  initialiseItems,
  queryGoods,
  queryItemStores,
  queryItems,
  queryStore,
  queryStoreItems,
  syncOrderStatus,
  updateGoods,
  updateItems,
  updateOrderStatus,
  updateStore,
};
type Api = {
  decodeRequest: typeof updateItems.decodeRequest;
  encodeReply: (reply: QimenReply<never>) => string;
  decodeReply: (body: Buffer) => { ok: true; value: QimenReply<never> } | { ok: false };
};
const api = (name: string): Api => apis[name as keyof typeof apis] as unknown as Api;
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

type Vector = { api: string; kind: 'request' | 'reply'; name: string; wire: string; value: object };
const all = vectors<Vector>('qimen');

describe('messages read as their vectors say', () => {
  test.each(all.filter((v) => v.kind === 'request'))('$api: $name', (v) => {
    expect(tagged(api(v.api).decodeRequest(bytes(v.wire)))).toEqual({ ok: true, value: v.value });
  });

  test.each(all.filter((v) => v.kind === 'reply'))('$api: $name', (v) => {
    const reply = api(v.api).decodeReply(bytes(v.wire));
    expect(tagged(reply)).toEqual({ ok: true, value: v.value });
    if (!reply.ok) return;
    const again = api(v.api).decodeReply(bytes(api(v.api).encodeReply(reply.value)));
    expect(tagged(again)).toEqual({ ok: true, value: v.value });
  });

  test('every method is covered both ways', () => {
    const names = Object.keys(apis).toSorted();
    for (const kind of ['request', 'reply']) {
      const seen = new Set(all.filter((v) => v.kind === kind).map((v) => v.api));
      expect([...seen].toSorted()).toEqual(names);
    }
  });
});

describe('requests that do not fit', () => {
  type Refusal = Record<'api' | 'name' | 'wire' | 'code' | 'message', string>;
  test.each(vectors<Refusal>('qimen-refusals'))('$api: $name', (v) => {
    expect(api(v.api).decodeRequest(bytes(v.wire))).toEqual({
      ok: false,
      error: { code: v.code, message: v.message },
    });
  });

  test('a record is answered beside flag, code and message', () => {
    const read = all.find((v) => v.api === 'queryStore' && v.kind === 'reply');
    const reply = queryStore.decodeReply(bytes(read?.wire ?? ''));
    expect(reply.ok && reply.value.flag === 'success').toBe(true);
    if (!reply.ok || reply.value.flag !== 'success') return;
    const text = queryStore.encodeReply(qimenSuccess(reply.value.value));
    expect(text).toContain(
      '<response><flag>success</flag><code>0</code><message/><storeCode>S001</storeCode>',
    );
    expect(queryStore.decodeReply(bytes(text))).toMatchObject({ value: { flag: 'success' } });
  });

  test('each of the seven store types is taken', () => {
    const wire = all.find((v) => v.api === 'createStore')?.wire ?? '';
    for (const type of ['MALL', 'MALL_SHOP', 'LIGHT_SHOP', 'HOSPITAL', 'DEPARTMENT', 'WAREHOUSE']) {
      const sent = wire.replace('<storeType>NORMAL', `<storeType>${type}`);
      expect(createStore.decodeRequest(bytes(sent)).ok).toBe(true);
    }
  });

  test('200 stores in one binding are taken', () => {
    const storeIds = Array.from({ length: 200 }, (_, i) => String(i + 1));
    const sent = bindItem.encodeRequest({ action: 'DELETE', itemId: '9001', storeIds });
    const read = bindItem.decodeRequest(bytes(sent));
    expect(read.ok && read.value.storeIds).toEqual(storeIds);
  });
});

describe('lines of an upload stand alone', () => {
  type BadLine = Record<'api' | 'name' | 'wire' | 'code' | 'description', string>;
  const goodLine = (name: string): string =>
    /<storeInventory>.*<\/storeInventory>/.exec(
      all.find((v) => v.api === name && v.kind === 'request')?.wire ?? '',
    )?.[0] ?? '';

  test.each(vectors<BadLine>('qimen-bad-lines'))('$api: $name', (v) => {
    const wire = v.wire.replace('</storeInventory>', `</storeInventory>${goodLine(v.api)}`);
    const result = api(v.api).decodeRequest(bytes(wire));
    const lines = result.ok ? (result.value.stores[0]?.lines ?? []) : [];
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual({
      billNum: 'B-2',
      result: { ok: false, error: { code: v.code, description: v.description } },
    });
    expect(lines[1]?.result.ok).toBe(true);
  });

  test('a line without a bill number is reported with an empty one', () => {
    const wire = (all.find((v) => v.api === 'updateItems')?.wire ?? '').replace(
      '<billNum>B-9</billNum>',
      '',
    );
    const result = updateItems.decodeRequest(bytes(wire));
    expect(result.ok && result.value.stores[0]?.lines[0]).toEqual({
      billNum: '',
      result: { ok: false, error: { code: 'LINE_MISSING', description: 'billNum is required' } },
    });
  });

  test('the words of billType are those of the wire', () => {
    expect(BILL_TYPES).toEqual(['TAOBAO_INCLUDED', 'TAOBAO_EXCLUDED', 'BALANCE']);
  });
});

describe('failed lines in a reply', () => {
  const failure = (billNums: string[], description = 'too late') =>
    updateItems.encodeReply(
      qimenFailure({ code: 'LINES_FAILED', message: 'some' }, [{ description, billNums }]),
    );
  const groups = (xml: string) =>
    [...xml.matchAll(/<failedBillNum>(.*?)<\/failedBillNum>/g)].map((match) => match[1]);

  test('50 characters fit into one entry, 51 open another', () => {
    expect(groups(failure(['a'.repeat(24), 'b'.repeat(25)]))).toEqual([
      `${'a'.repeat(24)},${'b'.repeat(25)}`,
    ]);
    expect(groups(failure(['a'.repeat(25), 'b'.repeat(25)]))).toEqual([
      'a'.repeat(25),
      'b'.repeat(25),
    ]);
  });

  test('a bill number of 50 characters is never cut', () => {
    const long = ['x'.repeat(50), 'y'.repeat(50)];
    expect(groups(failure(long))).toEqual(long);
  });

  test('a description is cut at 50 characters', () => {
    expect(failure(['B-1'], '很'.repeat(60))).toContain(
      `<description>${'很'.repeat(50)}</description>`,
    );
  });

  test('lines of one cause share an entry, other causes have their own', () => {
    const xml = updateItems.encodeReply(
      qimenFailure({ code: 'c', message: 'm' }, [
        { description: 'A', billNums: ['1'] },
        { description: 'B', billNums: ['2'] },
        { description: 'A', billNums: ['3'] },
      ]),
    );
    expect(groups(xml)).toEqual(['1,3', '2']);
  });

  test('success has no entry', () => {
    expect(updateItems.encodeReply(qimenSuccess({}))).toBe(
      '<?xml version="1.0" encoding="utf-8"?><response><flag>success</flag><code>0</code><message/></response>',
    );
  });
});
