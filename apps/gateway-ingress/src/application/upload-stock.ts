import type { Place, Result } from '@astrolabe/kernel';
import type { Cause, Goods, GoodsName, Stock, StockLine } from './ports.ts';

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
  ({ goods, stock }: { goods: Goods; stock: Stock }) =>
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
    const readable = upload.lines.flatMap(({ billNum, place, content }) => {
      if (content.ok) return [{ billNum, place, ...content.value }];
      failed.push({ billNum, description: content.error });
      return [];
    });
    const resolved = await goods.resolve(
      cause.sellerId,
      readable.map((line) => ({ ...line.goods, at: line.place })),
      upload.createGoods,
    );
    const known = readable.flatMap(({ billNum, place, line }, index): StockLine[] => {
      const found = resolved[index];
      const { operationTime } = upload;
      if (found?.ok) return [{ billNum, place, goodsId: found.value, operationTime, ...line }];
      const reason = found?.error ?? 'UNKNOWN_GOODS';
      const description = reason === UNKNOWN_STORE ? unknownStore(place.id) : reason;
      failed.push({ billNum, description });
      return [];
    });
    if (known.length === 0) return failed;
    const refused = await stock.upload(cause, upload.billScope, known);
    return [...failed, ...refused.map(({ billNum, reason }) => ({ billNum, description: reason }))];
  };

/** The reason for goods at a store that is none of the seller's. */
export const UNKNOWN_STORE = 'UNKNOWN_STORE';

/** Says that a store is none of the seller's. */
export const unknownStore = (storeId: string): string => `${UNKNOWN_STORE} ${storeId}`;
