import { expect, test } from 'vitest';
import { hourOf, hoursOf, lastFullHour, spanOf } from './hours.ts';

const NOW = new Date('2016-09-21T18:30:00Z');

test('hours are those of Shanghai, and the last full one may be of the day before', () => {
  expect(hourOf(NOW)).toBe('2016-09-22 02');
  expect(lastFullHour(new Date('2016-09-21T16:10:00Z'))).toBe('2016-09-21 23');
});

test('a day has the hours that have begun, one that is over has all, and one to come none', () => {
  expect(hoursOf('2016-09-22', NOW)).toEqual(['2016-09-22 00', '2016-09-22 01', '2016-09-22 02']);
  expect(hoursOf('2016-09-15', NOW)).toHaveLength(24);
  expect(hoursOf('2016-09-23', NOW)).toEqual([]);
  expect(hoursOf('2016-02-30', NOW)).toBeNull();
});

test('an hour lies between two instants', () => {
  expect(spanOf('2016-09-22 02')).toEqual({
    from: new Date('2016-09-21T18:00:00Z'),
    to: new Date('2016-09-21T19:00:00Z'),
  });
  expect(() => spanOf('2016-09-22')).toThrow('no hour');
});
