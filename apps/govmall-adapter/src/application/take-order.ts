import type { Result } from '@astrolabe/kernel';
import type { AskedArea } from './find-area.ts';
import { makeFindArea } from './find-area.ts';
import type { MallOrder, MallOrders, PreOrder, Regions } from './ports.ts';

export type AskedOrder = Omit<PreOrder, 'areaId'> & { area: AskedArea };

/**
 * Takes a pre-order (document 004, 2.12.1): finds the region inside its own city, and lets the router check
 * and hold. The order's receiver has the official names; what was written otherwise is a note.
 */
export const makeTakeOrder =
  ({ orders, regions }: { orders: MallOrders; regions: Regions }) =>
  async ({ area, ...order }: AskedOrder): Promise<Result<MallOrder, string>> => {
    const found = await makeFindArea({ regions })(order.sellerId, area);
    if (!found.ok) return found;
    const { province, city, county, note } = found.value;
    return await orders.submit({
      ...order,
      areaId: county.areaId,
      receiver: {
        ...order.receiver,
        province: province.name,
        city: city.name,
        county: county.name,
      },
      notes: note === '' ? order.notes : [...order.notes, note],
    });
  };
