import type { Place, Result, StockKind } from '@astrolabe/kernel';
import { ok, placeKey } from '@astrolabe/kernel';
import type { Command } from '../../domain/commands.ts';
import type { Hold } from '../../domain/holds.ts';
import { isOpen } from '../../domain/holds.ts';
import type { Milli } from '../../domain/quantity.ts';
import type { CellView } from '../../domain/read.ts';
import type { Inventory, Refusal } from '../inventory.ts';

/** Sets the quantity of a number, if it still shows what was planned for. */
export type QuantityItem = {
  readonly what: 'QUANTITY';
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
  readonly expected: { readonly quantity: Milli; readonly held: Milli };
  readonly quantity: Milli;
};

/** Gives up what is still open of a hold; who asks has made sure that its order is over. */
export type ReleaseItem = { readonly what: 'RELEASE'; readonly holdRef: string };

export type OccupancyItem = QuantityItem | ReleaseItem;

export type AdjustRequest = {
  readonly sellerId: string;
  /** Names the plan in the journal; the same again changes nothing. */
  readonly requestId: string;
  readonly actor: string;
  readonly reason: string;
  readonly items: readonly OccupancyItem[];
  /** False: only says what it would do. */
  readonly apply: boolean;
};

export type OccupancyOutcome = {
  readonly key: string;
  readonly before: string;
  readonly after: string;
  readonly outcome: string;
  readonly ok: boolean;
};

/** An item with how it stands now, and why it cannot be done; '' where it can. */
type Looked = {
  readonly item: OccupancyItem;
  readonly key: string;
  readonly before: string;
  readonly after: string;
  readonly obstacle: string;
};

/** What was put right already, or put right before, is no failure. */
const DONE: ReadonlySet<string> = new Set(['APPLIED', 'ALREADY_DONE', 'NOTHING_TO_DO', 'PLANNED']);

/**
 * Carries out a plan by commands to the writer, who decides by what is there at that moment: an item whose number has changed
 * since it was planned is refused alone. Without `apply` it says what would be done.
 */
export const makeAdjust =
  (inventory: Pick<Inventory, 'cell' | 'execute' | 'hold'>) =>
  async (
    request: AdjustRequest,
    leftMs: number,
  ): Promise<Result<readonly OccupancyOutcome[], Refusal>> => {
    const looked: Looked[] = [];
    for (const item of request.items) {
      const found = await look(inventory, request.sellerId, item, leftMs);
      if (!found.ok) return found;
      looked.push(found.value);
    }
    if (!request.apply) {
      return ok(looked.map((one) => outcomeOf(one, one.obstacle || 'PLANNED')));
    }
    const commands = request.items.map((item, at) => commandOf(request, item, at));
    const outcomes = await inventory.execute(commands, leftMs);
    if (!outcomes.ok) return outcomes;
    return ok(
      looked.map((one, at) => {
        const decided = outcomes.value[at]?.outcome;
        return outcomeOf(one, decided ? decided.reason || decided.status : 'UNDECIDED');
      }),
    );
  };

const outcomeOf = (
  { key, before, after }: Pick<Looked, 'after' | 'before' | 'key'>,
  outcome: string,
): OccupancyOutcome => ({ key, before, after, outcome, ok: DONE.has(outcome) });

async function look(
  inventory: Pick<Inventory, 'cell' | 'hold'>,
  sellerId: string,
  item: OccupancyItem,
  leftMs: number,
): Promise<Result<Looked, Refusal>> {
  if (item.what === 'RELEASE') {
    const found = await inventory.hold(sellerId, item.holdRef, leftMs);
    return found.ok ? ok(lookedHold(item, found.value)) : found;
  }
  const found = await inventory.cell(sellerId, item, leftMs);
  return found.ok ? ok(lookedCell(item, found.value)) : found;
}

function lookedHold(item: ReleaseItem, found: Hold | null): Looked {
  const open = found?.lines.filter(isOpen) ?? [];
  const before = found?.lines.map(({ lineId, state }) => `${lineId} ${state}`).join(', ') ?? '';
  const obstacle = found ? (open.length === 0 ? 'NOTHING_TO_DO' : '') : 'UNKNOWN_HOLD';
  return { item, key: item.holdRef, before, after: 'RELEASED', obstacle };
}

function lookedCell(item: QuantityItem, found: CellView | null): Looked {
  const { place, goodsId, kind, quantity, expected } = item;
  const key = `${goodsId} ${placeKey(place)} ${kind}`;
  if (!found) return { item, key, before: '', after: '', obstacle: 'NOT_INITIALISED' };
  const isAsPlanned = found.quantity === expected.quantity && found.held === expected.held;
  return {
    item,
    key,
    before: `${found.quantity}/${found.held}`,
    after: `${quantity}/${found.held}`,
    obstacle: isAsPlanned ? '' : 'CELL_CHANGED',
  };
}

function commandOf(request: AdjustRequest, item: OccupancyItem, at: number): Command {
  const { requestId, sellerId, actor, reason } = request;
  const common = {
    operationId: `adjust:${requestId}:${at}`,
    sellerId,
    actor,
    messageId: `adjust:${requestId}`,
  };
  if (item.what === 'RELEASE') {
    return { ...common, body: { verb: 'REPAIR_HOLD', ref: item.holdRef, reason } };
  }
  const { what: _, ...cell } = item;
  return { ...common, body: { verb: 'REPAIR_CELL', ...cell, reason } };
}
