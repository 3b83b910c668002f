import { describe, expect, test } from 'vitest';
import { readBill } from './bill-table.ts';

const OF = { channel: 'tmall', sellerId: '21230' };

describe('a bill', () => {
  test('is read by its headings, and each row has a name that does not depend on its line', () => {
    const heading = ['业务流水号', '订单号', '备注', '收入金额'];
    const { rows, wrong } = readBill(
      [[], heading, ['F-1', '1001', '', '¥1,234.50'], [], ['', '1002', '', '(3.00)']],
      OF,
    );
    expect(wrong).toEqual([]);
    expect(rows).toEqual([
      { line: 3, rowNo: 'F-1', orderRef: { ...OF, number: '1001' }, amountFen: 123_450n },
      { line: 5, rowNo: '1002/1', orderRef: { ...OF, number: '1002' }, amountFen: -300n },
    ]);
  });

  test('names rows of one order by their place among them', () => {
    const rows = [
      ['1001', '1.00'],
      ['1002', '5.00'],
      ['1001', '-0.50'],
    ];
    const read = readBill([['Order', 'Amount'], ...rows], OF).rows;
    expect(read.map(({ rowNo, amountFen }) => [rowNo, amountFen])).toEqual([
      ['1001/1', 100n],
      ['1002/1', 500n],
      ['1001/2', -50n],
    ]);
  });

  test('has wrong rows, each with its line; the others are read', () => {
    const { rows, wrong } = readBill(
      [
        ['流水号', '订单号', '金额'],
        ['1', '', '1.00'],
        ['2', '1001', '1.005'],
        ['3', '1001', ''],
        ['4', '1001', '1.00'],
        ['4', '1002', '2.00'],
        ['5', '10 01', '2.00'],
      ],
      OF,
    );
    expect(rows.map(({ line }) => line)).toEqual([5]);
    expect(wrong).toEqual([
      { line: 2, error: 'nothing is no order' },
      { line: 3, error: '1.005 is no amount in yuan' },
      { line: 4, error: 'nothing is no amount in yuan' },
      { line: 6, error: 'an earlier row is called 4 too' },
      { line: 7, error: '10 01 is no order' },
    ]);
  });

  test.each([
    [['金额'], /订单号/],
    [['订单号'], /金额/],
  ])('without a column is refused: %s', (heading, message) => {
    expect(() => readBill([heading], OF)).toThrow(message);
  });
});
