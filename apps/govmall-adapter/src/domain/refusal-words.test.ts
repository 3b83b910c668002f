import { expect, test } from 'vitest';
import {
  noteWords,
  refusalWords,
  regionWords,
  transferReason,
  transportWords,
} from './refusal-words.ts';

test('a refusal of a service is told in Chinese, with what it is about', () => {
  const told = (code: string, message: string) => refusalWords({ code, message });
  expect(told('OVER_RETURN', 'more than was delivered would be returned')).toBe(
    '退换数量超过已妥投且未退换的数量',
  );
  expect(told('TRANSFER_NUMBER_USED', 'TRANSFER_NUMBER_USED 202611290000123')).toBe(
    '转账流水号已用于其他订单: 202611290000123',
  );
  expect(told('isv.refused', '品目池 X 不存在')).toBe('品目池 X 不存在');
  expect(told('NEW_REASON', 'a text of a later version')).toBe('请求未被接受（NEW_REASON）');
});

test('regions that are none or several are named', () => {
  expect(regionWords('UNKNOWN_REGION', '天津/和平县')).toBe('没有这个地区: 天津/和平县');
  expect(regionWords('AMBIGUOUS', '天津市和平区、沈阳市和平区')).toBe(
    '地区不唯一，请写明省市: 天津市和平区、沈阳市和平区',
  );
  expect(regionWords('LATER', '')).toBe('地区不正确');
});

test('notes and reasons that are made here are put in words, those of people are kept', () => {
  expect(noteWords('FIELD_CUT remark')).toBe('remark 过长，已截断');
  expect(noteWords('静海县，现为静海区')).toBe('静海县，现为静海区');
  expect(transferReason('2999.99 is less than the 3000.00 that is due')).toBe(
    '金额 2999.99 少于应付的 3000.00',
  );
  expect(transferReason('3600.01 is more than the 3600.00 that is due')).toBe(
    '金额 3600.01 多于应付的 3600.00',
  );
  expect(transferReason('IN_ANOTHER_TRANSFER govmall/21230/202611290000123')).toBe(
    '订单已登记在另一笔转账中: 202611290000123',
  );
  expect(transferReason('银行未到账')).toBe('银行未到账');
});

test('what no interface answered has words too', () => {
  expect(transportWords('isv.not-found')).toBe('接口地址不存在');
  expect(transportWords('isv.later')).toBe('请求不正确');
  expect(transportWords('isp.internal')).toBe('系统错误，请联系供应商');
});
