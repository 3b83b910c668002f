import type { Clock, Place } from '@astrolabe/kernel';
import { assertNever, invariant } from '@astrolabe/kernel';
import type { Choice, StockOutcome } from '../domain/commands.ts';
import { decide } from '../domain/decide.ts';
import type { OrderState } from '../domain/order.ts';
import type { Step } from '../domain/step.ts';
import type { Capacity, Notes, Orders, Stock, StockVerb } from './ports.ts';

export type DriveDeps = {
  readonly orders: Pick<Orders, 'change'>;
  readonly stock: Pick<Stock, 'execute'>;
  readonly capacity: Pick<Capacity, 'claim' | 'release'>;
  readonly choose: (state: OrderState) => Promise<Choice>;
  readonly notes: Notes;
  readonly clock: Clock;
};

/** More than an order can owe at once; a guard against driving in circles. */
const MAX_STEPS_AT_A_TIME = 50;

/** Time that the calls of one step may need; with less lease left the step is left alone. */
const NEEDED_LEASE_MS = 10_000;

/**
 * Performs what an order owes, from the head step on, until nothing is left or an answer does not
 * come. The caller must hold the lease of the head step (`drive` of the write before). A step is sent
 * again after a crash or a lost answer; its operation id makes that one effect.
 */
export const makeDrive =
  (deps: DriveDeps) =>
  async (start: OrderState): Promise<OrderState> => {
    let state = start;
    for (let count = 0; count < MAX_STEPS_AT_A_TIME; count += 1) {
      const head = state.steps[0];
      if (!head || !hasLease(state, deps.clock())) return state;
      const performed = await perform(deps, state, head).catch(async (error: unknown) => {
        const until = await postpone(deps, state, head, error);
        deps.notes.postponed(state.orderRef, head.kind, error, until);
        return null;
      });
      if (!performed) return state;
      if (isStrange(head, performed.outcome)) {
        deps.notes.stockRefused(state.orderRef, head.kind, performed.outcome.reason);
      }
      const next = await finish(deps, state, head, performed);
      if (!next) return state;
      if (!next.mine) return next.state;
      state = next.state;
    }
    return state;
  };

/** Missing stock is part of the business where stock is asked for, and nowhere else. */
const isStrange = (
  head: Step,
  outcome: StockOutcome,
): outcome is Exclude<StockOutcome, { kind: 'done' }> =>
  outcome.kind === 'refused' || (outcome.kind === 'insufficient' && !MAY_LACK.includes(head.kind));

const MAY_LACK: readonly Step['kind'][] = ['reserve', 'claim', 'route'];

const hasLease = (state: OrderState, now: Date): boolean =>
  state.nextAt !== null && state.nextAt.getTime() - now.getTime() >= NEEDED_LEASE_MS;

type Performed = { readonly outcome: StockOutcome; readonly choice: Choice | null };

const NOTHING: StockOutcome = { kind: 'done', places: {} };

async function perform(deps: DriveDeps, state: OrderState, head: Step): Promise<Performed> {
  if (head.kind === 'choose') return { outcome: NOTHING, choice: await deps.choose(state) };
  const outcome = await performOutside(deps, state, head);
  return { outcome, choice: await choiceAfter(deps, state, head, outcome) };
}

type Outside = Exclude<Step, { kind: 'choose' }>;
type StockStep = Exclude<Outside, { kind: 'claim' | 'unclaim' }>;

async function performOutside(
  deps: DriveDeps,
  state: OrderState,
  head: Outside,
): Promise<StockOutcome> {
  const { orderRef } = state;
  if (head.kind === 'claim') {
    const had = await deps.capacity.claim(orderRef.sellerId, head.claim);
    return had ? NOTHING : { kind: 'insufficient', reason: 'CAP_REACHED' };
  }
  if (head.kind === 'unclaim') {
    await deps.capacity.release(orderRef.sellerId, head.claim);
    return NOTHING;
  }
  let places: Readonly<Record<string, Place>> = {};
  for (const { hold, step } of byHold(state, head)) {
    // The holds of an order know nothing of each other, so each has its own operation.
    const operationId = hold === 0 ? head.id : `${head.id}#${hold}`;
    const verb = verbOf(state, step);
    const outcome = await deps.stock.execute({ orderRef, operationId, hold, verb });
    if (outcome.kind !== 'done') return outcome;
    places = { ...places, ...outcome.places };
  }
  return { kind: 'done', places };
}

