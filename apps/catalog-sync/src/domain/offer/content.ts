import type { Fen, OfferPrices } from '@astrolabe/kernel';

export type Attribute = {
  readonly attributeId: string;
  readonly name: string;
  readonly valueId: string;
  readonly value: string;
};

/** What describes goods (document 004, interfaces 2.5 and 2.7); absent texts are empty. */
export type OfferDetail = {
  readonly name: string;
  readonly url: string;
  readonly brand: string;
  readonly model: string;
  readonly unit: string;
  /** Third-level category. */
  readonly categoryId: string;
  readonly mainImage: string;
  readonly images: readonly string[];
  readonly service: string;
  /** HTML, as it was written. */
  readonly introduction: string;
  readonly summary: string;
  readonly energySaving: boolean;
  readonly environmental: boolean;
  readonly imported: boolean;
  readonly weightGrams: bigint;
  readonly origin: string;
  readonly barcode: string;
  readonly packingList: string;
  readonly attributes: readonly Attribute[];
};

/** The one row of prices that serves every channel. */
export type PriceRow = Omit<OfferPrices, 'promotions'> & {
  /** 0: none. */
  readonly marketFen: Fen;
  /** Whole percent. */
  readonly taxRate: number;
  readonly untaxed: boolean;
};

/** What the seller maintains of an offer. */
export type OfferContent = {
  /** Article number of the listing that it is part of; empty: none. */
  readonly cargoNo: string;
  /** What tells the SKUs of a listing apart; at most two. */
  readonly specs: readonly Attribute[];
  readonly detail: OfferDetail;
  readonly prices: PriceRow;
  readonly poolIds: readonly string[];
  readonly published: boolean;
};

/** Where the procurement platform shows it; empty ids and a null shelf are not known. */
export type AtPlatform = {
  readonly goodsId: string;
  readonly skuId: string;
  readonly shelf: 'ON_SHELF' | 'OFF_SHELF' | 'DELETED' | null;
};

/** A part of the content by its own name, whether it describes, prices, or says where the offer is shown. */
export type OfferField =
  keyof OfferDetail | keyof PriceRow | Exclude<keyof OfferContent, 'detail' | 'prices'>;

/** The content with these fields of another, and all others as they were. */
export function withFields(
  { cargoNo, specs, detail, prices, poolIds, published }: OfferContent,
  other: OfferContent,
  fields: ReadonlySet<string>,
): OfferContent {
  const chosen = <T extends object>(before: T, after: T): T => ({
    ...before,
    ...Object.fromEntries(Object.entries(after).filter(([field]) => fields.has(field))),
  });
  const before = { cargoNo, specs, detail, prices, poolIds, published };
  return {
    ...chosen(before, other),
    detail: chosen(detail, other.detail),
    prices: chosen(prices, other.prices),
  };
}
