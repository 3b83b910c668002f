import { placeFromMessage } from '@astrolabe/contracts';
import type {
  CountOrdersRequest,
  CountOrdersResponse,
  FulfillmentServiceServer,
  GetFulfillmentRequest,
  GetFulfillmentResponse,
  ListTasksRequest,
  ListTasksResponse,
  ReportStatusRequest,
  ReportStatusResponse,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import { orderKey, samePlace } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import type { makeAskToShip } from '../../application/ask-to-ship.ts';
import type { makeGiveBack } from '../../application/give-back.ts';
import type { Fulfilments, Shippings } from '../../application/ports.ts';
import type { makeRecall } from '../../application/recall-order.ts';
import type { makeReportStatus } from '../../application/report-status.ts';
import { isListed } from '../../domain/fulfilment.ts';
import { isCollected } from '../../domain/pickup.ts';
import { giveBackMethods } from './give-back-methods.ts';
import { notificationTo, reportFrom, taskTo } from './messages.ts';
import { pickupMethods } from './pickup-methods.ts';
import type { PickupMethods } from './pickup-methods.ts';
import { recallMethods } from './recall-methods.ts';
import { refundMethods } from './refund-methods.ts';
import { refusal } from './refusals.ts';
import { shippingMethods } from './shipping-methods.ts';

export type FulfillmentServiceDeps = {
  fulfilments: Fulfilments;
  reportStatus: ReturnType<typeof makeReportStatus>;
  pickup: PickupMethods;
  shippings: Pick<Shippings, 'load' | 'loadAll'>;
  askToShip: ReturnType<typeof makeAskToShip>;
  recall: ReturnType<typeof makeRecall>;
  giveBack: ReturnType<typeof makeGiveBack>;
  logger: Logger;
};

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 500;
const STATUSES_MAX = 20;
const COUNTED_MAX = 1_000;

/** FulfillmentService as gRPC. */
export function fulfillmentService(deps: FulfillmentServiceDeps): FulfillmentServiceServer {
  const { fulfilments, reportStatus, shippings, logger } = deps;
  return {
    reportStatus: unary<ReportStatusRequest, ReportStatusResponse>(
      'reportStatus',
      async (request) => {
        const sent = reportFrom(request);
        if (!sent) throw refusal('MISSING_FIELD');
        const taken = await reportStatus(orderOf(request), sent);
        if (!taken.ok) throw refusal(taken.error);
        return taken.value;
      },
      logger,
    ),
    getFulfillment: unary<GetFulfillmentRequest, GetFulfillmentResponse>(
      'getFulfillment',
      async (request) => {
        const found = await fulfilments.load(orderOf(request));
        if (!found) throw refusal('UNKNOWN_TRADE');
        const shipping = await shippings.load(found.orderRef);
        return {
          tasks: found.tasks.map((task) => taskTo(found, task, shipping)),
          notifications: found.notifications
            .filter(({ kind }) => kind === 'ALLOCATED')
            .map(notificationTo),
          shippedAtTmall:
            found.tasks.length > 0 && found.tasks.every((task) => task.shippedAtTmall),
        };
      },
      logger,
    ),
    listTasks: unary<ListTasksRequest, ListTasksResponse>(
      'listTasks',
      async ({ sellerId, place: wanted, status, page, oldestFirst }) => {
        const place = placeFromMessage(wanted);
        const size = Math.min(page?.size || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
        const query = { sellerId, place, status, oldestFirst };
        const listed = await fulfilments.list(query, { size, token: page?.token ?? '' });
        if (!listed.ok) throw refusal(listed.error);
        const shipped = await shippings.loadAll(listed.value.items.map((one) => one.orderRef));
        const byOrder = new Map(shipped.map((one) => [orderKey(one.orderRef), one]));
        const tasks = listed.value.items.flatMap((one) =>
          one.tasks
            .filter((task) => !place || (task.place && samePlace(task.place, place)))
            .filter((task) => status === '' || (task.status === status && !isCollected(task)))
            .filter(isListed)
            .map((task) => taskTo(one, task, byOrder.get(orderKey(one.orderRef)) ?? null)),
        );
        return { tasks, nextToken: listed.value.next };
      },
      logger,
    ),
    countOrders: unary<CountOrdersRequest, CountOrdersResponse>(
      'countOrders',
      async ({ sellerId, place: wanted, statuses }) => {
        const place = placeFromMessage(wanted);
        if (!place || statuses.length === 0) throw refusal('MISSING_FIELD');
        if (statuses.length > STATUSES_MAX) throw refusal('TOO_MANY_STATUSES');
        return { orders: await fulfilments.count({ sellerId, place, statuses }, COUNTED_MAX) };
      },
      logger,
    ),
    ...refundMethods(fulfilments, logger),
    ...pickupMethods(deps.pickup, logger),
    ...shippingMethods(deps.askToShip, logger),
    ...recallMethods(deps.recall, logger),
    ...giveBackMethods(deps.giveBack, logger),
  };
}
