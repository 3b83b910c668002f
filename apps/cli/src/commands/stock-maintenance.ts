import { randomUUID } from 'node:crypto';
import {
  Difference,
  Hold,
  InventoryAdminServiceClient,
  InventoryServiceClient,
  RebuiltPartition,
  RepairItem,
  VerifyResponse,
} from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { isDryRun, peerOf, withClient } from '../clients.ts';
import { UsageError, printList, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { orphanedHolds } from './orphaned-holds.ts';
import { goodsOf } from './stock.ts';

const DEADLINE_MS = 60_000;
const HOLDS_AT_ONCE = 1_000;
const REPAIR_ID = 32;
async function withMaintenance(
  { environment }: Invocation,
  run: (maintenance: GrpcClient<InventoryAdminServiceClient>) => Promise<void>,
): Promise<void> {
  const options = peerOf(environment, 'INVENTORY_ADMIN_ADDRESS', DEADLINE_MS);
  return await withClient(InventoryAdminServiceClient, options, run);
}

/** `stock holds`: one JSON line per open hold, oldest first. */
async function stockHolds(invocation: Invocation): Promise<void> {
  const sellerId = required(invocation.option('seller'), '--seller');
  const goodsId =
    invocation.option('item') === undefined ? '' : await goodsOf(invocation, sellerId);
  const options = peerOf(invocation.environment, 'INVENTORY_ADDRESS', DEADLINE_MS);
  await withClient(InventoryServiceClient, options, async (inventory) => {
    await printList(
      invocation,
      (page) => inventory.call('listHolds', { sellerId, goodsId, page }),
      ({ holds }) => holds.map((hold) => Hold.toJSON(hold)),
    );
  });
}

/** Folds the journal of the stock. `partition`: one of them, or '' for all that the service owns. */
export async function verifyStock(
  invocation: Invocation,
  partition: string,
): Promise<VerifyResponse> {
  let found = VerifyResponse.fromPartial({});
  await withMaintenance(invocation, async (maintenance) => {
    found = await maintenance.call('verify', { partition });
  });
  return found;
}

/** `stock verify`: one JSON line per difference; fails when there is any. */
async function stockVerify(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const { records, operations, differences } = await verifyStock(
    invocation,
    option('partition') ?? '',
  );
  for (const each of differences) output.row(Difference.toJSON(each));
  output.row({ records, operations, differences: differences.length });
  if (differences.length > 0) throw new Error(`${differences.length} differences`);
}

/** `stock repair`: one JSON line per thing to put right, with its value before and after. */
async function stockRepair(invocation: Invocation): Promise<void> {
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
    const repairId = repairIdOf(option('request-id'));
    for (let from = 0; from === 0 || from < refs.length; from += HOLDS_AT_ONCE) {
      const { items } = await maintenance.call('repair', {
        sellerId,
        repairId: from === 0 ? repairId : `${repairId.slice(0, 20)}.${from}`,
        actor,
        reason,
        holdRefs: refs.slice(from, from + HOLDS_AT_ONCE),
        shortCells: shortCells && from === 0,
        projections: projections && from === 0,
        apply: flag('apply') && !isDryRun(invocation.environment),
      });
      for (const item of items) output.row(RepairItem.toJSON(item));
    }
  });
}

/** Releases and entries of a repair carry its id: the same id again repeats none of them. */
function repairIdOf(requestId: string | undefined): string {
  if (requestId === undefined) return randomUUID().replaceAll('-', '').slice(0, REPAIR_ID);
  if (/^[\w-]{1,32}$/.test(requestId)) return requestId;
  throw new UsageError('--request-id is up to 32 letters, digits, "_" and "-"');
}

/** `stock rebuild`: one JSON line per partition. */
async function stockRebuild(invocation: Invocation): Promise<void> {
  const { option, flag, output } = invocation;
  const what = { projections: flag('projections'), events: flag('events') };
  if (!what.projections && !what.events) throw new UsageError('--projections or --events');
  await withMaintenance(invocation, async (maintenance) => {
    const asked = { partition: option('partition') ?? '', ...what };
    const { partitions } = await maintenance.call('rebuild', asked);
    for (const each of partitions) output.row(RebuiltPartition.toJSON(each));
  });
}

/** Its part of the command line. */
export const STOCK_MAINTENANCE_COMMANDS: readonly Command[] = [
  {
    name: 'stock holds',
    summary: 'every open hold, oldest first',
    needs: ['seller'],
    takes: [['item', 'holds of this item only'], 'sku', 'limit', 'from'],
    variables: ['INVENTORY_ADDRESS', 'CATALOG_ADDRESS'],
    examples: ['stock holds --seller 21230', 'stock holds --seller 21230 --item 5371 --limit 20'],
    run: stockHolds,
  },
  {
    name: 'stock verify',
    summary: 'folds the journal and prints what differs; exit code 1 when anything does',
    takes: ['partition'],
    variables: ['INVENTORY_ADMIN_ADDRESS'],
    examples: ['stock verify'],
    run: stockVerify,
  },
  {
    name: 'stock repair',
    words: ['[HOLD...]'],
    summary:
      'prints what it would put right, before and after; does it with --apply. HOLD: release this one',
    needs: ['seller', 'actor', 'reason'],
    takes: ['orders', 'short-cells', 'projections', 'apply', 'request-id'],
    variables: ['INVENTORY_ADMIN_ADDRESS', 'INVENTORY_ADDRESS', 'ORDER_ADDRESS'],
    examples: ['stock repair --seller 21230 --orders --actor li --reason "closed orders" --apply'],
    changes: true,
    run: stockRepair,
  },
  {
    name: 'stock rebuild',
    summary: 'makes projections, or Kafka events, anew from the journal while it serves',
    takes: ['partition', 'projections', 'events'],
    variables: ['INVENTORY_ADMIN_ADDRESS'],
    examples: ['stock rebuild --projections'],
    changes: true,
    run: stockRebuild,
  },
];
