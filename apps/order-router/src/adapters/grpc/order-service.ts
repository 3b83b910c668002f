import { placeFromMessage, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import type {
  ListOrdersRequest,
  Order,
  OrderLine,
  OrderServiceServer,
  ReportedLine,
} from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { OrderRef, Place, Result } from '@astrolabe/kernel';
import { holdRef } from '@astrolabe/kernel';
import type { OrderQuery, Orders } from '../../application/ports.ts';
import type { ReportLine, ReportRefusal } from '../../application/report-allocation.ts';
import type { OrderLine as Line, OrderState } from '../../domain/order.ts';
import { invalid, refusalOf } from './order-refusals.ts';

export type OrderServiceDeps = {
  readonly orders: Pick<Orders, 'load' | 'isAt' | 'list'>;
  readonly reportAllocation: (
    name: OrderRef,
    lines: readonly ReportLine[],
  ) => Promise<Result<OrderState, ReportRefusal>>;
};

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

/** OrderService: orders to read, and the allocations of sellers who route themselves. */
export const orderService = (deps: OrderServiceDeps): OrderServiceServer => ({
  getOrder: unary('OrderService/GetOrder', async (request) => {
    const { knownVersion: known } = request;
    const isKnown = known !== undefined && (await deps.orders.isAt(orderOf(request), known));
    return isKnown ? {} : { order: await stored(deps, orderOf(request)) };
  }),
  listOrders: unary('OrderService/ListOrders', async (request) => {
    const { sellerId, page } = request;
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const size = page?.size ?? 0;
    if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
    const limit = size === 0 ? DEFAULT_PAGE : size;
    const listed = await deps.orders.list({ ...queryOf(request), limit, after: page?.token ?? '' });
    if (!listed.ok) throw invalid(listed.error);
    return {
      orders: listed.value.items.map((item) => toMessage(item.state, item.version)),
      nextToken: listed.value.next,
    };
  }),
  reportAllocation: unary('OrderService/ReportAllocation', async (request) => {
    const done = await deps.reportAllocation(orderOf(request), request.lines.map(fromReport));
    if (!done.ok) throw refusalOf(done.error);
    return {};
  }),
});

/** What a list is asked for; a text that is not given narrows nothing. */
const queryOf = (request: ListOrdersRequest): Omit<OrderQuery, 'limit' | 'after'> => ({
  sellerId: request.sellerId,
  status: request.state,
  flag: request.flag ?? '',
  channel: request.channel ?? '',
  place: placeFromMessage(request.place),
  paidFrom: request.paidFrom ?? null,
  paidTo: request.paidTo ?? null,
  queue: request.queue ?? '',
  stage: request.stage ?? '',
  stageDay: request.stageDay ?? '',
  text: request.text ?? '',
  isBrief: request.brief ?? false,
});

/** An order as it stands, for an answer. */
export async function stored(
  deps: { orders: Pick<Orders, 'load'> },
  name: OrderRef,
): Promise<Order> {
  const found = await deps.orders.load(name);
  if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
  return toMessage(found.state, found.version);
}

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
  hold: state.hold
    ? { reason: state.hold.reason, askedBy: state.hold.by, at: state.hold.at }
    : undefined,
  actions: state.actions.map(({ key, kind, by, reason, at, outcome }) => ({
    key,
    action: kind,
    askedBy: by,
    reason,
    at,
    outcome: outcome ?? 'PENDING',
  })),
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
