import { mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Cursors } from '../../application/ports.ts';
import type { Cursor } from '../../domain/cursor.ts';

type CursorDocument = { _id: string } & Cursor;

/** How far each application's push table has been read. */
export function createCursors(db: Db): Cursors {
  const cursors = db.collection<CursorDocument>('cursors');
  return {
    find: async (appKey) => {
      const found = await mongoSpan('findOne cursors', {}, () => cursors.findOne({ _id: appKey }));
      return found && { at: found.at, tradeId: found.tradeId, ended: found.ended };
    },
    put: async (appKey, { at, tradeId, ended }) => {
      await mongoSpan('replaceOne cursors', {}, () =>
        cursors.replaceOne({ _id: appKey }, { at, tradeId, ended }, { upsert: true }),
      );
    },
  };
}
