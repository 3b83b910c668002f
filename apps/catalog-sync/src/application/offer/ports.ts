import type { Result } from '@astrolabe/kernel';
import type { Offer, OfferChange, OfferRefusal } from '../../domain/offer/offer.ts';
import type { OfferDetail } from '../../domain/offer/content.ts';
import type { Registry } from '../ports.ts';

/** An offer without its long texts and pictures. */
export type OfferRow = Omit<Offer, 'detail'> & {
  readonly detail: Pick<OfferDetail, 'name' | 'unit' | 'brand' | 'model'>;
};

/** What an offer describes itself with, and whether and where a mall may show it. */
export type DescribedOffer = Pick<Offer, 'sku' | 'detail' | 'listed' | 'obstacles' | 'poolIds'>;

export type PicturedOffer = {
  readonly sku: string;
  readonly detail: Pick<OfferDetail, 'mainImage' | 'images'>;
};

/** A page of rows; `next` is '' on the last one. */
export type Rows<T> = { readonly rows: readonly T[]; readonly next: string };

/** A part of a list: at most so many rows, after the token of the page before. */
export type PageAsked = { readonly size: number; readonly token: string };

/** From the first instant until before the second. */
export type Span = { readonly from: Date; readonly until: Date };

/** A span of time in some pools; none: in all. */
export type SpanAsked = Span & { readonly poolIds: readonly string[] };

/** Offers as they are now, and what makes right what the caller holds of others. */
export type Followed = {
  /** For the next time; null: nothing of this may be held. */
  readonly turn: bigint | null;
  /** SKUs that have changed since the caller's turn; null: all may have. */
  readonly changed: readonly string[] | null;
  /** SKUs that are being changed: they must not be held. */
  readonly open: readonly string[];
  readonly rows: readonly OfferRow[];
};

export type OfferSearch = {
  readonly words: readonly string[];
  readonly poolId: string;
  readonly withFaults: boolean;
};

export type Offers = {
  /** Decides and stores; the event goes out with the write. */
  change(
    sellerId: string,
    sku: string,
    decide: (current: Offer | null) => Result<OfferChange, OfferRefusal>,
  ): Promise<Result<OfferChange, OfferRefusal>>;
  load(sellerId: string, sku: string): Promise<Offer | null>;
  bySkus(sellerId: string, skus: readonly string[]): Promise<OfferRow[]>;
  /** `turn`: of the answer before; null at first. */
  follow(sellerId: string, turn: bigint | null, skus: readonly string[]): Promise<Followed>;
  byGoods(sellerId: string, goodsIds: readonly string[]): Promise<OfferRow[]>;
  byPlatform(sellerId: string, goodsIds: readonly string[]): Promise<OfferRow[]>;
  byCargo(sellerId: string, cargoNos: readonly string[]): Promise<OfferRow[]>;
  /** With all that they have, at most 500. */
  wholeByCargo(sellerId: string, cargoNo: string): Promise<Offer[]>;
  described(sellerId: string, skus: readonly string[]): Promise<DescribedOffer[]>;
  pictured(sellerId: string, skus: readonly string[]): Promise<PicturedOffer[]>;
  poolSkus(sellerId: string, poolId: string, page: PageAsked): Promise<Rows<string>>;
  newSkus(sellerId: string, asked: SpanAsked, page: PageAsked): Promise<Rows<string>>;
  modifiedSkus(sellerId: string, asked: SpanAsked, page: PageAsked): Promise<Rows<string>>;
  /** Offers with promotions that are not over. */
  promoted(
    sellerId: string,
    skus: readonly string[],
    now: Date,
    page: PageAsked,
  ): Promise<Rows<OfferRow>>;
  /** Offers with tier rates. */
  tiered(sellerId: string, page: PageAsked): Promise<Rows<OfferRow>>;
  search(sellerId: string, search: OfferSearch, page: PageAsked): Promise<Rows<OfferRow>>;
};

export type Pool = { readonly sellerId: string; readonly poolId: string; readonly name: string };

export type Accessory = {
  readonly sellerId: string;
  readonly accessoryId: string;
  readonly name: string;
  readonly isService: boolean;
  readonly parameters: string;
  readonly priceFen: bigint;
  readonly skus: readonly string[];
};

export type Warranty = {
  readonly sellerId: string;
  readonly warrantyId: string;
  readonly sku: string;
  readonly name: string;
  readonly content: string;
  readonly priceFen: bigint;
  readonly regionCodes: readonly string[];
};

/** What goes with offers. */
export type OfferRegistry = {
  readonly pools: Registry<Pool, Pick<Pool, 'sellerId' | 'poolId'>>;
  readonly accessories: Registry<Accessory, Pick<Accessory, 'sellerId' | 'accessoryId'>>;
  readonly warranties: Registry<Warranty, Pick<Warranty, 'sellerId' | 'warrantyId'>>;
};
