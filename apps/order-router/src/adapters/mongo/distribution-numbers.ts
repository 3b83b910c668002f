import type { OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createGroupedInserts, createGroupedReads, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';

const COLLECTION = 'distribution_numbers';
const AT_ONCE = 500;

/** A number that an order of the seller is known by at a supplier; `of` is that order. */
type NumberDocument = { readonly _id: string; readonly of: string };

type Owner = {
  readonly order: OrderRef;
  readonly outOrderIds: readonly string[];
};

export type Numbers = {
  /** Takes the numbers for the order, for good; false, and none newly taken, where another order has one. */
  claim(order: OrderRef, outOrderIds: readonly string[]): Promise<boolean>;
  /** Takes the numbers of orders that were stored before numbers were taken. */
  claimAll(owners: AsyncIterable<Owner>): Promise<void>;
};

const numberOf = ({ sellerId }: OrderRef, outOrderId: string): string =>
  `${sellerId}/${outOrderId}`;

/** The numbers of orders at suppliers, a document each: its name is what only one order can have. */
export function createNumbers(db: Db): Numbers {
  const numbers = db.collection<NumberDocument>(COLLECTION);
  const inserts = createGroupedInserts(numbers);
  const read = createGroupedReads(numbers);
  const take = async (document: NumberDocument): Promise<'taken' | 'had' | 'lost'> => {
    const { _id: id, of } = document;
    const isNew = await mongoSpan(`insert ${COLLECTION}`, {}, () => inserts.together(document));
    if (isNew) return 'taken';
    return (await read(id))?.of === of ? 'had' : 'lost';
  };
  return {
    claim: async (order, outOrderIds) => {
      const of = orderKey(order);
      const ids = outOrderIds.map((outOrderId) => numberOf(order, outOrderId));
      const outcomes = await Promise.all(ids.map((id) => take({ _id: id, of })));
      if (!outcomes.includes('lost')) return true;
      const taken = ids.filter((_, index) => outcomes[index] === 'taken');
      if (taken.length > 0) await numbers.deleteMany({ _id: { $in: taken }, of });
      return false;
    },
    claimAll: async (owners) => {
      let some: Promise<boolean>[] = [];
      const settle = async (): Promise<void> => void (await Promise.all(some.splice(0)));
      for await (const { order, outOrderIds } of owners) {
        const of = orderKey(order);
        const documents = outOrderIds.map((id) => ({ _id: numberOf(order, id), of }));
        some = [...some, ...documents.map((document) => inserts.together(document))];
        if (some.length >= AT_ONCE) await settle();
      }
      await settle();
    },
  };
}
