import type { Clock, HoldPolicy, OrderRef, Standing } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallWatch, Failed, Policy, Succeeded } from '@astrolabe/outbound';
import * as machine from '../../domain/distribution/dispatch.ts';
import type { Changed, Said } from '../../domain/distribution/dispatch.ts';
import type { Dispatch, DistributionOrder, StockTask } from '../../domain/distribution/order.ts';
import { withDispatch } from '../../domain/distribution/order.ts';
import type { Catalog, Stock, StockVerb } from '../ports.ts';
import type { Distributions, Registry, Requests, Supplier, Upstream, Upstreams } from './ports.ts';

export type DispatchDeps = {
  readonly distributions: Pick<Distributions, 'load' | 'change'>;
  readonly registry: Registry;
  readonly upstreams: Pick<Upstreams, 'find'>;
  readonly requests: Pick<Requests, 'find'>;
  readonly supplier: Pick<Supplier, 'send' | 'look'>;
  readonly catalog: Pick<Catalog, 'goods'>;
  readonly stock: Pick<Stock, 'execute'>;
  readonly clock: Clock;
  /** Its lease is longer than one request takes. */
  readonly policy: Policy;
  readonly watch: CallWatch;
  /** After each change of a state. */
  readonly changed: (order: OrderRef, dispatch: Dispatch) => void;
};

/** Requests and looks that one turn makes at most; what is left waits for the next sweep. */
const CALLS_MAX = 20;
/** Own stock is sold as certain stock, and held until it is released or has left. */
const HOLD: HoldPolicy = { kind: 'CERTAIN', ttlMs: 0n };

type Done = Succeeded & { readonly said: Said };
type Undone = Failed & { readonly said: Said };

/**
 * Does what is due of an order's dispatches: holds stock, asks suppliers or looks at what they have, and
 * gives stock back. Every request is durable before it is made; of many who try, one makes it.
 */
export const makeDispatch =
  (deps: DispatchDeps) =>
  async (order: OrderRef): Promise<void> => {
    const state = await deps.distributions.load(order);
    if (!state) return;
    const turn: Turn = { order, state, upstream: null };
    await settleStock(deps, turn);
    await driveCalls<Dispatch, Done>(
      {
        begin: () => begin(deps, turn),
        lookUp: async (dispatch) => ended(await look(deps, turn, dispatch)),
        send: async (dispatch) => ended(await send(deps, turn, dispatch)),
        record: async (attempt, outcome) => {
          const said: Said =
            'said' in outcome ? outcome.said : { kind: 'unknown', ...outcome.problem };
          await record(deps, turn, attempt, said);
        },
      },
      deps.watch,
      CALLS_MAX,
    );
    await settleStock(deps, turn);
  };

/**
 * What is known while an order is worked on: it is read once, and then as the changes of this turn left it. Whoever
 * else changes it meanwhile is met by the next change, which decides from what stands there.
 */
type Turn = {
  readonly order: OrderRef;
  state: DistributionOrder;
  /** The connection as it was when the attempt that is under way began. */
  upstream: Standing<Upstream> | null;
};

/** What was said, as the end of an attempt. */
function ended(said: Said): Done | Undone {
  const outcome = machine.outcomeOf(said);
  return outcome.kind === 'succeeded' ? { kind: 'succeeded', said } : { ...outcome, said };
}

async function begin(deps: DispatchDeps, turn: Turn): Promise<Begun<Dispatch> | null> {
  const { clock, policy } = deps;
  for (const dispatch of turn.state.dispatches) {
    if (!machine.begin(dispatch, clock(), policy)) continue;
    turn.upstream = await deps.upstreams.find(turn.order.sellerId);
    if (turn.upstream?.pause) {
      await change(deps, turn, dispatch.outOrderId, (current) => ({
        dispatch: machine.paused(current, clock()),
        events: [],
      }));
      continue;
    }
    if (await isBlocked(deps, turn, dispatch)) continue;
    let begun: Begun<Dispatch> | null = null;
    await change(deps, turn, dispatch.outOrderId, (current) => {
      begun = machine.begin(current, clock(), policy);
      return { dispatch: begun?.call ?? current, events: [] };
    });
    if (begun) return begun;
  }
  return null;
}

/** The registry is asked again before the first request: an authorisation may have ended meanwhile. */
async function isBlocked(deps: DispatchDeps, turn: Turn, dispatch: Dispatch): Promise<boolean> {
  if (dispatch.sends > 0) return false;
  const { orderRef, lines } = turn.state;
  const own = lines.filter(({ lineId }) => dispatch.lineIds.includes(lineId));
  const resolved = await deps.registry.resolve(orderRef.sellerId, own);
  const obstacle = resolved.find((one) => !one.ok);
  if (!obstacle || obstacle.ok) return false;
  const { code, message } = obstacle.error;
  await change(deps, turn, dispatch.outOrderId, (current) => ({
    dispatch: machine.blocked(current, code, message),
    events: [],
  }));
  return true;
}

