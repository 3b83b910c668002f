import { refundStateFromMessage } from '@astrolabe/contracts';
import type { OrderPushServiceServer } from '@astrolabe/contracts/push';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { INNER_ADDRESS_DETAILS, spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import type { Pushes, Seller, Sellers } from '../../application/ports.ts';
import { recordRefund } from '../../domain/news.ts';
import { newPushedOrder } from '../../domain/pushed-order.ts';
import type { PushedOrder } from '../../domain/pushed-order.ts';
import { retried } from '../../domain/schedule.ts';
import { pushTo, sellerFrom, sellerTo } from './messages.ts';

export type PushServiceDeps = {
  readonly pushes: Pushes;
  readonly sellers: Pick<Sellers, 'find'>;
  readonly putSeller: (seller: Seller) => Promise<void>;
  /** Something may be due for an order. */
  readonly wake: (name: OrderRef) => void;
  readonly urlRule: SpiUrlRule;
  readonly clock: Clock;
};

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

const invalid = (reason: string, details: string = reason): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });
const notFound = (reason: string): GrpcRefusal => new GrpcRefusal({ code: GRPC.notFound, reason });

/** OrderPushService as gRPC. */
export function pushService(deps: PushServiceDeps): OrderPushServiceServer {
  const { pushes, sellers, putSeller, wake, urlRule, clock } = deps;
  return {
    putSeller: unary('OrderPushService/PutSeller', async ({ seller: message, spiSecret }) => {
      const seller = sellerFrom(message, spiSecret);
      if (typeof seller === 'string') throw invalid(seller);
      const problem = await spiUrlProblem(seller.spiUrl, urlRule);
      if (problem === 'INNER_ADDRESS') throw invalid(problem, INNER_ADDRESS_DETAILS);
      if (problem) throw invalid('BAD_SPI_URL');
      await putSeller(seller);
      return {};
    }),
    getSeller: unary('OrderPushService/GetSeller', async ({ sellerId }) => {
      const seller = await sellers.find(sellerId);
      const blocked = await pushes.withProblem(sellerId, 'ALLOCATE_SPI_MISSING', 1);
      if (!seller && blocked.length === 0) throw notFound('UNKNOWN_SELLER');
      return {
        seller: seller ? sellerTo(seller) : undefined,
        problems: blocked.length > 0 ? ['ALLOCATE_SPI_MISSING'] : [],
      };
    }),
    getPush: unary('OrderPushService/GetPush', async (request) => {
      const found = await pushes.load(orderOf(request));
      if (!found) throw notFound('UNKNOWN_TRADE');
      return { push: pushTo(found) };
    }),
    listPushes: unary('OrderPushService/ListPushes', async ({ sellerId, problemsOnly, page }) => {
      if (sellerId === '') throw invalid('MISSING_FIELD');
      const size = page?.size ?? 0;
      if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
      const limit = size === 0 ? DEFAULT_PAGE : size;
      const listed = await pushes.list({ sellerId, problemsOnly, limit, after: page?.token ?? '' });
      if (!listed.ok) throw invalid(listed.error);
      return { pushes: listed.value.items.map(pushTo), nextToken: listed.value.next };
    }),
    retryPush: unary('OrderPushService/RetryPush', async (request) => {
      const name = orderOf(request);
      if (!(await pushes.load(name))) throw notFound('UNKNOWN_TRADE');
      const retry = (push: PushedOrder | null): PushedOrder =>
        retried(push ?? newPushedOrder(name, clock()), clock());
      await pushes.change(name, null, retry);
      wake(name);
      return {};
    }),
    pushRefund: unary('OrderPushService/PushRefund', async (request) => {
      const { refundId, subOrderId, refundFeeFen } = request;
      const state = refundStateFromMessage(request.state);
      const { created, modified } = request;
      if ([refundId, subOrderId].includes('') || !state || !created || !modified) {
        throw invalid('MISSING_FIELD');
      }
      const name = orderOf(request);
      if (!(await pushes.load(name))) throw notFound('UNKNOWN_TRADE');
      const refund = { refundId, subOrderId, state, refundFeeFen, created, modified };
      await pushes.change(name, null, (push) =>
        recordRefund(push ?? newPushedOrder(name, clock()), refund, clock()),
      );
      wake(name);
      return {};
    }),
  };
}
