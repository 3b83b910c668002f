import { placeFromMessage } from '@astrolabe/contracts';
import type {
  FulfillmentServiceServer,
  GetFulfillmentRequest,
  GetFulfillmentResponse,
  ListRefundsRequest,
  ListRefundsResponse,
  ListTasksRequest,
  ListTasksResponse,
  PutConnectionRequest,
  PutConnectionResponse,
  ReportStatusRequest,
  ReportStatusResponse,
} from '@astrolabe/contracts/fulfillment';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcCode } from '@astrolabe/grpc';
import { samePlace } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import { INNER_ADDRESS_DETAILS, spiUrlProblem } from '@astrolabe/spi';
import type { SpiUrlRule } from '@astrolabe/spi';
import type { Connections, Fulfilments } from '../../application/ports.ts';
import type { makeReportStatus } from '../../application/report-status.ts';
import type { ReportRefusal } from '../../domain/report.ts';
import { isCollected } from '../../domain/pickup.ts';
import { refundOf } from '../../domain/refund.ts';
import { notificationTo, refundTo, reportFrom, taskTo } from './messages.ts';
import { pickupMethods } from './pickup-methods.ts';
import type { PickupMethods } from './pickup-methods.ts';

type Reason =
  ReportRefusal | 'UNKNOWN_SELLER' | 'INVALID_PAGE_TOKEN' | 'BAD_SPI_URL' | 'INNER_ADDRESS';

const REFUSALS: Record<Reason, readonly [GrpcCode, string]> = {
  UNKNOWN_TRADE: [GRPC.notFound, 'no such trade'],
  UNKNOWN_SUB_ORDER: [GRPC.notFound, 'the trade has no such sub-order'],
  UNKNOWN_SELLER: [GRPC.notFound, 'no such seller'],
  UNKNOWN_STATUS: [GRPC.invalidArgument, 'no such status'],
  NOT_SUPPORTED: [GRPC.failedPrecondition, 'the status is not supported yet'],
  OUT_OF_SCOPE: [GRPC.failedPrecondition, "the interface does not belong to the seller's model"],
  WRONG_SETTER: [GRPC.permissionDenied, 'the status is set by somebody else'],
  MISSING_FIELD: [GRPC.invalidArgument, 'a required field is missing'],
  NOT_ALLOCATED: [GRPC.failedPrecondition, 'the sub-order has no place yet'],
  WRONG_PLACE: [GRPC.failedPrecondition, 'the sub-order belongs to another place'],
  WRONG_FLOW: [GRPC.failedPrecondition, 'the sub-order is delivered in another way'],
  STALE: [GRPC.failedPrecondition, 'the report belongs to an allocation that was replaced'],
  TRADE_CLOSED: [GRPC.failedPrecondition, 'the trade was closed'],
  REFUND_WITHDRAWN: [GRPC.failedPrecondition, 'the buyer has withdrawn the refund'],
  ILLEGAL_TRANSITION: [GRPC.failedPrecondition, 'the status may not follow the current one'],
  TRADE_NOT_SHIPPED: [GRPC.failedPrecondition, 'the trade is not marked as shipped at Tmall yet'],
  INVALID_PAGE_TOKEN: [GRPC.invalidArgument, 'the page token is not valid'],
  INNER_ADDRESS: [GRPC.invalidArgument, INNER_ADDRESS_DETAILS],
  BAD_SPI_URL: [GRPC.invalidArgument, 'spi_url must be an https address, or empty'],
};

function refusal(reason: Reason): GrpcRefusal {
  const [code, details] = REFUSALS[reason];
  return new GrpcRefusal({ code, reason, details });
}

export type FulfillmentServiceDeps = {
  fulfilments: Fulfilments;
  connections: Connections;
  reportStatus: ReturnType<typeof makeReportStatus>;
  pickup: PickupMethods;
  urlRule: SpiUrlRule;
  logger: Logger;
};

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 500;

/** FulfillmentService as gRPC. */
export function fulfillmentService(deps: FulfillmentServiceDeps): FulfillmentServiceServer {
  const { fulfilments, connections, reportStatus, urlRule, logger } = deps;
  return {
    reportStatus: unary<ReportStatusRequest, ReportStatusResponse>(
      'reportStatus',
      async (request) => {
        const sent = reportFrom(request);
        if (!sent) throw refusal('MISSING_FIELD');
        const { sellerId, tradeId } = request;
        const taken = await reportStatus({ sellerId, tradeId }, sent);
        if (!taken.ok) throw refusal(taken.error);
        return taken.value;
      },
      logger,
    ),
    getFulfillment: unary<GetFulfillmentRequest, GetFulfillmentResponse>(
      'getFulfillment',
      async ({ sellerId, tradeId }) => {
        const found = await fulfilments.load({ sellerId, tradeId });
        if (!found) throw refusal('UNKNOWN_TRADE');
        return {
          tasks: found.tasks.map((task) => taskTo(found, task)),
          notifications: found.notifications
            .filter(({ kind }) => kind === 'ALLOCATED')
            .map(notificationTo),
          shippedAtTmall:
            found.tasks.length > 0 && found.tasks.every((task) => task.shippedAtTmall),
        };
      },
      logger,
    ),
    listRefunds: unary<ListRefundsRequest, ListRefundsResponse>(
      'listRefunds',
      async ({ sellerId, tradeId }) => {
        const found = await fulfilments.load({ sellerId, tradeId });
        if (!found) throw refusal('UNKNOWN_TRADE');
        return { refunds: found.tasks.flatMap((task) => refundTo(refundOf(task))) };
      },
      logger,
    ),
    listTasks: unary<ListTasksRequest, ListTasksResponse>(
      'listTasks',
      async ({ sellerId, place: wanted, status, page }) => {
        const place = placeFromMessage(wanted);
        const size = Math.min(page?.size || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
        const query = { sellerId, place, status };
        const listed = await fulfilments.list(query, { size, token: page?.token ?? '' });
        if (!listed.ok) throw refusal(listed.error);
        const tasks = listed.value.items.flatMap((one) =>
          one.tasks
            .filter((task) => !place || (task.place && samePlace(task.place, place)))
            .filter((task) => status === '' || (task.status === status && !isCollected(task)))
            .filter((task) => !task.closed)
            .map((task) => taskTo(one, task)),
        );
        return { tasks, nextToken: listed.value.next };
      },
      logger,
    ),
    ...pickupMethods(deps.pickup, logger),
    putConnection: unary<PutConnectionRequest, PutConnectionResponse>(
      'putConnection',
      async (connection) => {
        if (connection.sellerId === '' || connection.secret === '') throw refusal('MISSING_FIELD');
        const problem = await spiUrlProblem(connection.spiUrl, urlRule);
        if (problem) throw refusal(problem === 'BAD_URL' ? 'BAD_SPI_URL' : problem);
        await connections.put(connection);
        return {};
      },
      logger,
    ),
  };
}
