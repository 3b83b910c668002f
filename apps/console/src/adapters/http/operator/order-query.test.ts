import { expect, test } from 'vitest';
import { orderFilter } from './order-query.ts';

test('days of payment are both included, and a place is named by its type and id', () => {
  expect(
    orderFilter('21230', {
      from: '2016-09-22',
      to: '2016-09-22',
      place: 'STORE:1342',
      q: ' 70001 ',
    }),
  ).toMatchObject({
    ok: true,
    value: {
      paidFrom: new Date('2016-09-21T16:00:00Z'),
      paidTo: new Date('2016-09-22T16:00:00Z'),
      place: { id: '1342' },
      text: '70001',
    },
  });
  const all = orderFilter('21230', {});
  expect(all.ok && Object.keys(all.value)).not.toContain('paidFrom');
});

test.each([
  [{ place: '1342' }, 'place'],
  [{ from: 'today' }, 'from'],
  [{ to: '2016-02-30' }, 'to'],
])('what cannot be read is refused by name: %j', (query, error) => {
  expect(orderFilter('21230', query)).toEqual({ ok: false, error });
});
