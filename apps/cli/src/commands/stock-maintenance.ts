import { randomUUID } from 'node:crypto';
import {
  Difference,
  Hold,
  InventoryAdminServiceClient,
  RebuiltPartition,
  RepairItem,
} from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import { createGrpcClient } from '@astrolabe/grpc';
import { UsageError, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { holdsOf, orphanedHolds } from './orphaned-holds.ts';

const DEADLINE_MS = 60_000;
const HOLDS_AT_ONCE = 1_000;
const REPAIR_ID = 32;
async function withMaintenance(
  { environment }: Invocation,
  run: (maintenance: GrpcClient<InventoryAdminServiceClient>) => Promise<void>,
): Promise<void> {
  const options = peerOf(environment, 'INVENTORY_ADMIN_ADDRESS', DEADLINE_MS);
  const maintenance = createGrpcClient(InventoryAdminServiceClient, options);
  try {
    await run(maintenance);
  } finally {
    maintenance.close();
  }
}

/** `stock holds`: one JSON line per open hold, oldest first. */
export async function stockHolds(invocation: Invocation): Promise<void> {
  const sellerId = required(invocation.option('seller'), '--seller');
  for await (const hold of holdsOf(invocation.environment, sellerId)) {
    invocation.output.out(JSON.stringify(Hold.toJSON(hold)));
  }
}

/** `stock verify`: one JSON line per difference; fails when there is any. */
export async function stockVerify(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  await withMaintenance(invocation, async (maintenance) => {
    const found = await maintenance.call('verify', { partition: option('partition') ?? '' });
    const { records, operations, differences } = found;
    for (const each of differences) output.out(JSON.stringify(Difference.toJSON(each)));
    const counts = { records, operations, differences: differences.length };
    output.out(
      JSON.stringify(counts, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    );
    if (differences.length > 0) throw new Error(`${differences.length} differences`);
  });
}

/** `stock repair`: one JSON line per thing to put right, with its value before and after. */
export async function stockRepair(invocation: Invocation): Promise<void> {
  const { words, option, flag, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const actor = required(option('actor'), '--actor');
  const reason = required(option('reason'), '--reason');
  const shortCells = flag('short-cells');
  const projections = flag('projections');
  const named = words.length > 0 || flag('orders');
  if (!named && !shortCells && !projections) throw new UsageError('nothing to look at');
  await withMaintenance(invocation, async (maintenance) => {
    const ordersOf = flag('orders') ? await orphanedHolds(invocation.environment, sellerId) : [];
    const refs = [...new Set([...words, ...ordersOf])];
    const repairId = randomUUID().replaceAll('-', '').slice(0, REPAIR_ID);
    for (let from = 0; from === 0 || from < refs.length; from += HOLDS_AT_ONCE) {
      const { items } = await maintenance.call('repair', {
        sellerId,
        repairId: from === 0 ? repairId : `${repairId.slice(0, 20)}.${from}`,
        actor,
        reason,
        holdRefs: refs.slice(from, from + HOLDS_AT_ONCE),
        shortCells: shortCells && from === 0,
        projections: projections && from === 0,
        apply: flag('apply'),
      });
      for (const item of items) output.out(JSON.stringify(RepairItem.toJSON(item)));
    }
  });
}

/** `stock rebuild`: one JSON line per partition. */
export async function stockRebuild(invocation: Invocation): Promise<void> {
  const { option, flag, output } = invocation;
  const what = { projections: flag('projections'), events: flag('events') };
  if (!what.projections && !what.events) throw new UsageError('--projections or --events');
  await withMaintenance(invocation, async (maintenance) => {
    const asked = { partition: option('partition') ?? '', ...what };
    const { partitions } = await maintenance.call('rebuild', asked);
    for (const each of partitions) output.out(JSON.stringify(RebuiltPartition.toJSON(each)));
  });
}
