import { Role } from '@astrolabe/contracts/console';
import { expect, test } from 'vitest';
import { UsageError } from '../invocation.ts';
import { grantsOf } from './user.ts';

test('grants are words with a role, a seller and a store', () => {
  expect(grantsOf('clerk@21230/1342, operator@21231,reader@all')).toEqual([
    { role: Role.CLERK, sellerId: '21230', storeId: '1342', allSellers: false },
    { role: Role.OPERATOR, sellerId: '21231', storeId: '', allSellers: false },
    { role: Role.READER, sellerId: '', storeId: '', allSellers: true },
  ]);
});

test.each(['clerk@21230', 'clerk@all/1342', 'operator@21230/1342', 'operator@', 'owner@1', ''])(
  '%s is no grant',
  (word) => {
    expect(() => grantsOf(word)).toThrow(UsageError);
  },
);
