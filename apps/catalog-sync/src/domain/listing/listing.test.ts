import { standingOf } from '@astrolabe/outbound';
import type { Failed } from '@astrolabe/outbound';
import { describe, expect, test } from 'vitest';
import {
  callBegun,
  callEnded,
  kindFor,
  listingPolicy,
  newerShelf,
  putListing,
  shelfDivergence,
  toTell,
} from './listing.ts';
import type { CallDone, CallKind, Listing, ListingTerms } from './listing.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 22) + second * 1_000);
const policy = listingPolicy(2_000, 60_000);
const terms: ListingTerms = {
  buyerLoginId: '',
  supplierLoginId: '',
  mainUserId: '',
  operatorName: '',
  categories: ['', '', ''],
  categoryIds: ['', '', ''],
  materialCode: '',
  contractCode: '',
  dueDays: 0,
  expiresAt: null,
  invoice: null,
  payTypes: [],
  tradeType: null,
  regions: [],
};
const command = { sellerId: 'S', cargoNo: 'C', terms, wanted: true };
const made = (goodsId = '5645673'): CallDone => ({ kind: 'succeeded', goodsId });
const failed = (kind: Failed['kind']): Failed => ({ kind, problem: { code: 'X', message: '' } });

/** Begins a call as the driver does, and ends it. */
function attempt(listing: Listing, outcome: CallDone | Failed, second: number, isSold = true) {
  const taken = callBegun(listing, kindFor(listing, isSold), at(second), policy);
  if (!taken.begun) return { listing: taken.listing, kind: null as CallKind | null };
  const { call } = taken.begun;
  return {
    listing: callEnded(taken.listing, call, outcome, at(second), policy),
    kind: call.kind,
    isDoubtful: taken.begun.isDoubtful,
  };
}

describe('what the platform is told of a listing', () => {
  test('goods are made once, and then changed', () => {
    const first = attempt(putListing(null, command, at(0)), made(), 0);
    expect(first).toMatchObject({
      kind: 'CREATE',
      listing: { platformGoodsId: '5645673', dueAt: null },
    });
    const second = attempt(toTell(first.listing, at(10)), made(''), 10);
    expect(second).toMatchObject({ kind: 'MODIFY', listing: { platformGoodsId: '5645673' } });
    expect(attempt(second.listing, made(''), 20).kind).toBeNull();
  });

  test('what changes while a call is under way is told by another one', () => {
    const planned = putListing(null, command, at(0));
    const taken = callBegun(planned, 'CREATE', at(0), policy);
    if (!taken.begun) throw new TypeError('a planned call is due');
    const changed = toTell(taken.listing, at(1));
    const done = callEnded(changed, taken.begun.call, made(), at(2), policy);
    expect(done.call).toMatchObject({ state: 'PLANNED', kind: null, covers: 2 });
    expect(attempt(done, made(''), 3).kind).toBe('MODIFY');
    // Changes before the attempt began are in it.
    const twice = toTell(planned, at(1));
    expect(attempt(twice, made(), 2).listing.call).toMatchObject({ state: 'SUCCEEDED', covers: 2 });
  });

  test('goods that may have been made are looked up, also when something else is to be told', () => {
    const lost = attempt(putListing(null, command, at(0)), failed('unknown'), 0).listing;
    const again = callBegun(toTell(lost, at(1)), 'CREATE', at(5), policy);
    expect(again.begun).toMatchObject({ isDoubtful: true, call: { kind: 'CREATE' } });
    // Given up, it is in doubt still.
    const given = { ...lost, call: lost.call && { ...lost.call, nextAt: null }, dueAt: null };
    expect(given.call && standingOf(given.call)).toBe('GIVEN_UP');
    const retold = callBegun(toTell(given, at(9)), 'CREATE', at(9), policy);
    expect(retold.begun).toMatchObject({ isDoubtful: true, call: { kind: 'CREATE' } });
  });

  test('goods that nobody sells are taken off the shelf, and never put in', () => {
    const none = attempt(putListing(null, command, at(0)), made(), 0, false);
    expect(none).toMatchObject({ kind: null, listing: { call: null, dueAt: null } });
    const there = attempt(putListing(null, command, at(0)), made(), 0).listing;
    expect(attempt(putListing(there, { ...command, wanted: false }, at(5)), made(''), 5).kind).toBe(
      'UNPUBLISH',
    );
    expect(attempt(toTell(there, at(5)), made(''), 5, false).kind).toBe('UNPUBLISH');
  });

  test('a refusal waits for another content', () => {
    const refused = attempt(putListing(null, command, at(0)), failed('refused'), 0).listing;
    expect(refused).toMatchObject({ call: { state: 'REFUSED' }, dueAt: null });
    expect(attempt(toTell(refused, at(5)), made(), 5).kind).toBe('CREATE');
  });

  test('an older word of the platform changes nothing', () => {
    const known = { shelf: 'DELETED', saidAt: 2_000 } as const;
    expect(newerShelf(known, { shelf: 'ON_SHELF', saidAt: 1_000 })).toBeNull();
    expect(newerShelf(known, { shelf: 'ON_SHELF', saidAt: 3_000 })).toMatchObject({
      shelf: 'ON_SHELF',
    });
    expect(newerShelf(null, known)).toBe(known);
  });
});

describe('what the platform says against what is wanted', () => {
  const told = attempt(putListing(null, command, at(0)), made(), 0).listing;
  const said = (shelf: 'ON_SHELF' | 'OFF_SHELF' | 'DELETED') => ({ shelf, saidAt: 1 });
  const off = { ...told, wanted: false };
  test.each([
    ['shown as wanted', told, said('ON_SHELF'), null],
    ['told, and nothing was said', told, null, null],
    ['taken off by the platform', told, said('OFF_SHELF'), 'TAKEN_OFF'],
    ['deleted there', told, said('DELETED'), 'TAKEN_OFF'],
    ['not wanted and gone', off, said('OFF_SHELF'), null],
    ['not wanted and shown all the same', off, said('ON_SHELF'), 'STILL_ON'],
    ['being told', toTell(told, at(1)), said('OFF_SHELF'), null],
    [
      'refused',
      attempt(putListing(null, command, at(0)), failed('refused'), 0).listing,
      null,
      'NOT_TOLD',
    ],
  ] as const)('%s', (_words, listing, word, divergence) => {
    expect(shelfDivergence(listing, word)).toBe(divergence);
  });
});
