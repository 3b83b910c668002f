import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { TillPlatform, TillSettings } from '../../../application/till/ports.ts';
import type { ScaleLabel } from '../../../domain/till/scale-label.ts';

type PlatformDocument = Pick<TillPlatform, 'url' | 'appKey' | 'treatAsPaid'> & {
  _id: string;
  secret: Binary;
  session: Binary;
};
type LabelsDocument = { _id: string; labels: readonly ScaleLabel[] };

const context = (sellerId: string, what: string): string => `till-platform|${what}|${sellerId}`;

/** The platforms of sellers' tills, secret and session sealed, and the labels of their scales. */
export function createTillSettings(
  db: Db,
  sealer: Sealer,
): TillSettings & { readonly reseal: Reseal } {
  const platforms = db.collection<PlatformDocument>('till_platforms');
  const labels = db.collection<LabelsDocument>('till_labels');
  const seal = (sellerId: string, what: string, text: string): Binary =>
    new Binary(sealer.seal(Buffer.from(text, 'utf8'), context(sellerId, what)));
  const open = (sellerId: string, what: string, sealed: Binary): string =>
    sealer.open(sealed.buffer, context(sellerId, what)).toString('utf8');
  const fields = ['secret', 'session'].map((what) => ({
    path: what,
    contextOf: (sellerId: string) => context(sellerId, what),
  }));
  return {
    reseal: createReseal(db.collection('till_platforms'), sealer, fields),
    platform: async (sellerId) => {
      const found = await mongoSpan('findOne till_platforms', {}, () =>
        platforms.findOne({ _id: sellerId }),
      );
      if (!found) return null;
      const { url, appKey, treatAsPaid } = found;
      const secret = open(sellerId, 'secret', found.secret);
      const session = open(sellerId, 'session', found.session);
      return { sellerId, url, appKey, treatAsPaid, secret, session };
    },
    putPlatform: async ({ sellerId, url, appKey, secret, session, treatAsPaid }) => {
      if (url === '') {
        await mongoSpan('deleteOne till_platforms', {}, () =>
          platforms.deleteOne({ _id: sellerId }),
        );
        return;
      }
      const stored = {
        url,
        appKey,
        treatAsPaid,
        secret: seal(sellerId, 'secret', secret),
        session: seal(sellerId, 'session', session),
      };
      await mongoSpan('replaceOne till_platforms', {}, () =>
        platforms.replaceOne({ _id: sellerId }, stored, { upsert: true }),
      );
    },
    labels: async (sellerId) => {
      const found = await mongoSpan('findOne till_labels', {}, () =>
        labels.findOne({ _id: sellerId }),
      );
      return found?.labels ?? [];
    },
    putLabels: async (sellerId, wanted) => {
      await mongoSpan('replaceOne till_labels', {}, () =>
        labels.replaceOne({ _id: sellerId }, { labels: wanted }, { upsert: true }),
      );
    },
  };
}
