import { expect, test } from 'vitest';
import { changeOf, compared, hoursAt } from './stages.ts';

test('what nobody measures is not known, and what nobody bought is zero', () => {
  const channels = [{ channel: 'govmall', stages: [{ stage: 'RECEIVED', hours: [0, 2] }] }];
  expect(hoursAt(channels, 'govmall', 'SHIPPED')).toBeNull();
  expect(hoursAt(channels, 'tmall', 'RECEIVED')).toBeNull();
  expect(compared(hoursAt(channels, 'govmall', 'SHIPPED'), null, 1)).toEqual({
    count: null,
    now: null,
    before: null,
  });
  expect(compared([0, 0], [0, 0], 1)).toEqual({ count: 0, now: 0, before: 0 });
});

test('full hours are compared with full hours', () => {
  const day = compared([10, 20, 3], [10, 10, 50, 50], 2);
  expect(day).toEqual({ count: 33, now: 30, before: 20 });
  expect(changeOf(day)).toBe('+50 %');
  expect(changeOf(compared([5, 1], [10, 10], 1))).toBe('-50 %');
  expect(changeOf(compared([5], [0], 1))).toBe('');
  expect(compared([5], [7], 0)).toEqual({ count: 5, now: null, before: null });
});
