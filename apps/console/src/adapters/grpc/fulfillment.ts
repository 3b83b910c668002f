import { flowFromMessage, orderRefFromMessage, placeToMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { FulfillmentServiceClient, ReportChannel } from '@astrolabe/contracts/fulfillment';
import type {
  Parcel as ParcelMessage,
  Task as TaskMessage,
} from '@astrolabe/contracts/fulfillment';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import type {
  Fulfillment,
  Parcel,
  ParcelState,
  Refused,
  Reporter,
  Task,
} from '../../application/store-ports.ts';

const DEADLINE_MS = 3_000;
/** Longer than fulfillment waits for Tmall when it is asked to ship. */
const SHIP_DEADLINE_MS = 8_000;
const PAGE_SIZE = 100;

/** Fulfillment names the order of whatever it answers. */
function namedOrder(message: TaskMessage['orderRef']): OrderRef {
  const orderRef = orderRefFromMessage(message);
  if (!orderRef) throw new TypeError('an answer of fulfillment names no order');
  return orderRef;
}

const STATES: readonly ParcelState[] = ['PENDING', 'AT_TMALL', 'DONE', 'REFUSED', 'GIVEN_UP'];

function toParcel(message: ParcelMessage): Parcel {
  const { company, mailNo, operator, errorCode: code, errorMessage } = message;
  const state = STATES.find((known) => known === message.state);
  if (!state) throw new TypeError(`fulfillment tells of a parcel in state ${message.state}`);
  return { state, company, mailNo, operator, code, message: errorMessage };
}

const toTask = (message: TaskMessage): Task => ({
  orderRef: namedOrder(message.orderRef),
  subOrderId: message.subOrderId,
  storeId: message.place?.id ?? '',
  allocation: message.allocation,
  pickup: flowFromMessage(message.flow) === 'PICKUP',
  collected: message.handedOverAt !== undefined,
  status: message.status,
  itemId: message.itemId,
  skuId: message.skuId,
  outerId: message.outerId,
  title: message.title,
  spec: message.spec,
  picture: message.picture,
  quantityMilli: message.quantityMilli,
  attributes: Object.entries(message.attributes),
  history: message.history.map(({ status, actionTime, operator }) => ({
    status,
    at: actionTime ?? null,
    operator,
  })),
  logistics: message.logistics
    ? { company: message.logistics.logisticCompany, mailNo: message.logistics.mailNo }
    : null,
  parcel: message.parcel ? toParcel(message.parcel) : null,
});

const actorOf = ({ login }: Pick<Reporter, 'login'>): string => `clerk:${login}`;

/** What fulfillment refuses is an answer; anything else has failed. */
export async function orRefused<T>(ask: () => Promise<T>): Promise<T | Refused> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GrpcCallError && error.outcome === 'refused') {
      return { kind: 'refused', reason: error.reason };
    }
    throw error;
  }
}

/** Store tasks as fulfillment keeps them. */
export function connectFulfillment(address: string): Fulfillment & { close(): void } {
  const client = createGrpcClient(FulfillmentServiceClient, {
    address,
    name: 'console',
    defaultDeadlineMs: DEADLINE_MS,
  });
  return {
    close: () => client.close(),
    tasksOf: async (orderRef) => {
      try {
        const { tasks } = await client.call('getFulfillment', { orderRef });
        return tasks.map(toTask);
      } catch (error) {
        if (error instanceof GrpcCallError && error.reason === 'UNKNOWN_TRADE') return [];
        throw error;
      }
    },
    list: async ({ sellerId, storeId }, status, { token, oldestFirst }) => {
      const { tasks, nextToken } = await client.call('listTasks', {
        sellerId,
        place: placeToMessage({ type: 'STORE', id: storeId }),
        status,
        page: { size: PAGE_SIZE, token },
        oldestFirst,
      });
      return { tasks: tasks.map(toTask), next: nextToken };
    },
    count: async ({ sellerId, storeId }, statuses) => {
      const place = placeToMessage({ type: 'STORE', id: storeId });
      const asked = { sellerId, place, statuses: [...statuses] };
      return (await client.call('countOrders', asked)).orders;
    },
    ...pickups(client),
    report: (clerk, { orderRef, subOrderIds, status, pickup, at, reason }) =>
      orRefused(async () => {
        const { already } = await client.call('reportStatus', {
          orderRef,
          subOrderIds: [...subOrderIds],
          status,
          channel: ReportChannel.CONSOLE,
          place: placeToMessage({ type: 'STORE', id: clerk.storeId }),
          flow: pickup ? DeliveryFlow.PICKUP : DeliveryFlow.SHIP,
          operator: clerk.name,
          actionTime: at,
          logistics: undefined,
          actor: actorOf(clerk),
          messageId: '',
          reason,
        });
        return { kind: 'taken', already } as const;
      }),
    giveBack: ({ storeId, name }, { subOrderIds, lost, ...goods }) =>
      orRefused(async () => {
        const { already } = await client.call('giveBack', {
          ...goods,
          subOrderIds: [...subOrderIds],
          lost: [...lost],
          storeId,
          operator: name,
        });
        return { kind: 'taken', already } as const;
      }),
    ship: ({ storeId, name }, { orderRef, subOrderIds, allocation, company, mailNo }) =>
      orRefused(async () => {
        const what = { orderRef, subOrderIds: [...subOrderIds], allocation, company, mailNo };
        const { already, parcel } = await client.call(
          'ship',
          { ...what, storeId, operator: name },
          { deadlineMs: SHIP_DEADLINE_MS },
        );
        return { kind: 'taken', already, parcel: parcel ? toParcel(parcel) : null } as const;
      }),
  };
}

/** Buyers who come with a code. */
const pickups = (
  client: GrpcClient<FulfillmentServiceClient>,
): Pick<Fulfillment, 'findPickup' | 'handOver'> => ({
  findPickup: (clerk, code) =>
    orRefused(async () => {
      const { sellerId } = clerk;
      const asked = { sellerId, code, actor: actorOf(clerk) };
      const { orderRef, place, redeemedAt } = await client.call('queryPickup', asked);
      return {
        kind: 'found',
        orderRef: namedOrder(orderRef),
        storeId: place?.id ?? '',
        redeemedAt: redeemedAt ?? null,
      } as const;
    }),
  handOver: (clerk, { orderRef, code, messageId, subOrderIds }) =>
    orRefused(async () => {
      const handed = await client.call('redeemPickup', {
        orderRef,
        code,
        operator: clerk.name,
        place: placeToMessage({ type: 'STORE', id: clerk.storeId }),
        actor: actorOf(clerk),
        messageId,
        subOrderIds: [...subOrderIds],
      });
      return { kind: 'handed over', subOrderIds: handed.subOrderIds } as const;
    }),
});
