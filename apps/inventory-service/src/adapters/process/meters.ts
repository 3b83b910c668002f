import { METRIC, counter, histogram } from '@astrolabe/telemetry';
import type { Meters, Notes } from '../../application/ports.ts';

const BATCH_BUCKETS = [1, 4, 16, 64, 256, 1_024];
/** Readers shall be less than a second behind; seconds. */
const LAG_BUCKETS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 5, 15, 60];

export function createMeters(notes: Notes): Meters {
  const commands = counter(METRIC.inventoryCommands, 'Operations in the journal', ['partition']);
  const sizes = histogram(
    METRIC.inventoryBatchSize,
    'Operations of one journal record',
    ['partition'],
    BATCH_BUCKETS,
  );
  const appends = histogram(METRIC.inventoryJournalDuration, 'Time of one durable append', [
    'partition',
  ]);
  const lags = histogram(
    METRIC.inventoryFollowerLag,
    'From the decision of a record until projections or events show it',
    ['partition', 'follower'],
    LAG_BUCKETS,
  );
  const archived = counter(METRIC.inventoryArchived, 'Records moved into the archive', [
    'partition',
  ]);
  return {
    archived: (partition, records) => archived.inc({ partition }, records),
    followed: (partition, follower, seconds) => lags.observe({ partition, follower }, seconds),
    appended: ({ partition, operations }, seconds) => {
      commands.inc({ partition }, operations);
      sizes.observe({ partition }, operations);
      appends.observe({ partition }, seconds);
    },
    short: ({ cell, quantity, held }) => {
      const { sellerId, goodsId, place, kind } = cell;
      const fields = { sellerId, goodsId, place: place.id, kind, quantity, held };
      notes.warn(fields, 'stock is short of its holds');
    },
  };
}
