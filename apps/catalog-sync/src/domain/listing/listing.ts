import { begun, ended, isDoubtful, isGivenUp, isOpen, planned } from '@astrolabe/outbound';
import type { Begun, Failed, OutboundCall, Policy, Succeeded } from '@astrolabe/outbound';
import type { AtPlatform } from '../offer/content.ts';

/** How the buyer may pay, and when: the words of the platform, which have none of ours. */
export const PAY_TYPES = [
  'transbybank',
  'mybanketicket',
  'ptransbybank',
  'alipay',
  'companyalipay',
  'personalipay',
  'bankpay',
] as const;
export const TRADE_TYPES = ['alipay', 'steppay', 'payperiod', 'other'] as const;

/** What a listing has beside its offers; empty values are not said to the platform. */
export type ListingTerms = {
  readonly buyerLoginId: string;
  readonly supplierLoginId: string;
  readonly mainUserId: string;
  readonly operatorName: string;
  readonly categories: readonly [string, string, string];
  readonly categoryIds: readonly [string, string, string];
  readonly materialCode: string;
  readonly contractCode: string;
  /** 0: none. */
  readonly dueDays: number;
  readonly expiresAt: Date | null;
  readonly invoice: 'SPECIAL' | 'COMMON' | 'NONE' | null;
  readonly payTypes: readonly (typeof PAY_TYPES)[number][];
  readonly tradeType: (typeof TRADE_TYPES)[number] | null;
  readonly regions: readonly string[];
};

export type CallKind = 'CREATE' | 'MODIFY' | 'UNPUBLISH';

/** A call to the platform; what it says is read when it is made. */
export type ListingCall = OutboundCall & {
  /** Null before its first attempt. */
  readonly kind: CallKind | null;
  /** The changes of which it tells. */
  readonly covers: number;
};

/** Goods of one article number as the procurement platform is to show them. */
export type Listing = {
  readonly sellerId: string;
  readonly cargoNo: string;
  readonly terms: ListingTerms;
  /** To be on the shelf there. */
  readonly wanted: boolean;
  /** Empty until the platform has answered. */
  readonly platformGoodsId: string;
  /** Changes that the platform is to be told of, counted. */
  readonly asked: number;
  readonly call: ListingCall | null;
  /** When the call is due; null when none is open. */
  readonly dueAt: Date | null;
};

/** A call that had its effect, and the goods' id where it is an answer. */
export type CallDone = Succeeded & { readonly goodsId: string };

const withCall = (listing: Omit<Listing, 'dueAt'>, call: ListingCall | null): Listing => ({
  ...listing,
  call,
  dueAt: call?.nextAt ?? null,
});

/** Makes a listing, or gives it other terms; either is told to the platform. */
export function putListing(
  current: Listing | null,
  command: Pick<Listing, 'sellerId' | 'cargoNo' | 'terms' | 'wanted'>,
  now: Date,
): Listing {
  const before = current ?? { platformGoodsId: '', asked: 0, call: null };
  return toTell({ ...before, ...command, dueAt: null }, now);
}

/**
 * Something of it is other than the platform knows. A call that is open tells it, or is followed by one that does; one
 * that was given up in doubt is looked up before anything is sent.
 */
export function toTell(listing: Listing, now: Date): Listing {
  const asked = listing.asked + 1;
  const { call } = listing;
  if (call && isOpen(call)) return withCall({ ...listing, asked }, call);
  const isInDoubt = call !== null && isDoubtful(call);
  const next = { ...planned(now, isInDoubt), kind: isInDoubt ? call.kind : null, covers: asked };
  return withCall({ ...listing, asked }, next);
}

/** What the platform is to be told now; null when there is nothing to tell it. */
export function kindFor({ wanted, platformGoodsId }: Listing, isSold: boolean): CallKind | null {
  if (platformGoodsId === '') return wanted && isSold ? 'CREATE' : null;
  return wanted && isSold ? 'MODIFY' : 'UNPUBLISH';
}

/** Begins an attempt. One whose predecessor is in doubt keeps its kind: that is what is looked up. */
export function callBegun(
  listing: Listing,
  kind: CallKind | null,
  now: Date,
  policy: Policy,
): { readonly listing: Listing; readonly begun: Begun<ListingCall> | null } {
  const { call } = listing;
  if (!call) return { listing, begun: null };
  if (kind === null && !isDoubtful(call)) {
    return { listing: withCall(listing, null), begun: null };
  }
  const taken = begun(call, now, policy);
  if (!taken) return { listing, begun: null };
  const of: ListingCall = taken.isDoubtful
    ? taken.call
    : { ...taken.call, kind, covers: listing.asked };
  return { listing: withCall(listing, of), begun: { ...taken, call: of } };
}

/** Records how an attempt ended. What was asked for meanwhile is told by another call. */
export function callEnded(
  listing: Listing,
  tried: ListingCall,
  outcome: CallDone | Failed,
  now: Date,
  policy: Policy,
): Listing {
  const { call } = listing;
  if (!call) return listing;
  const over = ended(call, tried, outcome, now, policy);
  const platformGoodsId =
    outcome.kind === 'succeeded' && outcome.goodsId !== ''
      ? outcome.goodsId
      : listing.platformGoodsId;
  const next = withCall({ ...listing, platformGoodsId }, over);
  const isBehind = !isOpen(over) && over.covers < next.asked;
  // Content that came later may be what a refusal asked for.
  return isBehind && !isDoubtful(over)
    ? withCall(next, { ...planned(now), kind: null, covers: next.asked })
    : next;
}

/** What the platform said of goods, and when; an older word than the one that is known changes nothing. */
export type ShelfSaid = {
  readonly shelf: NonNullable<AtPlatform['shelf']>;
  /** Milliseconds of the message's birth; 0 where it has none. */
  readonly saidAt: number;
};

export const newerShelf = (current: ShelfSaid | null, said: ShelfSaid): ShelfSaid | null =>
  current && said.saidAt < current.saidAt ? null : said;

/** What of a listing is not as it is wanted, and stays so until somebody looks at it. */
export type ShelfDivergence = 'TAKEN_OFF' | 'STILL_ON' | 'NOT_TOLD';

/**
 * What the platform says against what is wanted. Null where both agree, while the platform is being told, and
 * where it has said nothing of a change that it took.
 */
export function shelfDivergence(
  { wanted, call }: Pick<Listing, 'call' | 'wanted'>,
  said: ShelfSaid | null,
): ShelfDivergence | null {
  if (call && isOpen(call)) return null;
  if (call && (call.state === 'REFUSED' || isGivenUp(call))) return 'NOT_TOLD';
  const isShown = said && said.shelf === 'ON_SHELF';
  if (wanted) return said && !isShown ? 'TAKEN_OFF' : null;
  return isShown ? 'STILL_ON' : null;
}

/** Calls for a listing are few, and nobody waits for one: repeated for hours, and withheld for a day where we are not let in. */
export const listingPolicy = (retryMs: number, leaseMs: number): Policy => ({
  attemptsMax: 20,
  firstWaitMs: retryMs,
  factor: 2,
  waitMaxMs: Math.max(retryMs, 600_000),
  leaseMs,
  withheld: { max: 2_880, waitMs: 30_000 },
});
