import type { OfferPromotion, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { isSame } from '../same.ts';
import type { AtPlatform, OfferContent } from './content.ts';
import type { Obstacle } from './shelf.ts';
import { isListed, obstaclesOf } from './shelf.ts';

export type Promotion = OfferPromotion & { readonly appliedAt: Date | null };

export type Rating = {
  /** Of five points: 0 to 500. */
  readonly averageHundredths: number;
  readonly good: bigint;
  readonly medium: bigint;
  readonly bad: bigint;
};

export type Offer = OfferContent & {
  readonly sellerId: string;
  readonly goodsId: string;
  readonly sku: string;
  readonly promotions: readonly Promotion[];
  readonly rating: Rating | null;
  readonly platform: AtPlatform;
  /** May be shown at a mall. */
  readonly listed: boolean;
  /** Why it is not on a mall's shelf; empty when it is. */
  readonly obstacles: readonly Obstacle[];
  readonly revision: bigint;
  readonly changedAt: Date;
  /** When it might be shown first; null: not yet. */
  readonly listedAt: Date | null;
  /** The newest changes since then. */
  readonly modifiedAt: readonly Date[];
};

/** What differs from before; none of it where the platform alone has said something of its own. */
export type OfferDifference = {
  readonly isNew: boolean;
  readonly prices: boolean;
  readonly shelf: boolean;
  readonly detail: boolean;
};

export type OfferChange = { readonly offer: Offer; readonly difference: OfferDifference | null };

export type OfferRefusal =
  'UNKNOWN_OFFER' | 'GOODS_TAKEN' | 'TOO_MANY_PROMOTIONS' | 'PROMOTION_OVER';

/** As many changes as a feed can repeat of one offer. */
const CHANGES_KEPT = 64;
export const PROMOTIONS_MAX = 50;

const NOWHERE: AtPlatform = { goodsId: '', skuId: '', shelf: null };

/** Makes an offer, or replaces what the seller maintains of it. The same again changes nothing. */
export function putOffer(
  current: Offer | null,
  command: {
    readonly sellerId: string;
    readonly goodsId: string;
    readonly sku: string;
    readonly content: OfferContent;
    /** Ids at the platform that the seller knows; empty ones leave what is known. */
    readonly platform: { readonly goodsId: string; readonly skuId: string };
  },
  now: Date,
): Result<OfferChange, OfferRefusal> {
  const { sellerId, goodsId, sku, content, platform } = command;
  if (current && current.goodsId !== goodsId) return err('GOODS_TAKEN');
  const known = current?.platform ?? NOWHERE;
  const next = {
    ...(current ?? newOffer(sellerId, goodsId, sku)),
    ...content,
    platform: {
      ...known,
      goodsId: platform.goodsId || known.goodsId,
      skuId: platform.skuId || known.skuId,
    },
  };
  return ok(changed(current, next, now));
}

const newOffer = (sellerId: string, goodsId: string, sku: string) => ({
  sellerId,
  goodsId,
  sku,
  promotions: [],
  rating: null,
  revision: 0n,
  listedAt: null,
  modifiedAt: [],
});

/** Changes an offer that exists. */
export function editOffer(
  current: Offer | null,
  edit: (offer: Offer) => Partial<Offer>,
  now: Date,
): Result<OfferChange, OfferRefusal> {
  if (!current) return err('UNKNOWN_OFFER');
  const next = { ...current, ...edit(current) };
  if (next.promotions.length > PROMOTIONS_MAX) return err('TOO_MANY_PROMOTIONS');
  return ok(changed(current, next, now));
}

/** A promotion under its id, in place of one that it had; those that ended before today's feeds look are gone. */
export const withPromotion =
  (promotion: Promotion, now: Date) =>
  ({ promotions }: Offer): Pick<Offer, 'promotions'> => ({
    promotions: [
      ...promotions.filter(
        ({ promotionId, endsAt }) => promotionId !== promotion.promotionId && endsAt > now,
      ),
      promotion,
    ].toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime()),
  });

