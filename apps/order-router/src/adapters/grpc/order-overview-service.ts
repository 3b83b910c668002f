import type { OrderOverviewServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { Overview } from '../../application/ports.ts';

/** OrderOverviewService: what of a seller's orders waits, and how far those of a day have come. */
export const orderOverviewService = (overview: Overview): OrderOverviewServiceServer => ({
  countOrderQueues: unary('OrderOverviewService/CountOrderQueues', async ({ sellerId }) => {
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const queues = await overview.queues(sellerId);
    return {
      queues: queues.map(({ oldestSince, nextAt, ...counts }) => ({
        ...counts,
        oldestSince: oldestSince ?? undefined,
        nextAt: nextAt ?? undefined,
      })),
    };
  }),
  countOrderStages: unary('OrderOverviewService/CountOrderStages', async ({ sellerId, day }) => {
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const channels = await overview.stages(sellerId, day);
    if (!channels) throw invalid('INVALID_DAY');
    return {
      channels: channels.map(({ channel, stages }) => ({
        channel,
        stages: stages.map(({ stage, hours }) => ({ stage, hours: [...hours] })),
      })),
    };
  }),
});

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
