import { dueIndex, ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { WaybillStore } from '../../application/waybill-ports.ts';
import type { Waybills } from '../../domain/waybill.ts';
import { createOrderDocuments } from './order-documents.ts';

const COLLECTION = 'waybills';

/** Numbers that stores have asked for, one document per order. */
export async function createWaybills(db: Db): Promise<WaybillStore> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [dueIndex('state.dueAt', 'dueAt')] },
  ]);
  return await createOrderDocuments<Waybills>(db, COLLECTION);
}
