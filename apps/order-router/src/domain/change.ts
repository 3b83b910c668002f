import type { OrderEvent } from './events.ts';
import type { OrderState } from './order.ts';

/** A new state with what it tells the world. */
export type Change = { readonly state: OrderState; readonly events: readonly OrderEvent[] };

/** A change that tells nothing. */
export const silent = (state: OrderState): Change => ({ state, events: [] });
