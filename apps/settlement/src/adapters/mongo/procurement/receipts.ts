import { mapOk, orderKey } from '@astrolabe/kernel';
import { OLDEST_FIRST, pageByToken } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Receipts } from '../../../application/procurement/ports.ts';
import { isUnsettled } from '../../../domain/procurement/receipt.ts';
import type { Receipt, ReceiptName } from '../../../domain/procurement/receipt.ts';
import { createPlainStore } from '../plain-store.ts';

export const RECEIPTS = 'procurement_receipts';
const SELLER = 'state.orderRef.sellerId';
const UNSETTLED = 'state.isUnsettled';

/** Beside the state: whether something of it is not settled, for the list of those. */
type Stored = Receipt & { readonly isUnsettled: boolean };

const idOf = ({ orderRef, receiptId }: ReceiptName): string => `${orderKey(orderRef)}/${receiptId}`;

/** The filter of a seller's receipts that are not settled; null: of those of before that was kept. */
export const unsettledOf = (sellerId: string, isOpen: true | null = true) => ({
  [SELLER]: sellerId,
  [UNSETTLED]: isOpen,
});

/** What receipts count, a document for each order of a receipt. */
export async function createReceipts(db: Db): Promise<Receipts> {
  const store = await createPlainStore<Receipt>(
    db,
    RECEIPTS,
    [{ key: { [SELLER]: 1, [UNSETTLED]: 1, createdAt: 1, _id: 1 }, name: 'unsettled' }],
    {
      encode: (state): Stored => ({ ...state, isUnsettled: isUnsettled(state) }),
      decode: (stored) => {
        const { isUnsettled: _derived, ...state } = stored as Stored;
        return state;
      },
    },
  );
  return {
    load: (name) => store.load(idOf(name)),
    record: (name, from, change) => store.record(idOf(name), from, change),
    unsettled: async ({ sellerId, limit, after }) => {
      const page = await pageByToken(store, unsettledOf(sellerId), OLDEST_FIRST, limit, after);
      return mapOk(page, ({ items, next }) => ({
        items: items.map(({ state, createdAt }) => ({ receipt: state, receivedAt: createdAt })),
        next,
      }));
    },
  };
}
