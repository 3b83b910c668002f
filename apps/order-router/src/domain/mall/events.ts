import type { MallOrder } from './order.ts';

/** What others are told of a mall's order: once each, with the write that makes it so. */
export type MallEvent = {
  readonly kind: 'preordered' | 'released' | 'confirmed';
  readonly order: MallOrder;
};

export function mallEvents(before: MallOrder | null, after: MallOrder): readonly MallEvent[] {
  if (before?.state === after.state) return [];
  switch (after.state) {
    case 'PRE_ORDERED':
      return [{ kind: 'preordered', order: after }];
    case 'CANCELLED':
    case 'EXPIRED':
      return [{ kind: 'released', order: after }];
    case 'CONFIRMED':
      return [{ kind: 'confirmed', order: after }];
    case 'DRAFT':
    case 'REFUSED':
    case 'SHIPPED':
    case 'COMPLETED':
    case 'REJECTED':
      return [];
  }
}
