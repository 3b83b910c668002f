import { placeFromMessage, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import type {
  Order,
  OrderRepairServiceServer,
  OrderLine,
  OrderServiceServer,
  ReportedLine,
} from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { OrderRef, Place, Result } from '@astrolabe/kernel';
import { holdRef } from '@astrolabe/kernel';
import type { Handle } from '../../application/handle.ts';
import type { Orders } from '../../application/ports.ts';
import type { ReportLine, ReportRefusal } from '../../application/report-allocation.ts';
import type { RetryRefusal } from '../../application/retry.ts';
import type { OrderLine as Line, OrderState } from '../../domain/order.ts';

export type OrderServiceDeps = {
  readonly orders: Pick<Orders, 'load' | 'list'>;
  readonly reportAllocation: (
    name: OrderRef,
    lines: readonly ReportLine[],
  ) => Promise<Result<OrderState, ReportRefusal>>;
};

export type OrderRepairServiceDeps = {
  readonly orders: Pick<Orders, 'load'>;
  readonly retryOrder: (
    name: OrderRef,
    operator: string,
  ) => Promise<Result<OrderState, RetryRefusal>>;
  readonly handle: Handle;
};

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

/** OrderService: orders to read, and the allocations of sellers who route themselves. */
export const orderService = (deps: OrderServiceDeps): OrderServiceServer => ({
  getOrder: unary('OrderService/GetOrder', async (request) => {
    return { order: await stored(deps, orderOf(request)) };
  }),
  listOrders: unary('OrderService/ListOrders', async ({ sellerId, state, flag = '', page }) => {
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const size = page?.size ?? 0;
    if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
    const limit = size === 0 ? DEFAULT_PAGE : size;
    const query = { sellerId, status: state, flag, limit, after: page?.token ?? '' };
    const listed = await deps.orders.list(query);
    if (!listed.ok) throw invalid(listed.error);
    return {
      orders: listed.value.items.map((item) => toMessage(item.state, item.version)),
      nextToken: listed.value.next,
    };
  }),
  reportAllocation: unary('OrderService/ReportAllocation', async (request) => {
    const done = await deps.reportAllocation(orderOf(request), request.lines.map(fromReport));
    if (!done.ok) throw new GrpcRefusal({ code: CODES[done.error], reason: done.error });
    return {};
  }),
});

/** OrderRepairService: what operators may do about an order. */
export const orderRepairService = (deps: OrderRepairServiceDeps): OrderRepairServiceServer => ({
  retryOrder: unary('OrderRepairService/RetryOrder', async (request) => {
    const { askedBy } = request;
    if (askedBy === '') throw invalid('MISSING_FIELD');
    if (askedBy.length > MAX_NOTE) throw invalid('TOO_LONG');
    const ref = orderOf(request);
    const done = await deps.retryOrder(ref, askedBy);
    if (!done.ok) throw new GrpcRefusal({ code: CODES[done.error], reason: done.error });
    return { order: await stored(deps, ref) };
  }),
  clearFlag: unary('OrderRepairService/ClearFlag', async (request) => {
    const { flag, askedBy, note } = request;
    if (askedBy === '' || note === '') throw invalid('MISSING_FIELD');
    if (askedBy.length > MAX_NOTE || note.length > MAX_NOTE) throw invalid('TOO_LONG');
    const ref = orderOf(request);
    const done = await deps.handle(ref, { kind: 'clearFlag', flag, operator: askedBy, note });
    if (!done.ok) throw new GrpcRefusal({ code: CODES[done.error], reason: done.error });
    return { order: await stored(deps, ref) };
  }),
});

const MAX_NOTE = 500;

async function stored(deps: { orders: Pick<Orders, 'load'> }, name: OrderRef): Promise<Order> {
  const found = await deps.orders.load(name);
  if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
  return toMessage(found.state, found.version);
}

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });

const CODES = {
  UNKNOWN_TRADE: GRPC.notFound,
  UNKNOWN_SUB_ORDER: GRPC.notFound,
  UNKNOWN_STORE: GRPC.notFound,
  OUT_OF_SCOPE: GRPC.failedPrecondition,
  ILLEGAL_TRANSITION: GRPC.failedPrecondition,
  INSUFFICIENT_STOCK: GRPC.failedPrecondition,
  ORDER_BUSY: GRPC.unavailable,
  MISSING_FIELD: GRPC.invalidArgument,
  UNKNOWN_STATUS: GRPC.invalidArgument,
  NOTHING_FAILED: GRPC.failedPrecondition,
  NOTHING_FOUND: GRPC.failedPrecondition,
  NOT_FLAGGED: GRPC.failedPrecondition,
} as const satisfies Record<ReportRefusal | RetryRefusal, unknown>;

const fromReport = (line: ReportedLine): ReportLine => ({
  subOrderId: line.subOrderId,
  place: placeFromMessage(line.place),
  status: line.status,
  description: line.description,
  attributes: line.attributes,
});

const toMessage = (state: OrderState, version: bigint): Order => ({
  orderRef: state.orderRef,
  state: state.status,
  paidAt: state.paidAt,
  paymentFen: state.paymentFen,
  lines: state.lines.map((line) => toLine(state.orderRef, line)),
  allocation: state.allocation,
  timeline: state.timeline.map(({ at, what, detail }) => ({ at, what, detail })),
  version,
  traceId: state.traceId,
  flags: [...state.flags],
});

const toLine = (orderRef: OrderRef, line: Line): OrderLine => ({
  subOrderId: line.subOrderId,
  itemId: line.itemId,
  skuId: line.skuId,
  outerId: line.outerId,
  goodsId: line.goodsId,
  quantityMilli: line.quantityMilli,
  paymentFen: line.paymentFen,
  omni: line.omni,
  routedPlace: line.place ? placeToMessage(line.place) : undefined,
  routedKind: line.kind ? stockKindToMessage(line.kind) : StockKind.UNSPECIFIED,
  state: line.state,
  refusedBy: line.refusedBy.map((place: Place) => placeToMessage(place)),
  attributes: { ...line.attributes },
  holdRef: holdRef(orderRef, line.hold),
  allocation: line.allocation,
});
