import { EVENTS, orderSeenToMessage } from '@astrolabe/contracts';
import type { OrderSeen } from '@astrolabe/kernel';

/** The event of an order that a channel has said something of. */
export const encodeOrderSeen = (seen: OrderSeen): { type: string; payload: Uint8Array } => ({
  type: EVENTS.orderSeen.type,
  payload: EVENTS.orderSeen.encode(orderSeenToMessage(seen)),
});
