import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import { OrderAction } from '@astrolabe/contracts/order';
import type { OrderPlan, OrderRepairServiceServer } from '@astrolabe/contracts/order';
import { orderOf, unary } from '@astrolabe/grpc';
import type { OrderRef, Place, Result } from '@astrolabe/kernel';
import type { makeActOnOrder } from '../../application/act-on-order.ts';
import type { Handle } from '../../application/handle.ts';
import type { Orders } from '../../application/ports.ts';
import type { Plan } from '../../application/rehearse.ts';
import type { RetryRefusal } from '../../application/retry.ts';
import type { ActionKind } from '../../domain/actions/action.ts';
import type { OrderState } from '../../domain/order.ts';
import { invalid, refusalOf } from './order-refusals.ts';
import { stored } from './order-service.ts';

export type OrderRepairServiceDeps = {
  readonly orders: Pick<Orders, 'load'>;
  readonly retryOrder: (
    name: OrderRef,
    operator: string,
  ) => Promise<Result<OrderState, RetryRefusal>>;
  readonly planRetry: (name: OrderRef, operator: string) => Promise<Result<Plan, RetryRefusal>>;
  readonly actOnOrder: ReturnType<typeof makeActOnOrder>;
  readonly handle: Handle;
};

const MAX_NOTE = 500;
const MAX_KEY = 100;

/** OrderRepairService: what operators may do about an order. */
export const orderRepairService = (deps: OrderRepairServiceDeps): OrderRepairServiceServer => ({
  retryOrder: unary('OrderRepairService/RetryOrder', async (request) => {
    const { askedBy, dryRun = false } = request;
    checkText(askedBy);
    const ref = orderOf(request);
    if (dryRun) {
      const plan = must(await deps.planRetry(ref, askedBy));
      return { order: await stored(deps, ref), plan: planTo(plan) };
    }
    must(await deps.retryOrder(ref, askedBy));
    return { order: await stored(deps, ref), plan: undefined };
  }),
  clearFlag: unary('OrderRepairService/ClearFlag', async (request) => {
    const { flag, askedBy, note } = request;
    checkText(askedBy, note);
    const ref = orderOf(request);
    must(await deps.handle(ref, { kind: 'clearFlag', flag, operator: askedBy, note }));
    return { order: await stored(deps, ref) };
  }),
  actOnOrder: unary('OrderRepairService/ActOnOrder', async (request) => {
    const { askedBy: by, key, dryRun } = request;
    const reason = request.reason.trim();
    const kind = KINDS.get(request.action);
    if (!kind) throw invalid('UNKNOWN_ACTION');
    checkText(by, ...(kind === 'RELEASE' || dryRun ? [] : [reason]));
    if (reason.length > MAX_NOTE) throw invalid('TOO_LONG');
    if (!dryRun && !KEY.test(key)) throw invalid(key === '' ? 'MISSING_FIELD' : 'INVALID_KEY');
    const ref = orderOf(request);
    const place = placeFromMessage(request.place);
    if (request.place && !place) throw invalid('INVALID_PLACE');
    const done = must(await deps.actOnOrder(ref, { kind, key, by, reason, place, dryRun }));
    const order = await stored(deps, ref);
    return done.kind === 'plan'
      ? { outcome: '', order, plan: planTo(done.plan) }
      : { outcome: done.outcome ?? 'PENDING', order, plan: undefined };
  }),
});

const KEY = new RegExp(`^[\\w.:-]{1,${MAX_KEY}}$`);

const KINDS: ReadonlyMap<OrderAction, ActionKind> = new Map([
  [OrderAction.HOLD, 'HOLD'],
  [OrderAction.RELEASE, 'RELEASE'],
  [OrderAction.REROUTE, 'REROUTE'],
  [OrderAction.INTERCEPT, 'INTERCEPT'],
  [OrderAction.CLOSE, 'CLOSE'],
]);

function checkText(...texts: readonly string[]): void {
  if (texts.some((text) => text === '')) throw invalid('MISSING_FIELD');
  if (texts.some((text) => text.length > MAX_NOTE)) throw invalid('TOO_LONG');
}

/** The value of a success; a refusal is told to the caller. */
function must<T>(result: Result<T, Parameters<typeof refusalOf>[0]>): T {
  if (!result.ok) throw refusalOf(result.error);
  return result.value;
}

const placeTo = (place: Place | null) => (place ? placeToMessage(place) : undefined);

const planTo = ({ changes, heldBefore, heldAfter, messages }: Plan): OrderPlan => ({
  changes: changes.map(({ subOrderId, before, after }) => ({
    subOrderId,
    stateBefore: before.decided,
    stateAfter: after.decided,
    placeBefore: placeTo(before.place),
    placeAfter: placeTo(after.place),
    placeNameAfter: after.placeName,
  })),
  heldBefore,
  heldAfter,
  messages: messages.map(({ what, place }) => ({ what, place: placeTo(place) })),
});
