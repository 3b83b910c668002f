import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test.each([
  [['a', '1', '-2.5', '+1'], 'a,1,-2.5,+1'],
  [['星,盘', 'say "hi"', 'two\nlines'], '"星,盘","say ""hi""","two\nlines"'],
  [['=SUM(A1)', '@x', '-x', '-1+1', '\tx'], '"\t=SUM(A1)","\t@x","\t-x","\t-1+1","\t\tx"'],
  [['70001', '2004574256073903'], '70001,"\t2004574256073903"'],
  [[], ''],
])('%j as CSV is no formula, no rounded number, and one line of a table', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