/**
 * Takes a promotion from a file: the same again changes nothing. One that is over is not taken in anew, since the
 * next change of the offer would forget it; one that the offer has may be ended by it.
 */
export function takePromotion(
  current: Offer,
  promotion: Promotion,
  now: Date,
): Result<OfferChange, OfferRefusal> {
  const before = promotionOf(current, promotion.promotionId);
  if (isSame(before, promotion)) return ok({ offer: current, difference: null });
  if (!before && promotion.endsAt <= now) return err('PROMOTION_OVER');
  return editOffer(current, withPromotion(promotion, now), now);
}

export const promotionOf = ({ promotions }: Offer, promotionId: string): Promotion | null =>
  promotions.find((one) => one.promotionId === promotionId) ?? null;

/** Ids of the other promotions of its kind that run at the same time: the cheapest counts, which nobody may have meant. */
export const overlapping = (
  { promotions }: Pick<Offer, 'promotions'>,
  { promotionId, kind, startsAt, endsAt }: Promotion,
): readonly string[] =>
  promotions
    .filter((other) => other.promotionId !== promotionId && other.kind === kind)
    .filter((other) => other.startsAt < endsAt && startsAt < other.endsAt)
    .map((other) => other.promotionId);

export const withoutPromotion =
  (promotionId: string) =>
  ({ promotions }: Offer): Pick<Offer, 'promotions'> => ({
    promotions: promotions.filter((one) => one.promotionId !== promotionId),
  });

type Draft = Omit<Offer, 'listed' | 'obstacles' | 'changedAt'>;

/** The offer with what follows from its content, and what differs; null when nothing does. */
function changed(before: Offer | null, draft: Draft, now: Date): OfferChange {
  const next: Offer = {
    ...draft,
    listed: isListed(draft),
    obstacles: obstaclesOf(draft),
    changedAt: now,
  };
  const differs = (view: (offer: Offer) => unknown): boolean =>
    before === null || !isSame(view(before), view(next));
  const mall = { prices: differs(priced), shelf: differs(shelved), detail: differs(described) };
  const isPlatformOther = differs(({ platform }) => platform);
  if (!Object.values(mall).includes(true) && !isPlatformOther && before) {
    return { offer: before, difference: null };
  }
  const isModified = draft.listedAt !== null && Object.values(mall).includes(true);
  const offer: Offer = {
    ...next,
    revision: draft.revision + 1n,
    listedAt: draft.listedAt ?? (next.listed ? now : null),
    modifiedAt: isModified ? [...draft.modifiedAt, now].slice(-CHANGES_KEPT) : draft.modifiedAt,
  };
  return { offer, difference: { ...mall, isNew: before === null } };
}

const priced = ({ prices, promotions }: Offer) => [prices, promotions];
const shelved = ({ published, obstacles, poolIds }: Offer) => [published, obstacles, poolIds];
const described = ({ detail, cargoNo, specs, rating }: Offer) => [detail, cargoNo, specs, rating];

/** Percent of the three kinds of ratings, which sum to 100; all 0 without a rating. */
export function ratingShares({ good, medium, bad }: Rating): [number, number, number] {
  const counts = [good, medium, bad] as const;
  const total = good + medium + bad;
  if (total === 0n) return [0, 0, 0];
  const floors = counts.map((count) => Number((count * 100n) / total));
  const rests = counts.map((count) => (count * 100n) % total);
  const missing = 100 - floors.reduce((sum, floor) => sum + floor, 0);
  const byRest = [0, 1, 2].toSorted((a, b) => Number((rests[b] ?? 0n) - (rests[a] ?? 0n)));
  const raised = new Set(byRest.slice(0, missing));
  const share = (index: number): number => (floors[index] ?? 0) + (raised.has(index) ? 1 : 0);
  return [share(0), share(1), share(2)];
}
