import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok, orderKey } from '@astrolabe/kernel';
import type { StockOutcome } from '../../domain/commands.ts';
import {
  alerted,
  claimed,
  creditTaken,
  expired,
  holdsPlanned,
  isConfirmed,
  isStepDue,
  leased,
  mayTake,
  nextStep,
  notReserved,
  owing,
  refused,
  reserved,
  settled,
  stepFailed,
} from '../../domain/mall/life.ts';
import type { MallStep } from '../../domain/mall/life.ts';
import type { MallOrder, MallProblem } from '../../domain/mall/order.ts';
import { holdOf } from '../../domain/mall/order.ts';
import { planHolds } from '../../domain/mall/plan.ts';
import type { Stock, StockVerb } from '../ports.ts';
import type { Budgets, MallCatalog, MallCredit, MallNotes, MallOrders } from './ports.ts';

export type DriveMallDeps = {
  readonly orders: Pick<MallOrders, 'load' | 'change'>;
  readonly stock: Pick<Stock, 'execute' | 'free'>;
  readonly catalog: Pick<MallCatalog, 'placesServing'>;
  readonly credit: MallCredit;
  readonly budgets: Budgets;
  readonly notes: MallNotes;
  readonly clock: Clock;
  /** Names this process, in which one caller at a time takes the steps of an order. */
  readonly me: string;
};

/** More than one call takes: what is begun ends before the lease does. */
const CALL_MS = 7_000;

/** Claims, credit, a plan or three with a reservation each, and what is given back. */
const STEPS_MAX = 16;

/**
 * Takes the steps of an order, one after the other: those that are due, or all (`isAsked`: a caller waits).
 * Every step may be taken twice: what is taken bears the order's name.
 */
export const makeDriveMallOrder =
  (deps: DriveMallDeps) =>
  async (name: OrderRef, isAsked: boolean): Promise<void> => {
    // How often this run found less than it had planned with.
    const tries = { count: 0 };
    for (let count = 0; count < STEPS_MAX; count += 1) {
      const found = await deps.orders.load(name);
      const now = deps.clock();
      const step = found && nextStep(found.order, now);
      if (!step || !(isAsked || count > 0 || isStepDue(found.order, now))) return;
      if (!(await mayGoOn(deps, found.order, now))) return;
      try {
        await taken(deps, found.order, step, tries);
      } catch (error) {
        deps.notes.stepFailed(name, step, error);
        await change(deps, found.order, (current) => stepFailed(current, deps.clock()));
        return;
      }
    }
  };

/** Whether this process takes the steps; it takes over a draft that another one has left, and renews a lease. */
async function mayGoOn(deps: DriveMallDeps, order: MallOrder, now: Date): Promise<boolean> {
  const { me } = deps;
  const { state, lease } = order;
  if (state !== 'DRAFT') return true;
  const left = (lease?.until.getTime() ?? 0) - now.getTime();
  if (lease?.by === me && left >= CALL_MS) return true;
  if (!mayTake(order, me, now)) return false;
  const after = await change(deps, order, (current) => leased(current, me, now));
  return after.lease?.by === me && after.draft === order.draft && after.plans === order.plans;
}

async function taken(
  deps: DriveMallDeps,
  order: MallOrder,
  step: MallStep,
  tries: { count: number },
): Promise<void> {
  const { clock, notes } = deps;
  switch (step) {
    case 'CLAIM':
      return await claim(deps, order);
    case 'CREDIT':
      return await takeCredit(deps, order);
    case 'RESERVE':
      return await reserve(deps, order, tries);
    case 'EXPIRE':
      await change(deps, order, (current) => {
        const over = expired(current, '', clock());
        return over.ok ? over.value.order : current;
      });
      return;
    case 'ALERT':
      notes.openForLong(order);
      await change(deps, order, (current) => alerted(current, clock()));
      return;
    case 'RELEASE': {
      const outcome = await execute(deps, order, RELEASE);
      if (outcome.kind !== 'done') throw new Error(`the inventory refused: ${outcome.reason}`);
      await change(deps, order, (current) => settled(current, 'stock', clock()));
      return;
    }
    case 'FREE':
      await deps.credit.free(order);
      await change(deps, order, (current) => settled(current, 'credit', clock()));
      return;
    case 'SETTLE':
      return await settle(deps, order);
  }
}

async function claim(deps: DriveMallDeps, order: MallOrder): Promise<void> {
  const { clock } = deps;
  if (order.claims.length > 0 && !order.owes.claims) {
    await change(deps, order, (current) => owing(current, 'claims'));
  }
  const refusal = await firstRefused(deps, order);
  const after = await change(deps, order, (current) =>
    refusal ? refused(current, refusal, clock()) : claimed(current, clock()),
  );
  // Another process has ended the order meanwhile: these parts came too late to be given back with it.
  if (after.state !== 'DRAFT' && !after.owes.claims) await giveBack(deps, order);
}

