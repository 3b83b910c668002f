import { mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { MallSettings, MallSettingsSource } from '../../../application/mall/ports.ts';

type SettingsDocument = Omit<MallSettings, 'sellerId'> & { _id: string };

/** Document 004 names no time after which a pre-order is given up: it is told to people after three days. */
const ALERT_AFTER_MS = 72 * 3_600_000;

/** What sellers have set about pre-orders of malls. */
export function createMallSettings(db: Db): MallSettingsSource {
  const settings = db.collection<SettingsDocument>('mall_settings');
  return {
    find: async (sellerId) => {
      const found = await mongoSpan('findOne mall_settings', {}, () =>
        settings.findOne({ _id: sellerId }),
      );
      return {
        sellerId,
        preorderTtlMs: found?.preorderTtlMs ?? 0,
        alertAfterMs: found?.alertAfterMs ?? ALERT_AFTER_MS,
        heldPerPurchaserMilli: found?.heldPerPurchaserMilli ?? 0n,
      };
    },
    put: async ({ sellerId, preorderTtlMs, alertAfterMs, heldPerPurchaserMilli }) => {
      const stored = {
        preorderTtlMs,
        alertAfterMs: alertAfterMs === 0 ? ALERT_AFTER_MS : alertAfterMs,
        heldPerPurchaserMilli,
      };
      await mongoSpan('replaceOne mall_settings', {}, () =>
        settings.replaceOne({ _id: sellerId }, stored, { upsert: true }),
      );
    },
  };
}
