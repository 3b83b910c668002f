import type { Result } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type { Body, Command } from '../../domain/commands.ts';
import type { Hold } from '../../domain/holds.ts';
import { isOpen } from '../../domain/holds.ts';
import { partitionOf } from '../../domain/partition-of.ts';
import type { CellView } from '../../domain/read.ts';
import { cellKey } from '../../domain/goods.ts';
import type { Host } from '../hosting/host.ts';
import type { Inventory, Refusal } from '../inventory.ts';
import type { makeRebuild } from './rebuild.ts';
import type { makeVerify } from './verify.ts';

export type RepairRequest = {
  readonly sellerId: string;
  /** Names the repair in the journal; the same repair again changes nothing. */
  readonly repairId: string;
  readonly actor: string;
  readonly reason: string;
  /** Holds whose orders are closed or unknown; who asks has made sure of that. */
  readonly holdRefs: readonly string[];
  readonly shortCells: boolean;
  readonly projections: boolean;
  /** False: only says what it would do. */
  readonly apply: boolean;
};

export type RepairItem = {
  readonly what: 'HOLD' | 'CELL' | 'PROJECTION' | 'MEMORY' | 'HOLDS' | 'JOURNAL';
  readonly key: string;
  readonly before: string;
  readonly after: string;
  /** PLANNED, APPLIED, NOTHING_TO_DO, NOT_REPAIRABLE, or why the writer refused it. */
  readonly outcome: string;
};

type Step = { readonly item: RepairItem; readonly command: Command | null };

/**
 * Plans what a repair would change, and does it if `apply` is set: stock and holds by commands to the
 * partition's writer, which journals them like any other; projections by writing them anew. What was
 * decided meanwhile wins: a cell that has changed since it was looked at is left alone.
 */
export function makeRepair(deps: {
  readonly hosts: readonly Host[];
  readonly inventory: Inventory;
  readonly verify: ReturnType<typeof makeVerify>;
  readonly rebuild: ReturnType<typeof makeRebuild>;
}) {
  const { inventory } = deps;
  return async (
    request: RepairRequest,
    leftMs: number,
  ): Promise<Result<readonly RepairItem[], Refusal>> => {
    const steps: Step[] = [];
    for (const [at, ref] of request.holdRefs.entries()) {
      const found = await inventory.hold(request.sellerId, ref, leftMs);
      if (!found.ok) return found;
      steps.push(holdStep(request, at, ref, found.value));
    }
    if (request.shortCells) {
      const found = await inventory.short(request.sellerId, leftMs);
      if (!found.ok) return found;
      steps.push(...found.value.map((cell) => cellStep(request, cell)));
    }
    const items = await carryOut(inventory, request, steps, leftMs);
    if (!items.ok || !request.projections) return items;
    return ok([...items.value, ...(await differences(deps, request, leftMs))]);
  };
}

const commandOf = (request: RepairRequest, name: string, body: Body): Command => ({
  operationId: `repair:${request.repairId}:${name}`,
  sellerId: request.sellerId,
  actor: request.actor,
  messageId: `repair:${request.repairId}`,
  body,
});

function holdStep(request: RepairRequest, at: number, ref: string, found: Hold | null): Step {
  const open = found?.lines.filter(isOpen) ?? [];
  const item = { what: 'HOLD', key: ref, before: textOf(found), after: 'RELEASED' } as const;
  if (open.length === 0) {
    return { item: { ...item, after: item.before, outcome: 'NOTHING_TO_DO' }, command: null };
  }
  const { reason } = request;
  const command = commandOf(request, `hold-${at}`, { verb: 'REPAIR_HOLD', ref, reason });
  return { item: { ...item, outcome: 'PLANNED' }, command };
}

const textOf = (found: Hold | null): string =>
  found
    ? found.lines.map((line) => `${line.lineId} ${line.state} ${line.open}`).join(', ')
    : 'unknown';

/** Somebody said that there is less than was promised: the number is set to what is promised. */
function cellStep(request: RepairRequest, cell: CellView): Step {
  const { goodsId, place, kind, quantity, held } = cell;
  const before = `${quantity}/${held}`;
  const item = { what: 'CELL', key: cellKey(cell), before, after: `${held}/${held}` } as const;
  const command = commandOf(request, `cell-${cell.number}`, {
    verb: 'REPAIR_CELL',
    place,
    goodsId,
    kind,
    expected: { quantity, held },
    quantity: held,
    reason: request.reason,
  });
  return { item: { ...item, outcome: 'PLANNED' }, command };
}

async function carryOut(
  inventory: Inventory,
  request: RepairRequest,
  steps: readonly Step[],
  leftMs: number,
): Promise<Result<readonly RepairItem[], Refusal>> {
  const commands = steps.flatMap(({ command }) => command ?? []);
  if (!request.apply || commands.length === 0) return ok(steps.map(({ item }) => item));
  const outcomes = await inventory.execute(commands, leftMs);
  if (!outcomes.ok) return outcomes;
  const results = outcomes.value.values();
  return ok(
    steps.map(({ item, command }) => {
      const outcome = command && results.next().value?.outcome;
      return outcome ? { ...item, outcome: outcome.reason || outcome.status } : item;
    }),
  );
}

/**
 * What the journal says against what is shown. Only a projection can be written anew from here:
 * memory that differs is dropped by a restart, a journal that is broken comes from a backup.
 */
async function differences(
  deps: Parameters<typeof makeRepair>[0],
  { sellerId, apply }: RepairRequest,
  leftMs: number,
): Promise<RepairItem[]> {
  const partition = partitionOf(sellerId, deps.hosts.length);
  const { differences: found } = await deps.verify(partition);
  const isShown = found.some(({ what }) => what === 'PROJECTION');
  const [rebuilt] =
    apply && isShown
      ? await deps.rebuild(partition, { projections: true, events: false }, leftMs)
      : [];
  const outcome = rebuilt ? (rebuilt.done ? 'APPLIED' : 'UNDER_WAY') : 'PLANNED';
  return found.map(({ what, key, expected, found: before }) => ({
    what,
    key,
    before,
    after: expected,
    outcome: what === 'PROJECTION' ? outcome : 'NOT_REPAIRABLE',
  }));
}
