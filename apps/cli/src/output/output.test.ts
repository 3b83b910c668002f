import { expect, test } from 'vitest';

import { eachItem } from '../each-item.ts';
import { PartlyFailed, UsageError } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { Planned } from '../planned.ts';
import { createPrinter } from './printer.ts';
import { recordOf, tableOf } from './table.ts';

const ORDER = { channel: 'tmall', sellerId: '21230', number: '7' };

function printing(asTable: boolean, columns?: readonly string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const printer = createPrinter(
    { out: (line) => void out.push(line), error: (line) => void errors.push(line) },
    { asTable, columns },
  );
  const invocation: Invocation = {
    words: [],
    option: () => undefined,
    flag: () => false,
    environment: {},
    input: async () => '',
    output: printer,
  };
  return { printer, out, errors, invocation };
}

test('results are a JSON line each; numbers of 64 bits and times are text', () => {
  const { printer, out } = printing(false);
  printer.row({ quantity: 9_007_199_254_740_993n, at: new Date('2026-11-30T00:00:00Z') });
  printer.row({ name: '星盘' });
  expect(out).toEqual([
    '{"quantity":"9007199254740993","at":"2026-11-30T00:00:00.000Z"}',
    '{"name":"星盘"}',
  ]);
});

test('a table is as wide as its words, Chinese ones too', () => {
  const rows = [
    { orderRef: ORDER, state: 'SHIPPED', flags: ['A', 'B'] },
    { orderRef: ORDER, state: '已发货', flags: [] },
  ];
  expect(tableOf(rows).split('\n')).toEqual([
    'orderRef       state    flags',
    'tmall/21230/7  SHIPPED  A, B',
    'tmall/21230/7  已发货',
  ]);
  expect(tableOf(rows, ['state']).split('\n')).toEqual(['state', 'SHIPPED', '已发货']);
});

test('one result alone is shown with all its fields', () => {
  const { printer, out } = printing(true, ['state']);
  printer.row({
    state: 'SHIPPED',
    place: { type: 'PLACE_TYPE_STORE', id: '1342' },
    lines: [{ id: 1 }],
  });
  printer.end();
  expect(out.join('\n').split('\n')).toEqual([
    'state  SHIPPED',
    'place  STORE:1342',
    'lines',
    '  id',
    '  1',
  ]);
  expect(recordOf({})).toBe('');
});

test('several are a table at the end; a message does not come before what it follows', () => {
  const { printer, out, errors } = printing(true, ['id']);
  printer.row({ id: 1, other: 'x' });
  printer.row({ id: 2, other: 'y' });
  expect(out).toEqual([]);
  printer.note('There is more');
  expect(out).toEqual(['id\n1\n2']);
  printer.end();
  expect(errors).toEqual(['There is more']);
});

test('each item has a line; some that failed are exit code 3, all of them 1', async () => {
  const { invocation, out } = printing(false);
  const work = async (item: string) => {
    if (item.startsWith('bad')) throw new Error('NOT_FOUND');
    return { state: 'DONE' };
  };
  await eachItem(invocation, ['a'], work);
  await expect(eachItem(invocation, ['b', 'bad'], work)).rejects.toThrow(PartlyFailed);
  await expect(eachItem(invocation, ['bad'], work)).rejects.not.toThrow(PartlyFailed);
  await expect(eachItem(invocation, [], work)).rejects.toThrow(UsageError);
  expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
    { item: 'a', ok: true, state: 'DONE' },
    { item: 'b', ok: true, state: 'DONE' },
    { item: 'bad', ok: false, error: 'NOT_FOUND' },
    { item: 'bad', ok: false, error: 'NOT_FOUND' },
  ]);
});

test('a dry run says what it would ask for, without secrets', async () => {
  const { invocation, out } = printing(false);
  await eachItem(invocation, ['a'], () =>
    Promise.reject(new Planned('putShop', { shop: { sellerId: '7', secret: 's', at: 1n } })),
  );
  expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      item: 'a',
      dryRun: true,
      wouldCall: 'putShop',
      request: { shop: { sellerId: '7', secret: '(secret)', at: '1' } },
    },
  ]);
});
