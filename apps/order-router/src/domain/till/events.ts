import type { Sale, SaleReturn } from './sale.ts';

/** What others are told of a sale: that it stands, that it is over without a trade, or that goods of it came back. */
export type SaleEvent =
  | { readonly kind: 'sold' | 'rejected'; readonly sale: Sale }
  | { readonly kind: 'returned'; readonly sale: Sale; readonly back: SaleReturn };

/** Told once each, with the write that makes it so. */
export function saleEvents(before: Sale | null, after: Sale): readonly SaleEvent[] {
  if (before?.state === after.state) {
    const news = after.returns.slice(before.returns.length);
    return news.map((back) => ({ kind: 'returned', sale: after, back }));
  }
  if (after.state === 'CREATED') return [{ kind: 'sold', sale: after }];
  return after.state === 'REJECTED' ? [{ kind: 'rejected', sale: after }] : [];
}
