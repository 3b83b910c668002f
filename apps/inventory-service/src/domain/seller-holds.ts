import { findHold, holdOfNumber, isThere } from './hold-store/store.ts';
import type { HoldStore } from './hold-store/store.ts';
import type { Hold } from './holds.ts';
import { addToListing, listedAfter, sweepNext } from './listing.ts';
import type { SellerStock, State } from './stock.ts';

const FORGOTTEN_MAX = 1_024;
const SWEPT_EVERY = 1_024;

/** Appends to the listing; while most of it is forgotten it is swept, at a bounded cost per hold. */
export function listHold(store: HoldStore, seller: SellerStock, made: Hold): void {
  const { listing } = seller;
  addToListing(listing, made.number, made.address);
  seller.unswept += 1;
  if (seller.unswept < SWEPT_EVERY) return;
  seller.unswept = 0;
  if (listing.length <= 2 * seller.holds + FORGOTTEN_MAX) return;
  sweepNext(listing, (address, number) => isThere(store, address, number));
}

/** The seller's holds in the order of their creation, closed ones included. */
export function* holdsOf(state: State, seller: SellerStock): Generator<Hold> {
  for (const { number, address } of listedAfter(seller.listing, -1)) {
    const hold = holdOfNumber(state.holds, address, number);
    if (hold) yield hold;
  }
}

/** The hold of this name, to be looked at; what is changed in it is a copy. */
export const findHoldOf = (
  state: State,
  seller: SellerStock | undefined,
  ref: string,
): Hold | undefined => seller && findHold(state.holds, seller.number, ref);
