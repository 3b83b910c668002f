import type { Clock, Milli } from '@astrolabe/kernel';
import { precheck } from '../../domain/procurement/precheck.ts';
import type {
  PrecheckFailure,
  PrecheckLine,
  PrecheckOffer,
} from '../../domain/procurement/precheck.ts';
import type { Stock } from '../ports.ts';

export type PrecheckDeps = {
  readonly offers: {
    /** In the order of the lines; null for names of no offer, or of several. */
    find(
      sellerId: string,
      lines: readonly PrecheckLine[],
    ): Promise<readonly (PrecheckOffer | null)[]>;
    /** Whether a place of the seller serves the region, or one that it is part of. */
    serves(sellerId: string, regionCode: string): Promise<boolean>;
  };
  readonly stock: Pick<Stock, 'free'> & {
    /** What the seller's rules let a channel promise. */
    sellable(sellerId: string, goodsIds: readonly string[]): Promise<ReadonlyMap<string, Milli>>;
  };
  readonly clock: Clock;
};

/**
 * Whether lines could be ordered now. It only reads; where one of its peers does not answer it throws, and nobody
 * takes that for a yes (catalogue A.3.1 and P-G2).
 */
export const makePrecheck =
  ({ offers, stock, clock }: PrecheckDeps) =>
  async (
    sellerId: string,
    lines: readonly PrecheckLine[],
    regionCode: string,
  ): Promise<readonly PrecheckFailure[]> => {
    const [found, isServed] = await Promise.all([
      offers.find(sellerId, lines),
      regionCode === '' ? true : offers.serves(sellerId, regionCode),
    ]);
    const goodsIds = [...new Set(found.flatMap((offer) => offer?.goodsId ?? []))];
    const free = await freeOf(stock, sellerId, goodsIds);
    return precheck(lines, { offers: found, free, regionCode, isServed, now: clock() });
  };

/** A requisition is held at one place, goods by goods: no more may be promised than one of them has. */
async function freeOf(
  stock: PrecheckDeps['stock'],
  sellerId: string,
  goodsIds: readonly string[],
): Promise<ReadonlyMap<string, Milli>> {
  if (goodsIds.length === 0) return new Map();
  const [sellable, rows] = await Promise.all([
    stock.sellable(sellerId, goodsIds),
    stock.free(sellerId, goodsIds),
  ]);
  return new Map(
    goodsIds.map((goodsId) => {
      const places = rows.filter((row) => row.goodsId === goodsId);
      const best = places.reduce((most, { certainMilli }) => max(most, certainMilli), 0n);
      const promised = sellable.get(goodsId) ?? 0n;
      return [goodsId, promised < best ? promised : best];
    }),
  );
}

const max = (a: Milli, b: Milli): Milli => (a > b ? a : b);
