import type { OrderLine, OrderQueue, OrderStage, OrderState, Passage } from './order.ts';

export const ORDER_QUEUES = [
  'UNROUTED',
  'WAITING_FOR_STORE',
  'REFUSED',
  'UNFILLABLE',
  'ON_HOLD',
  'UNKNOWN_SKU',
  'STOCK_REFUSED',
] as const satisfies readonly OrderQueue[];

export const ORDER_STAGES = [
  'RECEIVED',
  'PAID',
  'ROUTED',
  'ACCEPTED',
  'SHIPPED',
] as const satisfies readonly OrderStage[];

export const isOrderQueue = (text: string): text is OrderQueue =>
  ORDER_QUEUES.some((queue) => queue === text);

export const isOrderStage = (text: string): text is OrderStage =>
  ORDER_STAGES.some((stage) => stage === text);

/** An order that goes to and fro counts in each hour with its newest passages; stages stay. */
const MOVES_MAX = 32;

/**
 * The state with what has changed of where it stands: since when it waits for what, and which queues and
 * stages it has passed. The passages are part of the order, so that counts of them are as durable as it is.
 */
export function standing(before: OrderState | null, after: OrderState, now: Date): OrderState {
  const waits = Object.fromEntries(
    queuesOf(after).map((queue) => [queue, before?.waits[queue] ?? now]),
  ) satisfies OrderState['waits'];
  const come = new Set(
    after.passages.filter(({ kind }) => kind === 'STAGE').map(({ name }) => name),
  );
  const news: Passage[] = [
    ...stagesOf(after)
      .filter((name) => !come.has(name))
      .map((name) => ({ kind: 'STAGE', name, at: now }) as const),
    ...ORDER_QUEUES.flatMap((name): Passage[] => {
      const [was, is] = [before?.waits[name] !== undefined, name in waits];
      if (was === is) return [];
      return [{ kind: is ? 'CAME' : 'LEFT', name, at: now }];
    }),
  ];
  if (news.length === 0) return after;
  return { ...after, waits, passages: bounded([...after.passages, ...news]) };
}

const bounded = (passages: readonly Passage[]): readonly Passage[] => {
  const moves = passages.filter(({ kind }) => kind !== 'STAGE').slice(-MOVES_MAX);
  return passages.filter((one) => one.kind === 'STAGE' || moves.includes(one));
};

const isAlive = ({ decided }: OrderLine): boolean => decided !== 'CLOSED';

/** A store said no, and nobody has said yes since. */
const isRefused = ({ decided, refusedBy }: OrderLine): boolean =>
  refusedBy.length > 0 && (decided === 'WAITING' || decided === 'FAILED');

/** The queues that an order stands in; none once it is over or never paid, but for a flag. */
export function queuesOf(state: OrderState): readonly OrderQueue[] {
  const { status, flags } = state;
  const lines = state.paid ? state.lines.filter(isAlive) : [];
  const stands: Readonly<Record<OrderQueue, boolean>> = {
    UNROUTED: state.paid && UNROUTED.includes(status),
    WAITING_FOR_STORE: status === 'ALLOCATED',
    REFUSED: lines.some(isRefused),
    UNFILLABLE: status === 'UNFULFILLABLE' || status === 'ALLOCATE_FAILED',
    ON_HOLD: state.hold !== null && lines.length > 0,
    UNKNOWN_SKU: lines.some(isUnknown),
    STOCK_REFUSED: flags.includes('STOCK_REFUSED'),
  };
  return ORDER_QUEUES.filter((queue) => stands[queue]);
}

const UNROUTED: readonly OrderState['status'][] = [
  'RECEIVED',
  'RESERVED',
  'ROUTING',
  'AWAITING_ALLOCATION',
];

const isUnknown = ({ goodsId, rides, decided }: OrderLine): boolean =>
  goodsId === '' && !rides && decided !== 'SHIPPED';

/** The stages that an order has come to; the least advanced line counts, and a later one has passed those before. */
export function stagesOf({ status, paid }: OrderState): readonly OrderStage[] {
  const last = ORDER_STAGES.findIndex((stage) => stage === REACHED[status]);
  return ORDER_STAGES.slice(0, Math.max(last, paid ? 1 : 0) + 1);
}

const REACHED: Readonly<Partial<Record<OrderState['status'], OrderStage>>> = {
  ALLOCATED: 'ROUTED',
  ACCEPTED: 'ACCEPTED',
  SHIPPED: 'SHIPPED',
};
