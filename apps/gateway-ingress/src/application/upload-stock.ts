import type { Place, Result } from '@astrolabe/kernel';
import type { Cause, Goods, GoodsName, Stock, StockLine, Stores } from './ports.ts';

/** A line as the channel sent it: what it says of the stock, or why it says nothing. */
export type SentLine = {
  billNum: string;
  place: Place;
  content: Result<{ goods: GoodsName; line: LineContent }, string>;
};

/** A stock line without the parts that are the same for every line of the request. */
export type LineContent = StockLine extends infer Line
  ? Line extends StockLine
    ? Omit<Line, 'billNum' | 'place' | 'goodsId' | 'operationTime'>
    : never
  : never;

export type FailedLine = { billNum: string; description: string };

/**
 * Uploads stock line by line: a line that cannot be read, at a store that the seller has not created,
 * with unknown goods or that the stock refuses fails alone; all others are applied (catalogue 3.8).
 * Warehouses are the merchant's own codes: the documents have no interface that creates one. Goods are made on first sight by an
 * initialisation only.
 */
export const makeUploadStock =
  ({ goods, stock, stores }: { goods: Goods; stock: Stock; stores: Stores }) =>
  async (
    cause: Cause,
    upload: {
      billScope: string;
      createGoods: boolean;
      /** When the merchant counted what the lines say. */
      operationTime: Date;
      lines: readonly SentLine[];
    },
  ): Promise<FailedLine[]> => {
    const failed: FailedLine[] = [];
    const unknown = await unknownStores(stores, cause.sellerId, upload.lines);
    const readable = upload.lines.flatMap(({ billNum, place, content }) => {
      const isNowhere = place.type === 'STORE' && unknown.has(place.id);
      if (content.ok && !isNowhere) return [{ billNum, place, ...content.value }];
      const description = content.ok ? unknownStore(place.id) : content.error;
      failed.push({ billNum, description });
      return [];
    });
    const resolved = await goods.resolve(
      cause.sellerId,
      readable.map((line) => line.goods),
      upload.createGoods,
    );
    const known = readable.flatMap(({ billNum, place, line }, index): StockLine[] => {
      const found = resolved[index];
      const { operationTime } = upload;
      if (found?.ok) return [{ billNum, place, goodsId: found.value, operationTime, ...line }];
      failed.push({ billNum, description: found?.error ?? 'UNKNOWN_GOODS' });
      return [];
    });
    if (known.length === 0) return failed;
    const refused = await stock.upload(cause, upload.billScope, known);
    return [...failed, ...refused.map(({ billNum, reason }) => ({ billNum, description: reason }))];
  };

/** Says that a store is none of the seller's. */
export const unknownStore = (storeId: string): string => `UNKNOWN_STORE ${storeId}`;

async function unknownStores(
  stores: Stores,
  sellerId: string,
  lines: readonly SentLine[],
): Promise<ReadonlySet<string>> {
  const ids = lines.flatMap(({ place }) => (place.type === 'STORE' ? [place.id] : []));
  return ids.length === 0 ? new Set() : await stores.unknown(sellerId, [...new Set(ids)]);
}
