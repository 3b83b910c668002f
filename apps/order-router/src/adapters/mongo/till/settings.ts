import { mongoSpan } from '@astrolabe/mongo';
import type { StoredConnections } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { TillPlatform, TillSettings } from '../../../application/till/ports.ts';
import type { ScaleLabel } from '../../../domain/till/scale-label.ts';

type LabelsDocument = { _id: string; labels: readonly ScaleLabel[] };

/** What tills are served with: the platforms of sellers, and the labels of their scales. */
export function createTillSettings(
  db: Db,
  platforms: Pick<StoredConnections<TillPlatform, 'secret' | 'session'>, 'find' | 'put'>,
): TillSettings {
  const labels = db.collection<LabelsDocument>('till_labels');
  return {
    platform: platforms.find,
    putPlatform: platforms.put,
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
