import { describe, expect, test } from 'vitest';
import { addScItem, mapScItem } from '../src/top/index.ts';

const done = <T>(value: T) => ({ ok: true, message: '', value }) as const;

const ID = '4611686018427387001';
const form = (values: Record<string, string>) => new Map(Object.entries(values));
const add = (values: Record<string, string> = {}) =>
  addScItem.decodeRequest(form({ item_name: '包子', outer_code: 'SKU-A', ...values }));
const map = (values: Record<string, string>) =>
  mapScItem.decodeRequest(form({ item_id: '9001', ...values }));

describe('taobao.scitem.add', () => {
  test('reads what the SDKs send, also their empty fields', () => {
    const read = add({
      item_type: '0',
      properties: '111:222;333:444',
      is_friable: '1',
      is_costly: '0',
      weight: '120',
      matter_status: '2',
      spu_id: '1234',
      bar_code: '',
    });
    expect(read).toEqual({
      ok: true,
      value: {
        itemName: '包子',
        outerCode: 'SKU-A',
        itemType: 'SINGLE',
        properties: '111:222;333:444',
        isFriable: true,
        isCostly: false,
        weight: 120,
        matterStatus: 'SOLID',
        spuId: '1234',
      },
    });
  });

  test.each([
    ['a set of goods', { item_type: '1' }, 'isv.invalid-parameter'],
    ['a switch of neither 0 nor 1', { is_costly: '2' }, 'isv.invalid-parameter'],
    ['a code that is too long', { outer_code: 'A'.repeat(51) }, 'isv.invalid-parameter'],
    ['a negative weight', { weight: '-1' }, 'isv.invalid-parameter'],
    ['no name', { item_name: ' ' }, 'isv.missing-parameter'],
    ['no code', { outer_code: '' }, 'isv.missing-parameter'],
  ])('refuses %s', (_name, values, subCode) => {
    expect(add(values)).toMatchObject({ ok: false, error: { subCode } });
  });

  test('answers the id twice and switches as booleans, in every format', () => {
    const scItem = { itemId: ID, itemName: '包子', outerCode: 'SKU-A', isFriable: true };
    const said = `"item_id":${ID},"item_id_str":"${ID}","item_name":"包子","outer_code":"SKU-A","is_friable":true`;
    expect(addScItem.encodeReply(done({ scItem }), 'json', 'r')).toBe(
      `{"scitem_add_response":{"sc_item":{${said}},"request_id":"r"}}`,
    );
    expect(addScItem.encodeReply(done({ scItem }), 'simplified', 'r')).toBe(
      `{"sc_item":{${said}},"request_id":"r"}`,
    );
    const xml = addScItem.encodeReply(done({ scItem }), 'xml', 'r');
    expect(xml).toContain(
      `<scitem_add_response><sc_item><item_id>${ID}</item_id><item_id_str>${ID}</item_id_str>`,
    );
    for (const format of ['json', 'xml'] as const) {
      const body = Buffer.from(addScItem.encodeReply(done({ scItem }), format, 'r'));
      expect(addScItem.decodeReply(body)).toEqual({
        ok: true,
        value: done({ scItem }),
      });
    }
  });
});

describe('taobao.scitem.map.add', () => {
  test('names the goods by id, by code or by both', () => {
    expect(map({ sc_item_id: ID, sku_id: '70001', need_check: 'True' })).toEqual({
      ok: true,
      value: { itemId: '9001', skuId: '70001', scItem: { scItemId: ID }, needCheck: true },
    });
    expect(map({ outer_code: 'SKU-A', sc_item_id: ID })).toMatchObject({
      value: { scItem: { scItemId: ID, outerCode: 'SKU-A' } },
    });
    expect(map({ outer_code: '' })).toMatchObject({
      ok: false,
      error: { code: 41, subMsg: expect.stringContaining('sc_item_id or outer_code') },
    });
  });
});
