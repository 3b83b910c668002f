import type { Clock } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallPorts, CallWatch, Failed, Policy } from '@astrolabe/outbound';
import type { CallDone, Listing, ListingCall } from '../../domain/listing/listing.ts';
import { callBegun, callEnded, kindFor } from '../../domain/listing/listing.ts';
import type { Offer } from '../../domain/offer/offer.ts';
import type { Offers } from '../offer/ports.ts';
import type { GoodsPlatform, ListingName, Listings } from './ports.ts';

export type DriveListingDeps = {
  readonly listings: Listings;
  readonly offers: Pick<Offers, 'wholeByCargo'>;
  readonly platform: GoodsPlatform;
  /** Offers of a listing are known by its goods' id from now on. */
  readonly joined: (listing: Listing, goodsId: string) => Promise<void>;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly watch: CallWatch;
};

/** A call, and one more for what changed meanwhile. */
const CALLS_MAX = 4;

/** Makes the calls of a listing that are due. */
export const makeDriveListing =
  (deps: DriveListingDeps) =>
  async (name: ListingName): Promise<void> => {
    const { listings, clock, policy, watch } = deps;
    const ports: CallPorts<ListingCall, CallDone> = {
      begin: () => begin(deps, name),
      lookUp: async (call) => await withListing(deps, name, (at) => lookUp(deps, at, call)),
      send: async (call) => (await withListing(deps, name, (at) => send(deps, at, call))) ?? GONE,
      record: async (tried, outcome) => {
        await listings.change(
          name,
          null,
          (current) => current && callEnded(current, tried, outcome, clock(), policy),
        );
      },
    };
    await driveCalls(ports, watch, CALLS_MAX);
  };

const GONE: Failed = { kind: 'refused', problem: { code: 'NO_LISTING', message: '' } };

type At = { readonly listing: Listing; readonly offers: readonly Offer[] };

const published = async (
  { offers }: DriveListingDeps,
  { sellerId, cargoNo }: ListingName,
): Promise<Offer[]> =>
  (await offers.wholeByCargo(sellerId, cargoNo)).filter((offer) => offer.published);

async function withListing<T>(
  deps: DriveListingDeps,
  name: ListingName,
  work: (at: At) => Promise<T>,
): Promise<T | null> {
  const listing = await deps.listings.load(name);
  return listing && (await work({ listing, offers: await published(deps, name) }));
}

async function begin(
  deps: DriveListingDeps,
  name: ListingName,
): Promise<Begun<ListingCall> | null> {
  const { listings, clock, policy } = deps;
  const offers = await published(deps, name);
  let taken: Begun<ListingCall> | null = null;
  await listings.change(name, null, (current) => {
    taken = null;
    if (!current) return null;
    const listing = withKnownId(current, offers);
    const next = callBegun(listing, kindFor(listing, offers.length > 0), clock(), policy);
    taken = next.begun;
    return next.listing;
  });
  return taken;
}

const goodsIdOf = (offers: readonly Offer[]): string =>
  offers.map((offer) => offer.platform.goodsId).find((id) => id !== '') ?? '';

/** Goods that are there already, by whomever they were put in, are not put in again. */
const withKnownId = (listing: Listing, offers: readonly Offer[]): Listing =>
  listing.platformGoodsId === '' && goodsIdOf(offers) !== ''
    ? { ...listing, platformGoodsId: goodsIdOf(offers) }
    : listing;

async function send(deps: DriveListingDeps, at: At, { kind }: ListingCall) {
  const { platform } = deps;
  switch (kind) {
    case 'CREATE': {
      const made = await platform.create(at.listing, at.offers);
      if (made.kind === 'succeeded') await deps.joined(at.listing, made.goodsId);
      return made;
    }
    case 'MODIFY':
      return await platform.modify(at.listing, at.offers);
    case 'UNPUBLISH':
      return await platform.unpublish(at.listing);
    case null:
      return GONE;
  }
}

/**
 * What came of a call in doubt. Goods are never put in twice: while nobody knows the id of those that may be there, it
 * stays in doubt, and ends when an offer gets that id. The same change may be sent again.
 */
async function lookUp(
  { platform }: DriveListingDeps,
  { listing, offers }: At,
  { kind }: ListingCall,
): Promise<CallDone | Failed | null> {
  if (kind === 'CREATE') {
    const goodsId = goodsIdOf(offers);
    return goodsId === '' ? IN_DOUBT : { kind: 'succeeded', goodsId };
  }
  if (kind !== 'UNPUBLISH') return null;
  const shelf = await platform.shelf(listing);
  if (!shelf.ok) return { ...shelf.error, kind: 'unknown' };
  const isOff = shelf.value === 'OFF_SHELF' || shelf.value === 'DELETED';
  return isOff ? { kind: 'succeeded', goodsId: '' } : null;
}

const IN_DOUBT: Failed = {
  kind: 'unknown',
  problem: {
    code: 'GOODS_ID_UNKNOWN',
    message: 'the goods may have been made under an unknown id',
  },
};
