import { orderKey } from '@astrolabe/kernel';
import type { Db } from 'mongodb';
import type { Receipts } from '../../../application/procurement/ports.ts';
import type { Receipt, ReceiptName } from '../../../domain/procurement/receipt.ts';
import { createPlainStore } from '../plain-store.ts';

const idOf = ({ orderRef, receiptId }: ReceiptName): string => `${orderKey(orderRef)}/${receiptId}`;

/** What receipts count, a document for each order of a receipt. */
export async function createReceipts(db: Db): Promise<Receipts> {
  const store = await createPlainStore<Receipt>(db, 'procurement_receipts', []);
  return {
    load: (name) => store.load(idOf(name)),
    record: (name, from, change) => store.record(idOf(name), from, change),
  };
}
