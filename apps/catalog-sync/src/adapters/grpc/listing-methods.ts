import type {
  Listing as ListingMessage,
  ListingTerms as TermsMessage,
  OfferAdminServiceServer,
} from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { standingOf, wordsOf } from '@astrolabe/outbound';
import type { ListingName, Listings, PlatformShelves } from '../../application/listing/ports.ts';
import type { Offers } from '../../application/offer/ports.ts';
import type { Listing, ListingTerms } from '../../domain/listing/listing.ts';
import { PAY_TYPES, TRADE_TYPES, putListing } from '../../domain/listing/listing.ts';
import { checkCodes, checkLengths } from './offer-messages.ts';
import { refusal } from './refusals.ts';

const TEXT_MAX = 100;
const REGIONS_MAX = 1_000;
const ID = /^\d{0,20}$/;

export type ListingMethodDeps = {
  readonly listings: Listings;
  readonly shelves: PlatformShelves;
  readonly offers: Pick<Offers, 'byCargo'>;
  readonly clock: Clock;
  /** The platform may be told now; returns at once. */
  readonly toDrive: (listing: ListingName) => void;
};

type Methods = Pick<OfferAdminServiceServer, 'putListing' | 'unpublishListing' | 'getListing'>;

/** The methods of OfferAdminService about the procurement platform's mall. */
export function listingMethods(deps: ListingMethodDeps): Methods {
  const { listings, clock, toDrive } = deps;
  const shown = async (name: ListingName): Promise<ListingMessage> => {
    const listing = await listings.load(name);
    if (!listing) throw refusal('UNKNOWN_LISTING');
    const [rows, said] = await Promise.all([
      deps.offers.byCargo(name.sellerId, [name.cargoNo]),
      listing.platformGoodsId === ''
        ? null
        : deps.shelves.find(name.sellerId, listing.platformGoodsId),
    ]);
    const skus = rows.map(({ sku }) => sku).toSorted();
    return listingTo(listing, said?.shelf ?? '', skus);
  };
  const put = async (
    name: ListingName,
    change: Pick<Listing, 'wanted'> & { readonly terms?: ListingTerms },
  ): Promise<ListingMessage> => {
    await listings.change(name, null, (current) => {
      const terms = change.terms ?? current?.terms;
      return terms ? putListing(current, { ...name, terms, wanted: change.wanted }, clock()) : null;
    });
    toDrive(name);
    return await shown(name);
  };
  return {
    putListing: unary('putListing', async ({ sellerId, cargoNo, terms }) => {
      checkCodes(sellerId, cargoNo);
      const name = { sellerId, cargoNo };
      return { listing: await put(name, { wanted: true, terms: termsFrom(terms) }) };
    }),
    unpublishListing: unary('unpublishListing', async ({ sellerId, cargoNo }) => {
      checkCodes(sellerId, cargoNo);
      return { listing: await put({ sellerId, cargoNo }, { wanted: false }) };
    }),
    getListing: unary('getListing', async ({ sellerId, cargoNo }) => ({
      listing: await shown({ sellerId, cargoNo }),
    })),
  };
}

const INVOICES = ['SPECIAL', 'COMMON', 'NONE'] as const;

/** The word of a list that a text is; null for an empty one. */
function wordOf<T extends string>(words: readonly T[], text: string): T | null {
  const word = words.find((one) => one === text);
  if (word === undefined && text !== '') throw refusal('UNKNOWN_WORD');
  return word ?? null;
}

function termsFrom(message: TermsMessage | undefined): ListingTerms {
  if (!message) throw refusal('MISSING_FIELD');
  const { regions, payTypes, invoice, tradeType, expiresAt, dueDays, ...texts } = message;
  const {
    firstCategory,
    secondCategory,
    thirdCategory,
    firstCategoryId,
    secondCategoryId,
    thirdCategoryId,
    ...rest
  } = texts;
  checkLengths([...Object.values(texts), ...regions], TEXT_MAX);
  if (regions.length > REGIONS_MAX) throw refusal('TOO_MANY_DETAILS');
  if (dueDays < 0) throw refusal('BAD_AMOUNT');
  const ids = [rest.mainUserId, firstCategoryId, secondCategoryId, thirdCategoryId];
  if (!ids.every((id) => ID.test(id))) throw refusal('BAD_ID');
  return {
    ...rest,
    dueDays,
    categories: [firstCategory, secondCategory, thirdCategory],
    categoryIds: [firstCategoryId, secondCategoryId, thirdCategoryId],
    expiresAt: expiresAt ?? null,
    invoice: wordOf(INVOICES, invoice),
    payTypes: payTypes.flatMap((one) => wordOf(PAY_TYPES, one) ?? []),
    tradeType: wordOf(TRADE_TYPES, tradeType),
    regions,
  };
}

function listingTo(listing: Listing, shelf: string, skus: string[]): ListingMessage {
  const { sellerId, cargoNo, platformGoodsId, wanted, call } = listing;
  return {
    sellerId,
    cargoNo,
    terms: termsTo(listing.terms),
    platformGoodsId,
    shelf,
    wanted,
    call: call?.kind ?? '',
    callState: call ? standingOf(call) : '',
    attempts: call?.attempts ?? 0,
    lastError: call ? wordsOf(call) : '',
    skus,
  };
}

function termsTo({ categories, categoryIds, ...terms }: ListingTerms): TermsMessage {
  return {
    ...terms,
    firstCategory: categories[0],
    secondCategory: categories[1],
    thirdCategory: categories[2],
    firstCategoryId: categoryIds[0],
    secondCategoryId: categoryIds[1],
    thirdCategoryId: categoryIds[2],
    expiresAt: terms.expiresAt ?? undefined,
    invoice: terms.invoice ?? '',
    tradeType: terms.tradeType ?? '',
    payTypes: [...terms.payTypes],
    regions: [...terms.regions],
  };
}
