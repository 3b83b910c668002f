import type { OrderState } from './life.ts';
import { stateOf } from './life.ts';
import { linesWithSent } from './procurement.ts';
import type { Purchase, Requisition } from './procurement.ts';

/** Where an order stands, for people (catalogue A.4). */
export const stateOfOrder = (order: Purchase): OrderState | 'UNREAD' =>
  order.seen ? stateOf({ ...order.seen, lines: linesWithSent(order) }) : 'UNREAD';

export const stateOfRequisition = ({ seen }: Requisition): string => seen?.status ?? 'UNREAD';

/** What an order's stock is: BOUND to it, or not. */
export const holdOfOrder = ({ hold }: Purchase): 'BOUND' | 'FAILED' | 'NONE' | 'RELEASED' => {
  if (!hold) return 'NONE';
  return hold.state === 'HELD' ? 'BOUND' : hold.state;
};
