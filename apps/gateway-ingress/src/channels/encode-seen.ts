import type { OrderSeen } from '@astrolabe/kernel';

/** The event that tells the other services what a channel has said of an order. */
export type EncodeSeen = (seen: OrderSeen) => { type: string; payload: Uint8Array };
