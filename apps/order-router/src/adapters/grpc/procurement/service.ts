import type { ProcurementServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { makePrecheck } from '../../../application/procurement/precheck.ts';

const LINES_MAX = 500;

/** ProcurementService: the pre-check, which only reads. */
export const procurementService = (
  precheck: ReturnType<typeof makePrecheck>,
): ProcurementServiceServer => ({
  precheck: unary('ProcurementService/Precheck', async ({ sellerId, lines, regionCode }) => {
    if (sellerId === '' || lines.length === 0) throw invalid('MISSING_FIELD');
    if (lines.length > LINES_MAX) throw invalid('TOO_MANY_LINES');
    const failures = await precheck(sellerId, lines, regionCode);
    return { passed: failures.length === 0, failures: [...failures] };
  }),
});

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
