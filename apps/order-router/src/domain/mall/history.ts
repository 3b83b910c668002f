import type { LifeCode, LifeEvent } from '@astrolabe/kernel';
import { lifeEvent } from '@astrolabe/kernel';
import type { OrderLife } from '../order-life.ts';
import type { MallOrder, TimelineEntry } from './order.ts';
import { SAID_BY_WAREHOUSE } from './supplied.ts';

const CODES: Readonly<Record<string, LifeCode>> = {
  SUBMITTED: 'MALL_SUBMITTED',
  PRE_ORDERED: 'MALL_PRE_ORDERED',
  REFUSED: 'MALL_REFUSED',
  OPEN_FOR_LONG: 'MALL_OPEN_FOR_LONG',
  CONFIRMED: 'MALL_CONFIRMED',
  CANCELLED: 'MALL_CANCELLED',
  EXPIRED: 'MALL_EXPIRED',
  COMPLETED: 'MALL_COMPLETED',
  REJECTED: 'MALL_REJECTED',
};

/** What a warehouse has said is told by fulfillment itself, with its parcels. */
function eventOf({ at, what, by }: TimelineEntry): readonly LifeEvent[] {
  if (by === SAID_BY_WAREHOUSE) return [];
  const [word = '', reason = ''] = what.split(' ');
  const code = CODES[word];
  return code ? [lifeEvent(at, code, { reason, by })] : [];
}

/** What has become of a mall's order, for people. */
export const lifeOfMallOrder = ({
  orderRef,
  state,
  problem,
  lines,
  timeline,
}: MallOrder): OrderLife => ({
  orderRef,
  kind: 'MALL',
  state: `MALL_${state}`,
  problem: problem?.code ?? '',
  lines: lines.map(({ lineId, sku, goodsId, quantityMilli }) => ({
    lineId,
    goodsId,
    sku,
    quantityMilli,
  })),
  events: timeline.flatMap(eventOf),
  related: [],
});
