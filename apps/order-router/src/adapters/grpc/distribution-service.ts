import { spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import type {
  Dispatch as DispatchMessage,
  Distribution as DistributionMessage,
  DistributionAdminServiceServer,
  DistributionServiceServer,
  SupplierOrder as OrderMessage,
} from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import { orderKey } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import type { makeDecide } from '../../application/distribution/decide.ts';
import type { Distributions, Upstreams } from '../../application/distribution/ports.ts';
import type { makeSubmit } from '../../application/distribution/submit.ts';
import type { Decision } from '../../domain/distribution/dispatch.ts';
import type {
  Dispatch,
  DistributionOrder,
  SupplierOrder,
} from '../../domain/distribution/order.ts';

const LINES_MAX = 200;
const DOCUMENT_MAX = 256 * 1_024;
const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;
const TEXT_MAX = 200;
const CODES_MAX = 50;

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });

/** DistributionService: orders that sellers place for buyers elsewhere. */
export const distributionService = (
  submit: ReturnType<typeof makeSubmit>,
): DistributionServiceServer => ({
  submitOrder: unary('DistributionService/SubmitOrder', async (request) => {
    const { lines, document } = request;
    if (lines.length === 0 || lines.length > LINES_MAX) throw invalid('INVALID_LINES');
    if (document === '' || document.length > DOCUMENT_MAX) throw invalid('INVALID_DOCUMENT');
    if (lines.some(({ quantityMilli }) => quantityMilli <= 0n)) throw invalid('INVALID_QUANTITY');
    const numbered = lines.map((line, index) => ({ ...line, lineId: String(index + 1) }));
    const taken = await submit({ orderRef: orderOf(request), lines: numbered, document });
    if (!taken.ok) throw new GrpcRefusal({ code: GRPC.alreadyExists, reason: taken.error });
    const answer = taken.value;
    if (answer.kind === 'placed') {
      const { orders, pricesFen, isOwn } = answer;
      return { orders: [...orders], pricesFen: [...pricesFen], obstacle: undefined, isOwn };
    }
    const obstacle = { ...answer.obstacle, line: answer.line };
    return { orders: [], pricesFen: [], obstacle, isOwn: false };
  }),
});

export type DistributionAdminDeps = {
  readonly distributions: Pick<Distributions, 'load' | 'list'>;
  readonly decide: ReturnType<typeof makeDecide>;
  readonly upstreams: Pick<Upstreams, 'put'>;
  /** What a supplier's address must satisfy. */
  readonly urlRule: SpiUrlRule;
  readonly logger: Logger;
};

/** DistributionAdminService: what people see and decide of dispatches, and connections. */
export const distributionAdmin = (deps: DistributionAdminDeps): DistributionAdminServiceServer => ({
  getDistribution: unary('DistributionAdminService/GetDistribution', async (request) => {
    const found = await deps.distributions.load(orderOf(request));
    if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ORDER' });
    return { distribution: distributionTo(found) };
  }),
  listDistributions: unary('DistributionAdminService/ListDistributions', async (request) => {
    const { sellerId, state, page } = request;
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const size = page?.size ?? 0;
    if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
    const limit = size === 0 ? DEFAULT_PAGE : size;
    const listed = await deps.distributions.list({
      sellerId,
      state,
      limit,
      after: page?.token ?? '',
    });
    if (!listed.ok) throw invalid(listed.error);
    const { items, next } = listed.value;
    return { distributions: items.map(distributionTo), nextToken: next };
  }),
  decideDispatch: unary('DistributionAdminService/DecideDispatch', async (request) => {
    const { outOrderId, actor } = request;
    if (actor === '' || actor.length > TEXT_MAX) throw invalid('MISSING_FIELD');
    const order = orderOf(request);
    const decision = decisionFrom(request);
    const decided = await deps.decide(order, outOrderId, decision, actor);
    if (!decided.ok) {
      const code = decided.error === 'UNKNOWN_DISPATCH' ? GRPC.notFound : GRPC.failedPrecondition;
      throw new GrpcRefusal({ code, reason: decided.error });
    }
    const what = { order: orderKey(order), outOrderId, decision: decision.kind, actor };
    deps.logger.info(what, 'a dispatch was decided by a person');
    return { dispatch: dispatchTo(decided.value) };
  }),
  putUpstream: unary('DistributionAdminService/PutUpstream', async ({ upstream }) => {
    if (!upstream?.sellerId) throw invalid('MISSING_FIELD');
    const { baseUrl, appId, sellerNick, secret, lookupPath, retryCodes, failCodes } = upstream;
    if (baseUrl !== '') {
      if (!appId || !sellerNick || !secret) throw invalid('MISSING_FIELD');
      if (lookupPath !== '' && !lookupPath.startsWith('/')) throw invalid('BAD_LOOKUP_PATH');
      if (retryCodes.length + failCodes.length > CODES_MAX) throw invalid('TOO_MANY_CODES');
      const problem = await spiUrlProblem(baseUrl, deps.urlRule);
      if (problem) throw invalid(problem);
    }
    await deps.upstreams.put(upstream);
    return {};
  }),
});

function decisionFrom({
  decision,
  order,
  message,
}: {
  readonly decision: string;
  readonly order?: OrderMessage | undefined;
  readonly message: string;
}): Decision {
  switch (decision) {
    case 'SEND':
      return { kind: 'send' };
    case 'LOOK':
      return { kind: 'look' };
    case 'CREATED':
      if (!order?.orderId) throw invalid('MISSING_FIELD');
      return { kind: 'created', order: supplierOrderFrom(order) };
    case 'REJECTED':
      return { kind: 'rejected', message: message.slice(0, TEXT_MAX) };
    default:
      throw invalid('UNKNOWN_DECISION');
  }
}

const supplierOrderFrom = ({ orderId, amountFen, postFeeFen }: OrderMessage): SupplierOrder => ({
  orderId,
  amountFen: amountFen ?? null,
  postFeeFen: postFeeFen ?? null,
});

const supplierOrderTo = ({ orderId, amountFen, postFeeFen }: SupplierOrder): OrderMessage => ({
  orderId,
  amountFen: amountFen ?? undefined,
  postFeeFen: postFeeFen ?? undefined,
});

const distributionTo = (order: DistributionOrder): DistributionMessage => ({
  orderRef: order.orderRef,
  placed: [...order.placed],
  dispatches: order.dispatches.map(dispatchTo),
  createdAt: order.createdAt,
});

const dispatchTo = (dispatch: Dispatch): DispatchMessage => ({
  outOrderId: dispatch.outOrderId,
  supplierId: dispatch.supplierId,
  lineIds: [...dispatch.lineIds],
  state: dispatch.state,
  reason: dispatch.reason,
  message: dispatch.message,
  sends: dispatch.sends,
  nextAt: dispatch.call.nextAt ?? undefined,
  held: dispatch.held,
  orders: dispatch.orders.map(supplierOrderTo),
  totalFen: dispatch.totalFen ?? undefined,
  postFeeFen: dispatch.postFeeFen ?? undefined,
  expectedFen: dispatch.expectedFen,
  differenceFen: dispatch.differenceFen ?? undefined,
  refusedLineIds: [...dispatch.refusedLineIds],
});
