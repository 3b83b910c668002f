import type { LineState, OrderState, OrderStatus } from './order.ts';

const RANK: Record<LineState, number> = {
  FAILED: 0,
  WAITING: 1,
  ALLOCATED: 2,
  ACCEPTED: 3,
  SHIPPED: 4,
  CLOSED: 5,
};

/** The order's status: that of its least advanced line which is still alive. */
export function statusOf(state: OrderState): OrderStatus {
  const alive = state.lines.filter((line) => line.state !== 'CLOSED');
  if (alive.length === 0) return 'CLOSED';
  if (state.unfulfillable !== null) return 'UNFULFILLABLE';
  const least = alive.reduce<LineState>(
    (worst, line) => (RANK[line.state] < RANK[worst] ? line.state : worst),
    'CLOSED',
  );
  if (least === 'FAILED') return 'ALLOCATE_FAILED';
  if (least !== 'WAITING') return least;
  return waitingStatus(state);
}

function waitingStatus(state: OrderState): OrderStatus {
  const kinds = new Set(state.steps.map((step) => step.kind));
  if (kinds.has('reserve') || !state.paid) return 'RECEIVED';
  if (kinds.has('choose') || kinds.has('claim') || kinds.has('route')) return 'ROUTING';
  if (state.allocator === 'isv') return 'AWAITING_ALLOCATION';
  return kinds.has('refuse') ? 'ROUTING' : 'RESERVED';
}
