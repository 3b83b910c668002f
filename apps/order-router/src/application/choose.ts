import type { Clock } from '@astrolabe/kernel';
import { basisOf, routingOrderOf } from '../domain/allocation.ts';
import type { Choice } from '../domain/commands.ts';
import type { OrderState } from '../domain/order.ts';
import { orderKey } from '../domain/order.ts';
import { inputText, outcomeText, recordText } from '../domain/routing/record.ts';
import { route } from '../domain/routing/route.ts';
import type { Catalog, DecisionArchive, Rules, Stock } from './ports.ts';

/** Records up to this many characters stay in the order document. */
const MAX_RECORD_INSIDE = 4096;

export type ChooseDeps = {
  readonly stock: Pick<Stock, 'free'>;
  readonly catalog: Pick<Catalog, 'routingStores'>;
  readonly rules: Rules;
  readonly archive: DecisionArchive;
  readonly clock: Clock;
};

/** Id under which the record of a decision is kept when it is long. */
export const decisionId = (state: OrderState): string =>
  `${orderKey(state.sellerId, state.tradeId)}#${state.allocation}.${state.attempt}`;

/**
 * Looks at rules, stores and stock, and picks a place for the waiting lines. Nothing is held or
 * changed: the choice counts when the document takes it.
 */
export const makeChoose =
  (deps: ChooseDeps) =>
  async (state: OrderState): Promise<Choice> => {
    const order = routingOrderOf(state, deps.clock());
    const [rules, stores, stock] = await Promise.all([
      deps.rules.rules(state.sellerId),
      deps.catalog.routingStores(state.sellerId, unique(order.lines.map((line) => line.itemId))),
      deps.stock.free(state.sellerId, unique(order.lines.map((line) => line.goodsId))),
    ]);
    const input = { order, rules, snapshot: { stores, stock } };
    const outcome = route(input);
    const record = recordText({ input: inputText(input), outcome: outcomeText(outcome) });
    const inside = record.length <= MAX_RECORD_INSIDE;
    if (!inside) await deps.archive.keep(decisionId(state), record);
    const { chosen } = outcome;
    return {
      basis: basisOf(state),
      chosen: chosen && { place: chosen.place, name: chosen.name },
      kinds: Object.fromEntries((chosen?.lines ?? []).map((l) => [l.subOrderId, l.kind])),
      record: inside ? record : null,
    };
  };

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
