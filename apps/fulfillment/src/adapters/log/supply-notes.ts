import { orderKey } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { SupplyNotes } from '../../application/supply/ports.ts';

const WORDS: Readonly<Record<Parameters<SupplyNotes['waits']>[0], string>> = {
  PARCEL: 'a parcel waits for a person: the platform or the stock did not take it',
  RETURN: 'goods that have come back could not be put into the stock',
  RECEIPT: 'a receipt of the platform could not be read',
};

/** What of orders that we supply waits for a person, in the process's log and in its figures. */
export function createSupplyNotes(logger: Logger): SupplyNotes {
  const waits = counter(
    METRIC.supplyWaits,
    'Parcels, returns and receipts that have come to wait for a person',
    ['what'],
    Object.keys(WORDS).map((what) => ({ what })),
  );
  return {
    waits: (what, name, { code }) => {
      waits.inc({ what });
      logger.error({ name: orderKey(name), code }, WORDS[what]);
    },
  };
}
