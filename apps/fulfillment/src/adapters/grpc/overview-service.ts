import { placeToMessage } from '@astrolabe/contracts';
import type { FulfillmentOverviewServiceServer } from '@astrolabe/contracts/fulfillment';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { makeReadPlaceWork } from '../../application/figures/read-place-work.ts';
import type { Overview } from '../../application/ports.ts';
import { isTaskQueue } from '../../domain/waiting.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

/** FulfillmentOverviewService: what of a seller's orders waits at stores and channels, and what has come to buyers. */
export const overviewService = (
  overview: Overview,
  readPlaceWork: ReturnType<typeof makeReadPlaceWork>,
): FulfillmentOverviewServiceServer => ({
  countTaskQueues: unary('FulfillmentOverviewService/CountTaskQueues', async ({ sellerId }) => {
    const queues = await overview.queues(named(sellerId));
    return {
      queues: queues.map(({ oldestSince, came, left, ...counts }) => ({
        ...counts,
        oldestSince: oldestSince ?? undefined,
        ...(came !== undefined && { came }),
        ...(left !== undefined && { left }),
      })),
    };
  }),
  listTaskQueue: unary('FulfillmentOverviewService/ListTaskQueue', async (request) => {
    const { sellerId, queue, page } = request;
    if (!isTaskQueue(queue)) throw invalid('UNKNOWN_QUEUE');
    const listed = await overview.list(named(sellerId), queue, limitOf(page), page?.token ?? '');
    if (!listed.ok) throw invalid(listed.error);
    return { orders: [...listed.value.orders], nextToken: listed.value.next };
  }),
  countDelivered: unary('FulfillmentOverviewService/CountDelivered', async ({ sellerId, day }) => {
    const hours = await overview.delivered(named(sellerId), day);
    if (!hours) throw invalid('INVALID_DAY');
    return { hours: [...hours] };
  }),
  listDelivered: unary('FulfillmentOverviewService/ListDelivered', async (request) => {
    const { sellerId, day, page } = request;
    const limit = limitOf(page);
    const listed = await overview.listDelivered(named(sellerId), day, limit, page?.token ?? '');
    if (!listed.ok) throw invalid(listed.error);
    return { orders: [...listed.value.orders], nextToken: listed.value.next };
  }),
  findParcel: unary('FulfillmentOverviewService/FindParcel', async ({ sellerId, mailNo }) => {
    if (mailNo === '') throw invalid('MISSING_FIELD');
    return { orders: [...(await overview.byParcel(named(sellerId), mailNo))] };
  }),
  listPlaceWork: unary('FulfillmentOverviewService/ListPlaceWork', async (request) => {
    const { sellerId, fromDay, toDay } = request;
    const read = await readPlaceWork(named(sellerId), fromDay, toDay);
    if (!read.ok) throw invalid(read.error);
    const { places, isMore } = read.value;
    return {
      places: places.map(({ place, reasons, acceptSeconds, unanswered, ...counts }) => ({
        ...counts,
        place: placeToMessage(place),
        reasons: [...reasons],
        acceptSeconds: acceptSeconds ?? undefined,
        unanswered: unanswered?.count ?? 0,
        oldest: unanswered ?? undefined,
      })),
      isMore,
    };
  }),
});

function limitOf(page: { readonly size: number } | undefined): number {
  const size = page?.size ?? 0;
  if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
  return size === 0 ? DEFAULT_PAGE : size;
}

function named(sellerId: string): string {
  if (sellerId === '') throw invalid('MISSING_FIELD');
  return sellerId;
}

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
