import type {
  FiguresServiceServer,
  Figures as Message,
  Period,
} from '@astrolabe/contracts/fulfillment';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';
import type { ReadFigures, ReadRefusal } from '../../../application/figures/read-figures.ts';
import type { Figures } from '../../../domain/figures/figures.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

/**
 * FiguresService: the operating metrics, to read. Refuses with INVALID_ARGUMENT what is no period of
 * 1 to 31 days, and with RESOURCE_EXHAUSTED a period with more orders than one call may read.
 */
export const figuresService = (read: ReadFigures): FiguresServiceServer => ({
  getFigures: unary('FiguresService/GetFigures', async ({ sellerId, storeId, period }) => {
    const found = taken(await read.total({ sellerId, storeId, ...periodOf(sellerId, period) }));
    return {
      figures: toMessage(found.figures),
      days: found.days.map(({ day, figures }) => ({ day, figures: toMessage(figures) })),
    };
  }),
  listStoreFigures: unary('FiguresService/ListStoreFigures', async (request) => {
    const { sellerId, period, page } = request;
    const size = page?.size ?? 0;
    if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
    const limit = size === 0 ? DEFAULT_PAGE : size;
    const after = page?.token ?? '';
    const query = { sellerId, ...periodOf(sellerId, period), after, limit };
    const found = taken(await read.stores(query));
    return {
      stores: found.stores.map(({ storeId, figures }) => ({
        storeId,
        figures: toMessage(figures),
      })),
      nextToken: found.next,
    };
  }),
});

function periodOf(sellerId: string, period: Period | undefined) {
  if (sellerId === '' || !period) throw invalid('MISSING_FIELD');
  return { fromDay: period.fromDay, toDay: period.toDay };
}

function taken<T>(result: Result<T, ReadRefusal>): T {
  if (result.ok) return result.value;
  if (result.error === 'INVALID_PERIOD') throw invalid(result.error);
  throw new GrpcRefusal({ code: GRPC.resourceExhausted, reason: result.error });
}

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });

const toMessage = (figures: Figures): Message => ({
  allocationTime: figures.allocationTime,
  acceptTime: figures.acceptTime,
  shipTime: figures.shipTime,
  deliveryTime: figures.deliveryTime,
  orderAcceptRate: figures.orderAcceptRate,
  storeDispatchRate: figures.storeDispatchRate,
  storeAcceptRate: figures.storeAcceptRate,
  lateReports: figures.lateReports,
});