async function send(
  deps: DispatchDeps,
  { order, upstream }: Turn,
  { outOrderId }: Dispatch,
): Promise<Said> {
  if (!upstream) return { kind: 'failed', code: 'NOT_CONNECTED', message: '' };
  const request = await deps.requests.find(order, outOrderId);
  if (request === null) return { kind: 'failed', code: 'REQUEST_GONE', message: '' };
  return await deps.supplier.send(upstream, request);
}

async function look(
  deps: DispatchDeps,
  { upstream }: Turn,
  { outOrderId }: Dispatch,
): Promise<Said> {
  if (!canLook(upstream)) return { kind: 'notLooked', code: 'NO_LOOKUP', message: '' };
  return await deps.supplier.look(upstream, outOrderId);
}

const canLook = (upstream: Upstream | null): upstream is Upstream =>
  upstream !== null && upstream.lookupPath !== '';

async function record(
  deps: DispatchDeps,
  turn: Turn,
  attempt: Dispatch,
  said: Said,
): Promise<void> {
  const { clock, policy } = deps;
  const mayLook = canLook(turn.upstream);
  await change(deps, turn, attempt.outOrderId, (current, { lines }) =>
    machine.answered(current, attempt, said, { now: clock(), policy, lines, canLook: mayLook }),
  );
}

/** Changes one dispatch; its events leave in the same write. */
async function change(
  { distributions, changed }: Pick<DispatchDeps, 'distributions' | 'changed'>,
  turn: Turn,
  outOrderId: string,
  next: (current: Dispatch, order: DistributionOrder) => Changed,
): Promise<void> {
  const { order } = turn;
  const stored = await distributions.change<ChangedTo>(order, (before) => {
    const current = before?.dispatches.find((one) => one.outOrderId === outOrderId);
    if (!before || !current) throw new TypeError('a dispatch that is due has a document');
    const { dispatch, events } = next(current, before);
    const moved = dispatch.state === current.state ? null : dispatch;
    const state = withDispatch(before, dispatch);
    return ok({ state, events, result: { state, moved } });
  });
  if (!stored.ok) return;
  turn.state = stored.value.state;
  if (stored.value.moved) changed(order, stored.value.moved);
}

/** An order after a change, and its dispatch where that came to another state. */
type ChangedTo = { readonly state: DistributionOrder; readonly moved: Dispatch | null };

/** What the inventory owes the order; a repeat of a command has its effect once. */
async function settleStock(deps: DispatchDeps, turn: Turn): Promise<void> {
  for (const { outOrderId, stock } of turn.state.dispatches) {
    if (!stock || stock.at > deps.clock()) continue;
    await settleTask(deps, turn, outOrderId, stock);
  }
}

async function settleTask(
  deps: DispatchDeps,
  turn: Turn,
  outOrderId: string,
  task: StockTask,
): Promise<void> {
  const now = deps.clock();
  try {
    const outcome = await execute(deps, turn.state, outOrderId, task);
    await change(deps, turn, outOrderId, (current) =>
      // Whoever was faster has done the same.
      current.stock?.verb === task.verb
        ? machine.stockDone(current, outcome, now)
        : { dispatch: current, events: [] },
    );
  } catch (error) {
    await change(deps, turn, outOrderId, (current) => ({
      dispatch: machine.stockPostponed(current, now),
      events: [],
    }));
    deps.watch.threw(error);
  }
}

type StockAnswer = Parameters<typeof machine.stockDone>[1];

async function execute(
  { catalog, stock }: DispatchDeps,
  { orderRef, lines }: DistributionOrder,
  outOrderId: string,
  task: StockTask,
): Promise<StockAnswer> {
  const { sellerId } = orderRef;
  const own = lines.filter(({ lineId }) => task.lineIds.includes(lineId));
  const items = own.map(({ offerId, specId }) => ({ itemId: offerId, skuId: specId }));
  const goods = task.verb === 'reserve' ? await catalog.goods(sellerId, items) : [];
  if (goods.includes('')) return { kind: 'refused', code: 'UNKNOWN_GOODS', message: '' };
  const verb: StockVerb =
    task.verb === 'release'
      ? { kind: 'release', subOrderIds: task.lineIds, reason: 'DISPATCH_REJECTED' }
      : {
          kind: 'reserve',
          buyerRef: '',
          policy: HOLD,
          lines: own.map(({ lineId, quantityMilli }, index) => ({
            subOrderId: lineId,
            goodsId: goods[index] ?? '',
            quantityMilli,
          })),
        };
  const outcome = await stock.execute({
    orderRef: { ...orderRef, number: outOrderId },
    operationId: `dispatch:${orderRef.channel}:${outOrderId}:${task.verb}`,
    hold: 0,
    verb,
  });
  if (outcome.kind === 'done') return { kind: 'done' };
  return { kind: 'refused', code: outcome.reason, message: '' };
}
