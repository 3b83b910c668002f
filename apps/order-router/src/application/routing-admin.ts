import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { routingOrderOf } from '../domain/allocation.ts';
import type { OrderState } from '../domain/order.ts';
import { changeLines, decisionId } from '../domain/order.ts';
import type { Difference, Explained } from '../domain/routing/explain.ts';
import {
  differenceOf,
  explain,
  removalCounts,
  replaysIdentically,
} from '../domain/routing/explain.ts';
import type { DecisionRecord } from '../domain/routing/record.ts';
import { inputFromText, recordFromText } from '../domain/routing/record.ts';
import { route } from '../domain/routing/route.ts';
import { rulesInForce, rulesOf } from '../domain/routing/rule-set.ts';
import type { RoutingOutcome, RoutingRules } from '../domain/routing/types.ts';
import { readRoutingInput } from './routing-input.ts';
import type { RoutingInputDeps } from './routing-input.ts';
import type { DecisionArchive, KeptDecision, Orders, RuleSets } from './ports.ts';

export type AdminDeps = RoutingInputDeps & {
  readonly orders: Pick<Orders, 'load'>;
  readonly ruleSets: Pick<RuleSets, 'load'>;
  readonly archive: Pick<DecisionArchive, 'find' | 'list'>;
  readonly clock: Clock;
};

export type AdminRefusal =
  'UNKNOWN_TRADE' | 'UNKNOWN_DECISION' | 'UNKNOWN_VERSION' | 'INVALID_PAGE_TOKEN';

/** A decision's name in its order. */
export type DecisionName = {
  readonly allocation: number;
  readonly attempt: number;
  readonly at: Date;
};

export type ToldDecision = DecisionName & {
  readonly orderRef: OrderRef;
  readonly explained: Explained;
};

export type Simulation = {
  readonly decisions: number;
  readonly differences: readonly (DecisionName & Difference & { readonly orderRef: OrderRef })[];
  readonly before: Side;
  readonly after: Side;
  readonly next: string;
};

type Side = {
  readonly removed: ReadonlyMap<string, number>;
  readonly failed: number;
};

/** Decisions of one page of a simulation; each may hold thousands of stores. */
export const MAX_SIMULATED = 50;

/**
 * A decision that the order took, as it was recorded; 0 stands for the last allocation or attempt.
 * Orders name their last ten decisions, and records are kept for 90 days.
 */
export const makeExplain =
  (deps: AdminDeps) =>
  async (
    name: OrderRef,
    allocation: number,
    attempt: number,
  ): Promise<Result<ToldDecision & { readonly replayed: boolean }, AdminRefusal>> => {
    const order = (await deps.orders.load(name))?.state;
    if (!order) return err('UNKNOWN_TRADE');
    const found = await recordOf(deps, order, allocation, attempt);
    if (!found) return err('UNKNOWN_DECISION');
    const { kept, record } = found;
    const explained = explain(inputFromText(record.input));
    return ok({ ...told(kept), explained, replayed: replaysIdentically(record) });
  };

/** What some rules would decide for an order, with recorded inputs or with what is there now. */
export const makeTry =
  (deps: AdminDeps) =>
  async (
    name: OrderRef,
    version: number,
    recorded: boolean,
  ): Promise<Result<ToldDecision, AdminRefusal>> => {
    const order = (await deps.orders.load(name))?.state;
    if (!order) return err('UNKNOWN_TRADE');
    const rules = await rulesNamed(deps, name.sellerId, version);
    if (!rules) return err('UNKNOWN_VERSION');
    if (recorded) {
      const found = await recordOf(deps, order, 0, 0);
      if (!found) return err('UNKNOWN_DECISION');
      const input = inputFromText(found.record.input);
      return ok({ ...told(found.kept), explained: explain({ ...input, rules }) });
    }
    const at = deps.clock();
    const input = await readRoutingInput(deps, routingOrderOf(asWaiting(order), at), rules);
    const { orderRef, allocation, attempt } = order;
    return ok({ orderRef, allocation, attempt, at, explained: explain(input) });
  };

/**
 * Decides a page of recorded decisions twice, by the active rules and by a version of them, each with
 * its recorded inputs. Orders do not influence each other here: stock and loads are the recorded ones.
 */
export const makeSimulate =
  (deps: AdminDeps) =>
  async (
    query: Parameters<DecisionArchive['list']>[0],
    version: number,
  ): Promise<Result<Simulation, AdminRefusal>> => {
    const set = await deps.ruleSets.load(query.sellerId);
    const active = rulesInForce(set);
    const other = await rulesNamed(deps, query.sellerId, version);
    if (!other) return err('UNKNOWN_VERSION');
    const limit = Math.min(query.limit, MAX_SIMULATED);
    const page = await deps.archive.list({ ...query, limit });
    if (!page.ok) return page;
    const pairs = page.value.items.flatMap((kept) => {
      const record = recordFromText(kept.text);
      if (!record) return [];
      const input = inputFromText(record.input);
      const before = route({ ...input, rules: active });
      const after = route({ ...input, rules: other });
      return [{ kept, before, after, difference: differenceOf(before, after) }];
    });
    return ok({
      decisions: pairs.length,
      differences: pairs.flatMap(({ kept, difference }) =>
        difference ? [{ ...told(kept), ...difference }] : [],
      ),
      before: sideOf(pairs.map(({ before }) => before)),
      after: sideOf(pairs.map(({ after }) => after)),
      next: page.value.next,
    });
  };

const sideOf = (outcomes: readonly RoutingOutcome[]): Side => ({
  removed: removalCounts(outcomes),
  failed: outcomes.filter(({ chosen }) => !chosen).length,
});

const told = ({ orderRef, allocation, attempt, at }: KeptDecision) => ({
  orderRef,
  allocation,
  attempt,
  at,
});

async function rulesNamed(
  deps: AdminDeps,
  sellerId: string,
  version: number,
): Promise<RoutingRules | null> {
  const set = await deps.ruleSets.load(sellerId);
  if (version === 0) return rulesInForce(set);
  const found = set.versions.find((known) => known.version === version);
  return found ? rulesOf(found) : null;
}

async function recordOf(
  deps: AdminDeps,
  order: OrderState,
  allocation: number,
  attempt: number,
): Promise<{ kept: KeptDecision; record: DecisionRecord } | null> {
  const taken = order.decisions.findLast(
    (decision) =>
      (allocation === 0 || decision.allocation === allocation) &&
      (attempt === 0 || decision.attempt === attempt),
  );
  const kept =
    taken && (await deps.archive.find(decisionId(order.orderRef, taken.allocation, taken.attempt)));
  const record = kept && recordFromText(kept.text);
  return kept && record ? { kept, record } : null;
}

/** Lines that are alive as if nobody had been chosen for them; refusals count. */
const asWaiting = (order: OrderState): OrderState => {
  const alive = order.lines.filter((line) => line.decided !== 'CLOSED');
  const ids = alive.map((line) => line.subOrderId);
  return changeLines(order, ids, (line) => ({ ...line, decided: 'WAITING' }));
};