async function firstRefused(
  { budgets }: DriveMallDeps,
  { orderRef, claims }: MallOrder,
): Promise<MallProblem | null> {
  for (const one of claims) {
    if (await budgets.take(orderRef.sellerId, one, orderKey(orderRef))) continue;
    return { code: one.kind === 'PROMOTION' ? 'STOCK_NOT_ENOUGH' : 'HOLD_BUDGET', subject: '' };
  }
  return null;
}

async function giveBack(
  { budgets }: DriveMallDeps,
  { orderRef, claims }: MallOrder,
): Promise<void> {
  for (const one of claims) await budgets.giveBack(orderRef.sellerId, one, orderKey(orderRef));
}

async function takeCredit(deps: DriveMallDeps, order: MallOrder): Promise<void> {
  const { credit, clock } = deps;
  if (!order.owes.credit) {
    await change(deps, order, (current) => owing(current, 'credit'));
  }
  const reason = await credit.take(order);
  await change(deps, order, (current) =>
    reason === null
      ? creditTaken(current, clock())
      : refused(current, { code: 'CREDIT_NOT_ENOUGH', subject: reason }, clock()),
  );
}

async function reserve(
  deps: DriveMallDeps,
  order: MallOrder,
  tries: { count: number },
): Promise<void> {
  const { clock } = deps;
  if (!order.holds) {
    const plan = planHolds(order.lines, await freeInArea(deps, order));
    await change(deps, order, (current) =>
      plan.kind === 'planned'
        ? holdsPlanned(current, plan.holds, clock())
        : refused(
            current,
            { code: 'STOCK_NOT_ENOUGH', subject: skuOf(order, plan.lineId) },
            clock(),
          ),
    );
    return;
  }
  const outcome = await execute(deps, order, reservation(order));
  if (outcome.kind === 'insufficient') tries.count += 1;
  let isCurrent = false;
  await change(deps, order, (current) => {
    isCurrent = current.plans === order.plans && current.holds !== null;
    if (!isCurrent) return current;
    if (outcome.kind === 'done') return reserved(current, clock());
    if (outcome.kind === 'insufficient') return notReserved(current, tries.count, clock());
    return refused(current, { code: 'STOCK_NOT_ENOUGH', subject: outcome.reason }, clock());
  });
  // Another process has given this plan up meanwhile: what it held after all is nobody's.
  if (outcome.kind === 'done' && !isCurrent) await execute(deps, order, RELEASE);
}

const skuOf = ({ lines }: MallOrder, lineId: string): string =>
  lines.find((line) => line.lineId === lineId)?.sku ?? '';

async function freeInArea({ catalog, stock }: DriveMallDeps, order: MallOrder) {
  const { orderRef, areaId, lines } = order;
  const places = await catalog.placesServing(orderRef.sellerId, areaId);
  if (places.length === 0) return [];
  const goodsIds = [...new Set(lines.map(({ goodsId }) => goodsId))];
  return await stock.free(orderRef.sellerId, goodsIds, places);
}

const reservation = ({ holds }: MallOrder): StockVerb => ({
  kind: 'reserve',
  // Purchasers have a budget of pieces of their own: one that counts holds would count orders too.
  buyerRef: '',
  // Never released by itself: a confirmation may come (document 004, G-G8). Expiry is the order's.
  policy: { kind: 'CERTAIN', ttlMs: 0n },
  lines: (holds ?? []).map(({ lineId, goodsId, quantityMilli, place }) => ({
    subOrderId: lineId,
    goodsId,
    quantityMilli,
    at: { place, kind: 'CERTAIN' },
  })),
});

const RELEASE: StockVerb = { kind: 'release', subOrderIds: [], reason: 'pre-order over' };

const execute = (deps: DriveMallDeps, order: MallOrder, verb: StockVerb): Promise<StockOutcome> =>
  deps.stock.execute({
    orderRef: order.orderRef,
    operationId: `${orderKey(order.orderRef)}/mall/${verb.kind}/${order.plans}`,
    hold: holdOf(order),
    verb,
  });

/** What was claimed is given back; of an order, what a promotion has in all is used up. */
async function settle(deps: DriveMallDeps, order: MallOrder): Promise<void> {
  const { budgets, clock } = deps;
  const { orderRef, claims } = order;
  for (const one of claims) {
    const isSpent = one.kind === 'PROMOTION' && isConfirmed(order.state);
    const token = orderKey(orderRef);
    if (isSpent) await budgets.spend(orderRef.sellerId, one, token);
    else await budgets.giveBack(orderRef.sellerId, one, token);
  }
  await change(deps, order, (current) => settled(current, 'claims', clock()));
}

async function change(
  { orders, notes }: Pick<DriveMallDeps, 'orders' | 'notes'>,
  { orderRef }: MallOrder,
  next: (order: MallOrder) => MallOrder,
): Promise<MallOrder> {
  let before: MallOrder | null = null;
  const changed = await orders.change(orderRef, (current) => {
    if (!current) throw new TypeError('an order that is due has a document');
    before = current;
    return ok(next(current));
  });
  const from = (before as MallOrder | null)?.state;
  if (!changed.ok) throw new TypeError('a change that refuses nothing is stored');
  const { order } = changed.value;
  if (from && from !== order.state) notes.moved(order, from);
  return order;
}
