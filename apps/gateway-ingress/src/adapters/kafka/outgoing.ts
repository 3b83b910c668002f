import { EVENTS, orderSeenToMessage, procurementSaidToMessage } from '@astrolabe/contracts';
import type { OrderSeen } from '@astrolabe/kernel';
import type { Parked, SaidMessage } from '../../domain/platform-message.ts';

/** The event of an order that a channel has said something of. */
export const encodeOrderSeen = (seen: OrderSeen): { type: string; payload: Uint8Array } => ({
  type: EVENTS.orderSeen.type,
  payload: EVENTS.orderSeen.encode(orderSeenToMessage(seen)),
});

/** The event of what a procurement platform says, keyed by what it is about. */
export const encodeSaid = (said: SaidMessage): { type: string; payload: Uint8Array } => ({
  type: EVENTS.procurementSaid.type,
  payload: EVENTS.procurementSaid.encode(procurementSaidToMessage(said)),
});

/** The dead letter of a platform's message. */
export const encodeParked = (
  parked: Parked,
): { type: string; payload: Uint8Array; key: string } => ({
  type: EVENTS.messageParked.type,
  payload: EVENTS.messageParked.encode(parked),
  key: `${parked.platform}/${parked.appKey}`,
});
