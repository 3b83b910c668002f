import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import {
  queryGoods,
  queryOrder,
  queryReceipt,
  queryRequisition,
  querySettlement,
  queryShipment,
} from '@astrolabe/schemas/procurement';
import type { ProcurementMethod } from '@astrolabe/schemas/procurement';
import type { Books } from './account.ts';
import type { Shelf } from '../../../domain/shelf.ts';
import { memberOf, mergedJson } from './json.ts';

/** A book of the platform, written and read in the document's own JSON. */
export type Book = {
  /** Puts members over a record's, or makes the record. Answers the record; the reason when it is none. */
  readonly put: (books: Books, id: string, json: string) => Result<string, string>;
  readonly get: (books: Books, id: string) => string | null;
};

/** `idName`: how the document calls the id in the record. */
function book<T>(
  method: Pick<ProcurementMethod<never, T>, 'decodeAnswer' | 'encodeAnswer'>,
  idName: string,
  shelfOf: (books: Books) => Shelf<T>,
): Book {
  const get: Book['get'] = (books, id) => {
    const value = shelfOf(books).get(id);
    return value === undefined ? null : memberOf(method.encodeAnswer(value), 'data');
  };
  return {
    get,
    put: (books, id, json) => {
      const merged = mergedJson(get(books, id) ?? `{"${idName}":"${id}"}`, json);
      if (!merged.ok) return merged;
      const read = method.decodeAnswer(Buffer.from(`{"success":true,"data":${merged.value}}`));
      if (read.kind !== 'answered') return err(read.message);
      shelfOf(books).set(id, read.value);
      return ok(get(books, id) ?? '');
    },
  };
}

export const BOOKS: ReadonlyMap<string, Book> = new Map([
  ['requisitions', book(queryRequisition, 'requisitionId', (books) => books.requisitions)],
  ['orders', book(queryOrder, 'id', (books) => books.orders)],
  ['shipments', book(queryShipment, 'id', (books) => books.shipments)],
  ['receipts', book(queryReceipt, 'id', (books) => books.receipts)],
  ['settlements', book(querySettlement, 'id', (books) => books.settlements)],
  ['goods', book(queryGoods, 'mallGoodsId', (books) => books.goods)],
]);
