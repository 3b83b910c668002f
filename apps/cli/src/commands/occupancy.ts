import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { placeToMessage } from '@astrolabe/contracts';
import { OccupancyServiceClient } from '@astrolabe/contracts/inventory';
import type { OccupancyItem, OccupancyOutcome } from '@astrolabe/contracts/inventory';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import { pagesOf } from '@astrolabe/grpc';
import { placeFromKey } from '@astrolabe/kernel';
import { isDryRun, peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { PartlyFailed, UsageError, required } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';
import { itemsIn, lineOf } from './occupancy-plan.ts';
import { isOrphan, orphanedHolds } from './orphaned-holds.ts';

const DEADLINE_MS = 60_000;
const PAGE = 500;
/** As many as one request takes. */
const ITEMS_AT_ONCE = 500;
/** The longest id of a request, less what tells its parts apart. */
const ID_MAX = 26;

/** `occupancy diff`: where reports and our own counts do not agree, a line each, which is a plan for `occupancy adjust`. */
async function occupancyDiff({ option, flag, environment, output }: Invocation): Promise<void> {
  const sellerId = required(option('seller'), '--seller');
  const kind = option('kind') ?? '';
  const named = option('place');
  const place = named === undefined ? null : placeFromKey(named);
  if (named !== undefined && !place) throw new UsageError('--place is STORE:ID or WAREHOUSE:ID');
  const peer = peerOf(environment, 'INVENTORY_ADDRESS', DEADLINE_MS);
  await withClient(OccupancyServiceClient, peer, async (client) => {
    const asked = { sellerId, kind, place: place ? placeToMessage(place) : undefined };
    const ask = (token: string) =>
      client.call('listDivergences', { ...asked, page: { size: PAGE, token } });
    for await (const { divergences } of pagesOf(ask)) {
      for (const one of divergences) output.row(lineOf(one));
    }
  });
  if (!flag('orders')) return;
  for (const release of await orphanedHolds(environment, sellerId)) output.row({ release });
}

/**
 * `occupancy adjust`: carries a plan out, with an outcome for each item; without --apply it says what would be done. What has changed
 * since the plan was made is left alone.
 */
async function occupancyAdjust(invocation: Invocation): Promise<void> {
  const { option, flag, environment, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const actor = required(option('actor'), '--actor');
  const apply = flag('apply') && !isDryRun(environment);
  const reason = apply ? required(option('reason'), '--reason') : (option('reason') ?? '');
  const requestId = requestIdOf(option('request-id'));
  const file = required(option('plan'), '--plan');
  const items = itemsOf(file === '-' ? await invocation.input() : await readFile(file, 'utf8'));
  const open = await openOrders(environment, sellerId, items);
  const may = items.filter((item) => !open.has(item));
  const outcomes = new Map<OccupancyItem, OccupancyOutcome>();
  const peer = peerOf(environment, 'INVENTORY_ADDRESS', DEADLINE_MS);
  await withClient(OccupancyServiceClient, peer, async (client) => {
    for (let from = 0; from < may.length; from += ITEMS_AT_ONCE) {
      const part = may.slice(from, from + ITEMS_AT_ONCE);
      const id = from === 0 ? requestId : `${requestId}.${from}`;
      const asked = { sellerId, requestId: id, actor, reason, items: part, apply };
      const done = await client.call('adjustOccupancy', asked);
      for (const [index, item] of part.entries()) {
        const outcome = done.outcomes[index];
        if (outcome) outcomes.set(item, outcome);
      }
      output.progress(`${outcomes.size} of ${may.length}`);
    }
  });
  const rows = items.map((item) => outcomes.get(item) ?? leftAlone(item));
  for (const row of rows) output.row(row);
  if (!apply) output.note('Nothing was changed; --apply does it.');
  failIfRefused(rows);
}

function itemsOf(plan: string): readonly OccupancyItem[] {
  try {
    return itemsIn(plan);
  } catch (error) {
    throw new UsageError(`--plan: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const leftAlone = ({ item }: OccupancyItem): OccupancyOutcome => ({
  key: item?.$case === 'releaseHoldRef' ? item.value : '',
  before: '',
  after: '',
  outcome: 'ORDER_OPEN',
  ok: false,
});

/** Holds of the plan whose orders go on: they are left alone. */
async function openOrders(
  environment: Environment,
  sellerId: string,
  items: readonly OccupancyItem[],
): Promise<ReadonlySet<OccupancyItem>> {
  const holds = items.flatMap((item) =>
    item.item?.$case === 'releaseHoldRef' ? [{ item, holdRef: item.item.value }] : [],
  );
  const open = new Set<OccupancyItem>();
  if (holds.length === 0) return open;
  const peer = peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS);
  await withClient(OrderServiceClient, peer, async (orders) => {
    for (const { item, holdRef } of holds) {
      if (!(await isOrphan(orders, sellerId, holdRef))) open.add(item);
    }
  });
  return open;
}

/** @throws PartlyFailed when some items were refused, Error when all were. */
function failIfRefused(outcomes: readonly { readonly ok: boolean }[]): void {
  const refused = outcomes.filter(({ ok }) => !ok).length;
  if (refused === 0) return;
  const what = `${refused} of ${outcomes.length} items were refused`;
  throw refused === outcomes.length ? new Error(what) : new PartlyFailed(what);
}

/** The journal keeps it: the same id again repeats nothing. */
function requestIdOf(given: string | undefined): string {
  if (given === undefined) return randomUUID().replaceAll('-', '').slice(0, ID_MAX);
  if (/^[\w-]{1,26}$/.test(given)) return given;
  throw new UsageError('--request-id is up to 26 letters, digits, "_" and "-"');
}

/** Its part of the command line. */
export const OCCUPANCY_COMMANDS: readonly Command[] = [
  {
    name: 'occupancy diff',
    summary:
      'where reports of places and our own counts do not agree, as a plan for `occupancy adjust`',
    needs: ['seller'],
    takes: [['kind', 'SHORT or UNREPORTED; both without'], 'place', 'orders'],
    variables: ['INVENTORY_ADDRESS', 'ORDER_ADDRESS'],
    examples: [
      'occupancy diff --seller 21230',
      'occupancy diff --seller 21230 --kind SHORT --place WAREHOUSE:WH-01',
    ],
    run: occupancyDiff,
  },
  {
    name: 'occupancy adjust',
    summary: 'carries a plan of `occupancy diff` out, with an outcome for each item',
    needs: ['seller', 'plan', 'actor'],
    takes: [['reason', 'why it is done; needed with --apply'], 'request-id', 'apply'],
    variables: ['INVENTORY_ADDRESS', 'ORDER_ADDRESS'],
    examples: [
      'occupancy adjust --seller 21230 --plan plan.jsonl --actor li',
      'occupancy adjust --seller 21230 --plan - --actor li --reason "counted again" --apply',
    ],
    changes: true,
    columns: ['key', 'before', 'after', 'outcome', 'ok'],
    run: occupancyAdjust,
  },
];