/**
 * The parts of a step by the hold that its lines are in: lines that a refund had closed and that came
 * back are in a hold of their own. A line changes its hold only when the step that reserves it is done.
 * Lines that ride along are in none.
 */
function byHold(state: OrderState, step: StockStep): { hold: number; step: StockStep }[] {
  const ids = step.kind === 'route' ? step.moving : step.subOrderIds;
  const lines = state.lines.filter(({ subOrderId, rides }) => !rides && ids.includes(subOrderId));
  if (step.kind === 'reserve' && lines.length > 0) {
    const subOrderIds = lines.map(({ subOrderId }) => subOrderId);
    return [{ hold: step.hold, step: { ...step, subOrderIds } }];
  }
  const holds = [...new Set(lines.map(({ hold }) => hold))].toSorted((a, b) => a - b);
  return holds.map((hold) => {
    const own = lines.filter((line) => line.hold === hold).map(({ subOrderId }) => subOrderId);
    if (step.kind === 'route') return { hold, step: { ...step, moving: own } };
    return { hold, step: { ...step, subOrderIds: own } };
  });
}

/**
 * Chooses ahead when the outcome leads to a choice, which saves a write. What the choice needs may be
 * out of reach; then the outcome is stored alone and the choice becomes the next step.
 */
async function choiceAfter(
  deps: DriveDeps,
  state: OrderState,
  head: Step,
  outcome: StockOutcome,
): Promise<Choice | null> {
  const done = { kind: 'stepDone', stepId: head.id, outcome, choice: null } as const;
  const ahead = decide(state, done, deps.clock());
  const then = ahead.ok ? ahead.value.state : null;
  if (then?.steps[0]?.kind !== 'choose') return null;
  return deps.choose(then).catch(() => null);
}

async function finish(
  deps: DriveDeps,
  state: OrderState,
  head: Step,
  performed: Performed,
): Promise<{ state: OrderState; mine: boolean } | null> {
  const command = { kind: 'stepDone', stepId: head.id, ...performed } as const;
  const stored = await deps.orders.change(state.orderRef, (s) => decide(s, command, deps.clock()));
  invariant(stored.ok, 'the outcome of a step is never refused');
  const next = stored.value.state;
  if (!next) return null;
  // A choice that was overtaken by another event left the head as it was, and the lease with us.
  const again = next.steps[0]?.id === head.id && next.nextAt?.getTime() === state.nextAt?.getTime();
  return { state: next, mine: stored.value.drive || again };
}

async function postpone(
  deps: DriveDeps,
  state: OrderState,
  head: Step,
  error: unknown,
): Promise<Date | null> {
  const reason = `${head.kind}: ${error instanceof Error ? error.name : 'failure'}`;
  const command = { kind: 'stepPostponed', stepId: head.id, reason } as const;
  const stored = await deps.orders.change(state.orderRef, (s) => decide(s, command, deps.clock()));
  const after = stored.ok ? stored.value.state : null;
  return after?.steps[0]?.id === head.id ? after.nextAt : null;
}

/** The stock command of a step. It depends on nothing that can change while the step waits. */
function verbOf(state: OrderState, step: StockStep): StockVerb {
  switch (step.kind) {
    case 'reserve':
      return {
        kind: 'reserve',
        buyerRef: state.buyerRef,
        policy: state.holdPolicy,
        lines: state.lines
          .filter((line) => step.subOrderIds.includes(line.subOrderId))
          .map(({ subOrderId, goodsId, quantityMilli }) => ({
            subOrderId,
            goodsId,
            quantityMilli,
          })),
      };
    case 'route':
      return {
        kind: 'route',
        lines: step.targets
          .filter((target) => step.moving.includes(target.subOrderId))
          .map(({ subOrderId, place, kind }) => ({ subOrderId, place, stock: kind })),
      };
    case 'release':
    case 'giveBack':
      return { kind: step.kind, subOrderIds: step.subOrderIds, reason: step.reason };
    case 'consume':
      return {
        kind: 'consume',
        subOrderIds: step.subOrderIds,
        shipmentRef: step.shipment.mailNo || step.id,
      };
    case 'accept':
    case 'refuse':
      return { kind: step.kind, subOrderIds: step.subOrderIds };
    default:
      return assertNever(step, 'step');
  }
}
