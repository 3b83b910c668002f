import { expect, test } from 'vitest';
import { reportText } from './interface-report.ts';

const check = {
  number: '2.8',
  name: 'ratings',
  title: '商品好评度',
  isOptional: true,
  request: 'POST /api/product/ratings\nsku=12345',
  status: 200,
  answer: '{"success":true,"desc":"","result":[]}',
  verdict: 'failed',
  says: '没有好评度',
  tookMs: 7,
};

test('each interface has its kind, verdict, request and answer, and the report its verdict', () => {
  const text = reportText('9', 'failed', [
    check,
    { ...check, number: '2.9', isOptional: false, verdict: 'passed' },
  ]).join('\n');
  expect(text).toContain('2.8 商品好评度 (ratings), 非必需 optional: 未通过 failed');
  expect(text).toContain('2.9 商品好评度 (ratings), 必需 required: 通过 passed');
  expect(text).toContain('POST /api/product/ratings\n    sku=12345');
  expect(text).toContain('HTTP 200\n    {"success":true');
  expect(text).toContain('1 / 2 通过; 结论 verdict: 未通过 failed');
});
