import type { Fen, Milli, OfferPrices } from '@astrolabe/kernel';
import {
  fenFromYuan,
  milliFromPieces,
  offerPrice,
  parseScaled,
  yuanFromFen,
} from '@astrolabe/kernel';
import { currentCode, officialName } from '@astrolabe/kernel/regions';

/** Words of ours (catalogue A.3.1). */
export type PrecheckCode =
  | 'ADDRESS_NOT_SUPPORTED'
  | 'PARAM_INVALID'
  | 'PRICE_MISMATCH'
  | 'SKU_NOT_FOUND'
  | 'SKU_OFF_SHELF'
  | 'STOCK_NOT_ENOUGH';

/** A line as it was asked about; price in yuan and pieces as decimal digits, exactly as they came. */
export type PrecheckLine = {
  readonly mallGoodsId: string;
  readonly skuId: string;
  readonly cargoNo: string;
  readonly outSkuId: string;
  readonly priceYuan: string;
  readonly quantity: string;
};

/** What the catalogue says of a line's goods; null when its names are of none, or of several. */
export type PrecheckOffer = {
  readonly goodsId: string;
  readonly isOnShelf: boolean;
  readonly prices: OfferPrices;
};

export type PrecheckWorld = {
  /** In the order of the lines. */
  readonly offers: readonly (PrecheckOffer | null)[];
  /** What may still be promised of goods: by the seller's rules, and at one place, whichever is less. */
  readonly free: ReadonlyMap<string, Milli>;
  /** GB/T 2260, more digits go on below it; empty where the buyer has named none. */
  readonly regionCode: string;
  readonly isServed: boolean;
  readonly now: Date;
};

/** `line`: from 0; -1 is about the whole. */
export type PrecheckFailure = {
  readonly line: number;
  readonly code: PrecheckCode;
  readonly message: string;
};

/** Pieces in thousandths, rounded up; null for what is no positive number. */
function thousandths(quantity: string): Milli | null {
  const exact = parseScaled(quantity, DECIMALS);
  if (!exact.ok || exact.value <= 0n) return null;
  return (exact.value + TO_MILLI - 1n) / TO_MILLI;
}

const DECIMALS = 12;
const TO_MILLI = 10n ** 9n;

/**
 * Why these lines may not be ordered, one reason for each line that fails, in their order; none when they may
 * (document 000, interface 1). Lines of the same goods share their stock; a price is compared with that of the
 * line's quantity, to the last digit.
 */
export function precheck(
  lines: readonly PrecheckLine[],
  world: PrecheckWorld,
): readonly PrecheckFailure[] {
  const wanted = new Map<string, Milli>();
  for (const [at, { quantity }] of lines.entries()) {
    const goodsId = world.offers[at]?.goodsId;
    if (goodsId === undefined) continue;
    wanted.set(goodsId, (wanted.get(goodsId) ?? 0n) + (thousandths(quantity) ?? 0n));
  }
  const failures = lines.flatMap((line, at) => {
    const failure = failureOf(line, world.offers[at] ?? null, world, wanted);
    return failure ? [{ line: at, ...failure }] : [];
  });
  return world.isServed ? failures : [notServed(world.regionCode), ...failures];
}

/** A code that is no division is told apart from a place that nobody delivers to. */
function notServed(regionCode: string): PrecheckFailure {
  const isKnown = officialName(currentCode(regionCode.slice(0, 6))) !== '';
  const message = isKnown ? '该地区不支持配送' : `地区代码${regionCode}不存在`;
  return { line: -1, code: 'ADDRESS_NOT_SUPPORTED', message };
}

type Reason = Omit<PrecheckFailure, 'line'>;

function failureOf(
  line: PrecheckLine,
  offer: PrecheckOffer | null,
  { free, now }: PrecheckWorld,
  wanted: ReadonlyMap<string, Milli>,
): Reason | null {
  const { cargoNo, priceYuan, quantity } = line;
  const say = (code: PrecheckCode, words: string): Reason => ({
    code,
    message: `${cargoNo}：${words}`,
  });
  const missing = (['mallGoodsId', 'skuId', 'cargoNo', 'outSkuId'] as const).find(
    (name) => line[name] === '',
  );
  if (missing) return say('PARAM_INVALID', `${missing}不能为空`);
  const milli = thousandths(quantity);
  if (milli === null) return say('PARAM_INVALID', 'buyAmount必须大于0');
  if (!offer) return say('SKU_NOT_FOUND', '商品不存在');
  if (!offer.isOnShelf) return say('SKU_OFF_SHELF', '商品已下架');
  const price = offerPrice(offer.prices, { mode: 'TIER', quantityMilli: milli, at: now });
  if (!price.ok) {
    return price.error === 'BELOW_MINIMUM'
      ? say('PARAM_INVALID', '小于最小起订量')
      : say('SKU_OFF_SHELF', '商品没有价格');
  }
  if (!isPrice(priceYuan, price.value.fen)) {
    return say('PRICE_MISMATCH', `价格应为${yuanFromFen(price.value.fen)}元`);
  }
  if ((wanted.get(offer.goodsId) ?? 0n) > (free.get(offer.goodsId) ?? 0n)) {
    return say('STOCK_NOT_ENOUGH', '库存不足');
  }
  // What cannot be kept in the stock cannot be ordered either.
  return milliFromPieces(quantity).ok ? null : say('PARAM_INVALID', 'buyAmount最多三位小数');
}

/** A price with digits beyond the fen is another price (field S2). */
function isPrice(yuan: string, fen: Fen): boolean {
  const read = fenFromYuan(yuan);
  return read.ok && read.value === fen;
}
