import { EVENTS } from '@astrolabe/contracts';
import { Offer } from '@astrolabe/contracts/catalog';
import { describe, expect, test, vi } from 'vitest';
import { incomingHandler } from './incoming.ts';

const listing = { sellerId: '7', cargoNo: 'cargo123' };

async function hearing(
  changes: Partial<Record<'isNew' | 'pricesChanged', boolean>>,
  cargoNo: string,
) {
  const hearOffer = vi.fn(async () => undefined);
  const toDrive = vi.fn();
  const handle = incomingHandler({ hearOffer, hearShelf: async () => undefined, toDrive });
  const payload = EVENTS.offerChanged.encode({
    offer: Offer.fromPartial({ sellerId: '7', sku: '1', cargoNo }),
    isNew: false,
    pricesChanged: false,
    shelfChanged: false,
    detailChanged: false,
    ...changes,
  });
  const { type } = EVENTS.offerChanged;
  const message = { type, source: 'catalog-sync', subject: '7/1', sequence: 4n, payload };
  expect(await handle(message)).toEqual({ kind: 'done' });
  return { hearOffer, toDrive };
}

describe('a changed offer', () => {
  test('is told to the platform that shows its article number, once for each change', async () => {
    const { hearOffer, toDrive } = await hearing({ pricesChanged: true }, 'cargo123');
    expect(hearOffer).toHaveBeenCalledWith(listing, { source: 'catalog-sync/7/1', sequence: 4n });
    expect(toDrive).toHaveBeenCalledWith(listing);
  });

  test('is not told where the platform itself said it, or where no platform can show it', async () => {
    for (const [changes, cargoNo] of [
      [{}, 'cargo123'],
      [{ pricesChanged: true }, ''],
    ] as const) {
      const { hearOffer, toDrive } = await hearing(changes, cargoNo);
      expect(hearOffer).not.toHaveBeenCalled();
      expect(toDrive).not.toHaveBeenCalled();
    }
  });
});
