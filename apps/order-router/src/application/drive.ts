import type { Clock, Place } from '@astrolabe/kernel';
import { assertNever, invariant } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { CallWatch, Problem, Succeeded } from '@astrolabe/outbound';
import type { Choice, StockOutcome } from '../domain/commands.ts';
import { decide } from '../domain/decide.ts';
import type { OrderState } from '../domain/order.ts';
import type { Step } from '../domain/step.ts';
import type { Capacity, Notes, Orders, Stock, StockVerb, Stores } from './ports.ts';

export type DriveDeps = {
  readonly orders: Pick<Orders, 'change'>;
  readonly stock: Pick<Stock, 'execute'>;
  readonly capacity: Pick<Capacity, 'claim' | 'release'>;
  readonly stores: Stores;
  readonly choose: (state: OrderState) => Promise<Choice>;
  readonly notes: Notes;
  /** Counts attempts. */
  readonly attempted: CallWatch['attempted'];
  readonly clock: Clock;
};

/** More than an order can owe at once; a guard against driving in circles. */
const MAX_STEPS_AT_A_TIME = 50;

/** Time that the calls of one step may need; with less lease left the step is left alone. */
const NEEDED_LEASE_MS = 10_000;

/**
 * Performs what an order owes, from the head step on, until nothing is left or an answer does not
 * come. The caller must hold the lease of the head step (`drive` of the write before): the write that
 * records a step begins the next one. A step is sent again after a crash or a lost answer without a
 * look-up: its operation id makes that one effect.
 */
export const makeDrive =
  (deps: DriveDeps) =>
  async (start: OrderState): Promise<OrderState> => {
    let current: Turn = { state: start, mine: true };
    let failure: unknown;
    await driveCalls<OrderState, Performed>(
      {
        begin: async () => {
          const { state, mine } = current;
          const isOurs = mine && state.steps.length > 0 && hasLease(state, deps.clock());
          return isOurs ? { call: state, isDoubtful: false, isSpent: false } : null;
        },
        lookUp: async () => null,
        send: (state) => perform(deps, state, headOf(state)),
        record: async (state, outcome) => {
          current =
            outcome.kind === 'succeeded'
              ? await finish(deps, state, outcome)
              : await postpone(deps, state, outcome.problem, failure);
        },
      },
      {
        attempted: deps.attempted,
        threw: (error) => {
          failure = error;
        },
      },
      MAX_STEPS_AT_A_TIME,
    );
    return current.state;
  };

/** An order as this driver knows it; `mine`: its head step is leased to it. */
type Turn = { readonly state: OrderState; readonly mine: boolean };

function headOf({ steps }: OrderState): Step {
  const [head] = steps;
  invariant(head, 'an order that is driven owes a step');
  return head;
}

/** Missing stock is part of the business where stock is asked for, and nowhere else. */
const isStrange = (
  head: Step,
  outcome: StockOutcome,
): outcome is Exclude<StockOutcome, { kind: 'done' }> =>
  (outcome.kind === 'refused' && head.kind !== 'recall') ||
  (outcome.kind === 'insufficient' && !MAY_LACK.includes(head.kind));

const MAY_LACK: readonly Step['kind'][] = ['reserve', 'claim', 'route'];

const leaseOf = ({ headCall }: OrderState): number => headCall?.nextAt?.getTime() ?? 0;

const hasLease = (state: OrderState, now: Date): boolean =>
  leaseOf(state) - now.getTime() >= NEEDED_LEASE_MS;

type Performed = Succeeded & { readonly outcome: StockOutcome; readonly choice: Choice | null };

const NOTHING: StockOutcome = { kind: 'done', places: {} };

async function perform(deps: DriveDeps, state: OrderState, head: Step): Promise<Performed> {
  if (head.kind === 'choose') {
    return { kind: 'succeeded', outcome: NOTHING, choice: await deps.choose(state) };
  }
  const outcome = await performOutside(deps, state, head);
  return { kind: 'succeeded', outcome, choice: await choiceAfter(deps, state, head, outcome) };
}

type Outside = Exclude<Step, { kind: 'choose' }>;
type StockStep = Exclude<Outside, { kind: 'claim' | 'unclaim' | 'recall' | 'writeOff' }>;

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
  if (head.kind === 'recall') return await deps.stores.recall(orderRef, head);
  if (head.kind === 'writeOff') {
    const lines = head.lines.map(({ subOrderId, goodsId, lostMilli, place, kind }) => ({
      billNum: `${head.id}:${subOrderId}`,
      goodsId,
      quantityMilli: -lostMilli,
      at: { place, kind },
    }));
    const verb = { kind: 'adjust', billScope: 'given-back', lines } as const;
    return await deps.stock.execute({ orderRef, operationId: head.id, hold: 0, verb });
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
  { orders, notes, clock }: DriveDeps,
  state: OrderState,
  { outcome, choice }: Performed,
): Promise<Turn> {
  const head = headOf(state);
  if (isStrange(head, outcome)) notes.stockRefused(state.orderRef, head.kind, outcome.reason);
  const command = { kind: 'stepDone', stepId: head.id, outcome, choice } as const;
  const stored = await orders.change(state.orderRef, (s) => decide(s, command, clock()));
  invariant(stored.ok, 'the outcome of a step is never refused');
  const next = stored.value.state;
  if (!next) return { state, mine: false };
  // A choice that was overtaken by another event left the head as it was, and the lease with us.
  const again = next.steps[0]?.id === head.id && leaseOf(next) === leaseOf(state);
  return { state: next, mine: stored.value.drive || again };
}

async function postpone(
  { orders, notes, clock }: DriveDeps,
  state: OrderState,
  { code, message }: Problem,
  failure: unknown,
): Promise<Turn> {
  const head = headOf(state);
  const command = {
    kind: 'stepPostponed',
    stepId: head.id,
    attempts: state.headCall?.attempts ?? 0,
    problem: { code, message: `${head.kind}: ${message || 'failure'}` },
  } as const;
  const stored = await orders.change(state.orderRef, (s) => decide(s, command, clock()));
  const after = stored.ok ? stored.value.state : null;
  const until = after?.steps[0]?.id === head.id ? (after.headCall?.nextAt ?? null) : null;
  notes.postponed(state.orderRef, head.kind, failure, until);
  return { state, mine: false };
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
