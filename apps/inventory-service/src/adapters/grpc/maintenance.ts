import { InventoryAdminServiceService } from '@astrolabe/contracts/inventory';
import type {
  RebuildRequest,
  RebuildResponse,
  RepairRequest,
  RepairResponse,
  VerifyRequest,
  VerifyResponse,
} from '@astrolabe/contracts/inventory';
import { unary } from '@astrolabe/grpc';
import type { MaintenanceDeps } from './deps.ts';
import { invalid, left, valueOf } from './refusals.ts';

const HOLDS_MAX = 1_000;
const REPAIR_ID_MAX = 32;
/** So that the answer still gets to the caller before its deadline. */
const ANSWER_MS = 200;

/** InventoryAdminService: looking whether all is well, and making it so. */
export function maintenanceService({ verify, repair, rebuild }: MaintenanceDeps) {
  return [
    InventoryAdminServiceService,
    {
      verify: unary('Verify', async ({ partition }: VerifyRequest) => {
        const { records, operations, differences } = await verify(partition);
        return {
          records: BigInt(records),
          operations: BigInt(operations),
          differences: [...differences],
        } satisfies VerifyResponse;
      }),
      repair: unary('Repair', async (request: RepairRequest, context) => {
        const { repairId, holdRefs } = request;
        if (repairId === '' || repairId.length > REPAIR_ID_MAX) throw invalid('BAD_REPAIR_ID');
        if (request.actor === '') throw invalid('NO_ACTOR');
        if (holdRefs.length > HOLDS_MAX) throw invalid('TOO_MANY_HOLDS');
        const items = valueOf(await repair(request, left(context)));
        return { items: [...items] } satisfies RepairResponse;
      }),
      rebuild: unary('Rebuild', async (request: RebuildRequest, context) => {
        const { partition, projections, events } = request;
        if (!projections && !events) throw invalid('NOTHING_TO_REBUILD');
        const leftMs = Math.max(0, left(context) - ANSWER_MS);
        const rebuilt = await rebuild(partition, { projections, events }, leftMs);
        return {
          partitions: rebuilt.map((each) => ({ ...each, records: BigInt(each.records) })),
        } satisfies RebuildResponse;
      }),
    },
  ] as const;
}
