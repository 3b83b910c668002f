import type { OrderRef, Place, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { routingOrderOf } from '../domain/allocation.ts';
import type { Action, ActionKind, ActionOutcome, NamedTarget } from '../domain/actions/action.ts';
import type { OrderRefusal } from '../domain/commands.ts';
import type { OrderLine, OrderState } from '../domain/order.ts';
import { changeLines } from '../domain/order.ts';
import { route } from '../domain/routing/route.ts';
import { supplies } from '../domain/routing/supply.ts';
import type { Handle } from './handle.ts';
import type { Catalog, Orders } from './ports.ts';
import { rehearse } from './rehearse.ts';
import type { Plan, RehearseDeps } from './rehearse.ts';
import { readRoutingInput } from './routing-input.ts';
import type { RoutingInputDeps } from './routing-input.ts';

export type ActDeps = RoutingInputDeps &
  RehearseDeps & {
    readonly catalog: Pick<Catalog, 'storeName'>;
    readonly orders: Pick<Orders, 'load'>;
    readonly handle: Handle;
  };

/** What an operator wants, as it came in. */
export type Wish = {
  readonly kind: ActionKind;
  readonly key: string;
  readonly by: string;
  readonly reason: string;
  /** Of a re-route; null: wherever the rules say. */
  readonly place: Place | null;
  readonly dryRun: boolean;
};

export type ActRefusal = OrderRefusal | 'UNKNOWN_STORE' | 'INSUFFICIENT_STOCK' | 'NOTHING_FOUND';

/** `outcome` is null while a service does not answer: the order says later how it ended. */
export type Acted =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'done'; readonly outcome: ActionOutcome | null };

/**
 * Does what an operator wants of an order, or tells what it would change. Where an order goes is looked up
 * first: one that no other place could serve stays where it is.
 */
export const makeActOnOrder =
  (deps: ActDeps) =>
  async (name: OrderRef, wish: Wish): Promise<Result<Acted, ActRefusal>> => {
    const order = (await deps.orders.load(name))?.state;
    if (!order) return err('UNKNOWN_TRADE');
    const isKnown = order.actions.some(({ key }) => key === wish.key);
    const target =
      wish.kind === 'REROUTE' && !isKnown ? await targetOf(deps, order, wish) : ok(null);
    if (!target.ok) return target;
    const { kind, key, by, reason } = wish;
    const action: Action = { kind, key, by, reason, target: target.value };
    const command = { kind: 'act', action } as const;
    if (wish.dryRun) {
      const plan = await rehearse(deps, order, command);
      return plan.ok ? ok({ kind: 'plan', plan: plan.value }) : plan;
    }
    const done = await deps.handle(name, command);
    if (!done.ok) return done;
    const record = done.value?.actions.find((one) => one.key === key);
    return ok({ kind: 'done', outcome: record?.outcome ?? null });
  };

/** The place that was named, if it can serve the order; null when the rules may say one and some can. */
async function targetOf(
  deps: ActDeps,
  order: OrderState,
  { place }: Wish,
): Promise<Result<NamedTarget | null, ActRefusal>> {
  const moved = routingOrderOf(movedAway(order), deps.clock());
  if (moved.lines.length === 0 || order.hold || order.allocator !== 'astrolabe') return ok(null);
  if (!place) {
    const { chosen } = route(await readRoutingInput(deps, moved));
    return chosen ? ok(null) : err('NOTHING_FOUND');
  }
  const { sellerId } = order.orderRef;
  const name = place.type === 'STORE' ? await deps.catalog.storeName(sellerId, place.id) : place.id;
  if (name === null) return err('UNKNOWN_STORE');
  const goodsIds = [...new Set(moved.lines.map(({ goodsId }) => goodsId))];
  const supply = supplies(moved.lines, await deps.stock.free(sellerId, goodsIds, [place]));
  if (!supply.of(place.type, place.id).enough) return err('INSUFFICIENT_STOCK');
  const lines = supply.linesAt(place).map(({ subOrderId, kind }) => [subOrderId, kind]);
  return ok({ place, name, kinds: Object.fromEntries(lines) });
}

const MOVABLE: readonly OrderLine['decided'][] = ['WAITING', 'ALLOCATED', 'FAILED'];

/** The order as if its place had been given up. */
function movedAway(order: OrderState): OrderState {
  const movable = order.lines.filter(({ decided }) => MOVABLE.includes(decided));
  const ids = movable.map(({ subOrderId }) => subOrderId);
  return changeLines(order, ids, (line) => ({
    ...line,
    decided: 'WAITING',
    refusedBy: line.place ? [...line.refusedBy, line.place] : line.refusedBy,
  }));
}
