import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RIGHTS, grantProblem, isOfStore, may, sellersOf, storeOf } from './rights.ts';
import type { Grant, Right, Target } from './rights.ts';

const sellerId = fc.constantFrom('21230', '21231', '21232');
const storeId = fc.constantFrom('1342', '123');
const storeGrant = fc.record({
  role: fc.constantFrom('CLERK' as const, 'MANAGER' as const),
  sellerId,
  storeId,
});
const sellerGrant = fc.record({
  role: fc.constantFrom('OPERATOR' as const, 'READER' as const),
  sellerId: fc.option(sellerId, { nil: null, freq: 5 }),
});
const grant: fc.Arbitrary<Grant> = fc.oneof(storeGrant, sellerGrant);
const grants = fc.array(grant, { maxLength: 5 });
const right = fc.constantFrom(...RIGHTS);
const target: fc.Arbitrary<Target> = fc.record({ sellerId, storeId });

const holds = (property: (g: Grant[], r: Right, t: Target) => void) =>
  fc.assert(fc.property(grants, right, target, property), { numRuns: 2_000 });

describe('what grants allow', () => {
  test('nothing where there is no grant', () => {
    for (const one of RIGHTS) expect(may([], one, { sellerId: '1', storeId: '2' })).toBe(false);
  });

  test('nothing at a seller that no grant names', () =>
    holds((given, asked, at) => {
      const elsewhere = given.filter(
        (one) => one.sellerId !== null && one.sellerId !== at.sellerId,
      );
      expect(may(elsewhere, asked, at)).toBe(false);
    }));

  test('at a store what one store grant says, and of a seller what a seller grant says', () =>
    holds((given, asked, at) => {
      const ofStores = given.filter((one) => isOfStore(one));
      const isAboutStore = asked === 'store.work' || asked === 'store.journal';
      if (!isAboutStore) expect(may(ofStores, asked, at)).toBe(false);
      const ofSellers = given.filter((one) => !isOfStore(one));
      if (isAboutStore) expect(may(ofSellers, asked, at)).toBe(false);
      if (asked === 'store.work') {
        const here = ofStores.some(
          (one) => one.sellerId === at.sellerId && one.storeId === at.storeId,
        );
        expect(may(given, asked, at)).toBe(here);
      }
    }));

  test('one more grant takes nothing away', () =>
    fc.assert(
      fc.property(grants, grant, right, target, (given, more, asked, at) => {
        if (may(given, asked, at)) expect(may([...given, more], asked, at)).toBe(true);
      }),
    ));

  test('each right by some grant alone: none adds up from two', () =>
    holds((given, asked, at) => {
      expect(may(given, asked, at)).toBe(given.some((one) => may([one], asked, at)));
    }));

  test('who may act may read; readers and clerks never act; the platform is for all sellers', () =>
    holds((given, _asked, at) => {
      if (may(given, 'seller.act', at)) expect(may(given, 'seller.read', at)).toBe(true);
      if (may(given, 'store.journal', at)) expect(may(given, 'store.work', at)).toBe(true);
      const readers = given.filter(({ role }) => role !== 'OPERATOR');
      expect(may(readers, 'seller.act', at)).toBe(false);
      const { all } = sellersOf(given);
      expect(may(given, 'platform.read', at)).toBe(all);
      expect(may(given, 'receiver.reveal', at)).toBe(may(given, 'seller.act', at));
      expect(may(readers, 'receiver.reveal', at)).toBe(false);
      expect(may(readers, 'audit.read', at)).toBe(false);
      expect(may(given, 'platform.act', at)).toBe(may(given, 'audit.read', at));
      if (may(given, 'audit.read', at)) expect(all).toBe(true);
    }));

  test('the sellers that a session names are those that may be read', () =>
    holds((given, _asked, at) => {
      const { all, sellerIds } = sellersOf(given);
      expect(may(given, 'seller.read', at)).toBe(all || sellerIds.includes(at.sellerId));
      const store = storeOf(given);
      if (store) expect(may(given, 'store.work', store)).toBe(true);
    }));
});

test('grants of an account: at least one, one store at most, nothing empty', () => {
  const clerk = { role: 'CLERK', sellerId: '21230', storeId: '1342' } as const;
  const operator = { role: 'OPERATOR', sellerId: null } as const;
  expect(grantProblem([clerk, operator])).toBe(null);
  expect(grantProblem([])).toBe('NO_GRANT');
  expect(grantProblem([clerk, { ...clerk, storeId: '123' }])).toBe('TWO_STORES');
  expect(grantProblem([{ ...clerk, storeId: '' }])).toBe('MISSING_FIELD');
  expect(grantProblem([{ role: 'READER', sellerId: '' }])).toBe('MISSING_FIELD');
  expect(grantProblem(Array.from({ length: 201 }, () => operator))).toBe('TOO_MANY_GRANTS');
});
