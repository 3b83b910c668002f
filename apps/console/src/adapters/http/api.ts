import type { FastifyReply } from 'fastify';
import { formatShanghai, orderKey } from '@astrolabe/kernel';
import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import type {
  Clerk,
  Feeds,
  Fulfillment,
  Journal,
  Receiver,
  Task,
} from '../../application/store-ports.ts';
import type {
  ActionRefusal,
  ActionCommand,
  ActionOutcome,
} from '../../application/report-action.ts';
import type { NoReceiver } from '../../application/receiver.ts';
import { ACTIONS, COUNTED, LISTS, isListName, isOldestFirst } from '../../domain/actions.ts';
import type { ListName } from '../../domain/actions.ts';
import { ANSWER_WITHIN_MS, emptyDay } from '../../domain/feed.ts';
import { networkOf } from './address.ts';
import { id, jsonOf, lineJson, orderOfClerk } from './json.ts';
import { registerPickup } from './pickup.ts';
import type { PickupApiDeps } from './pickup.ts';
import { registerPush } from './push.ts';
import type { PushApiDeps } from './push.ts';
import { queryOf } from './routes.ts';
import type { Routes } from './routes.ts';
import { refuse } from './session.ts';
import { registerSessions } from './sign-in.ts';
import type { SessionApiDeps } from './sign-in.ts';
import { registerWaybills } from './waybills.ts';
import type { WaybillApiDeps } from './waybills.ts';

export type ApiDeps = PickupApiDeps &
  PushApiDeps &
  WaybillApiDeps &
  SessionApiDeps & {
    reportAction: (
      clerk: Clerk,
      command: ActionCommand,
    ) => Promise<Result<ActionOutcome, ActionRefusal>>;
    lookAtReceiver: (
      clerk: Clerk & { address: string },
      orderRef: OrderRef,
      reveal: boolean,
    ) => Promise<Result<Receiver, NoReceiver>>;
    feeds: Pick<Feeds, 'load'>;
    fulfillment: Pick<Fulfillment, 'list' | 'count'>;
    journal: Pick<Journal, 'page'>;
    clock: Clock;
  };

const Action = Type.Object({
  action: Type.Union(ACTIONS.map((action) => Type.Literal(action))),
  allocation: Type.Integer({ minimum: 0 }),
  subOrderIds: Type.Array(id, { minItems: 1, maxItems: 100 }),
  reason: Type.Optional(Type.String({ maxLength: 40 })),
  /** What is said beside the reason. */
  note: Type.Optional(Type.String({ maxLength: 200 })),
  company: Type.Optional(Type.String({ maxLength: 60 })),
  mailNo: Type.Optional(Type.String({ maxLength: 60 })),
  /** By sub-order: pieces on the shelf, of a refusal; found of the order's, of what is given back. */
  counts: Type.Optional(
    Type.Array(
      Type.Object({ subOrderId: id, pieces: Type.Integer({ minimum: 0, maximum: 1_000_000 }) }),
      { maxItems: 100 },
    ),
  ),
});

const JOURNAL_PAGE = 50;
const MILLI_PER_PIECE = 1_000n;
const TOKENS_BETWEEN = '~';
/** In the place of a page token: this status has no further page. */
const ENDED = '-';
const DAY_LENGTH = '2016-09-22'.length;

/**
 * The pages' JSON API. Failures answer `{code}`; 401 means that there is no session, 403 that it lacks the
 * right.
 */
export function registerApi(routes: Routes, deps: ApiDeps): void {
  registerSessions(routes, deps);
  registerOrders(routes, deps);
  registerActions(routes, deps);
  registerPickup(routes, deps);
  registerPush(routes, deps);
  registerWaybills(routes, deps);
}

function registerOrders(routes: Routes, deps: ApiDeps): void {
  const { feeds, clock } = deps;
  routes.store('GET', '/api/orders', 'store.work', async ({ clerk }, request, reply) => {
    const { list = 'new', token = '' } = queryOf(request);
    if (!isListName(list)) return await refuse(reply, 400, 'BAD_REQUEST');
    return {
      now: clock(),
      answerWithinMs: ANSWER_WITHIN_MS,
      ...(await pageOf(deps, clerk, list, token)),
    };
  });
  routes.store(
    'GET',
    '/api/orders/:channel/:number/receiver',
    'store.work',
    async ({ clerk }, request, reply) => {
      const orderRef = orderOfClerk(clerk, request.params);
      if (!orderRef) return await refuse(reply, 400, 'BAD_REQUEST');
      const { reveal = '' } = queryOf(request);
      const by = { ...clerk, address: networkOf(request.ip) };
      const found = await deps.lookAtReceiver(by, orderRef, reveal === 'true');
      // Personal data: no cache keeps it.
      void reply.header('cache-control', 'no-store');
      return found.ok ? found.value : await refuse(reply, 404, found.error);
    },
  );
  routes.store('GET', '/api/counts', 'store.work', async ({ clerk }) => {
    const counts = COUNTED.map(async (list) => [
      list,
      await deps.fulfillment.count(clerk, LISTS[list]),
    ]);
    return Object.fromEntries(await Promise.all(counts));
  });
  routes.store('GET', '/api/today', 'store.work', async ({ clerk }) => {
    const day = formatShanghai(clock()).slice(0, DAY_LENGTH);
    const { days } = await feeds.load(clerk);
    return { ...emptyDay(day), ...days.find((one) => one.day === day) };
  });
  routes.store('GET', '/api/journal', 'store.journal', async ({ clerk }, request, reply) => {
    const { token = '' } = queryOf(request);
    const page = await deps.journal.page(clerk, JOURNAL_PAGE, token);
    return page ?? (await refuse(reply, 400, 'BAD_REQUEST'));
  });
}

function registerActions(routes: Routes, { reportAction }: ApiDeps): void {
  routes.store(
    'POST',
    '/api/orders/:channel/:number',
    'store.work',
    async ({ clerk }, request, reply) => {
      const sent = jsonOf(request.body);
      const orderRef = orderOfClerk(clerk, request.params);
      if (!Value.Check(Action, sent) || !orderRef) {
        return await refuse(reply, 400, 'BAD_REQUEST');
      }
      const mailNo = sent.mailNo?.trim() ?? '';
      const company = sent.company?.trim() ?? '';
      if (sent.action === 'ship' && (mailNo === '' || company === '')) {
        return await refuse(reply, 400, 'MISSING_FIELD');
      }
      if (sent.action === 'giveBack' && !sent.reason) {
        return await refuse(reply, 400, 'MISSING_FIELD');
      }
      const done = await reportAction(clerk, {
        orderRef,
        allocation: sent.allocation,
        subOrderIds: [...new Set(sent.subOrderIds)],
        action: sent.action,
        reason: sent.reason ?? '',
        note: sent.note ?? '',
        company,
        mailNo,
        counts: (sent.counts ?? []).map(({ subOrderId, pieces }) => ({
          subOrderId,
          countMilli: BigInt(pieces) * MILLI_PER_PIECE,
        })),
      });
      return done.ok ? done.value : await tellRefusal(reply, done.error);
    },
  );
}

function tellRefusal(reply: FastifyReply, refusal: ActionRefusal) {
  switch (refusal.code) {
    case 'NOT_HERE':
      return refuse(reply, 404, refusal.code);
    case 'MOVED':
      return refuse(reply, 409, refusal.code);
    case 'TAKEN':
      return refuse(reply, 409, refusal.code, { by: refusal.by, status: refusal.status });
    case 'REFUSED':
      // Tmall's own words, where Tmall has refused.
      return refuse(
        reply,
        409,
        refusal.reason,
        refusal.message ? { message: refusal.message } : {},
      );
  }
}

/** A page of a list: of each of its statuses the next tasks, put together as orders. */
async function pageOf({ fulfillment }: ApiDeps, clerk: Clerk, list: ListName, token: string) {
  const before = token.split(TOKENS_BETWEEN);
  const pages = await Promise.all(
    LISTS[list].map(async (status, index) =>
      before[index] === ENDED
        ? { tasks: [], next: '' }
        : await fulfillment.list(clerk, status, {
            token: before[index] ?? '',
            oldestFirst: isOldestFirst(list),
          }),
    ),
  );
  const tokens = pages.map(({ next }) => (next === '' ? ENDED : next));
  return {
    orders: inOrder(list, ordersOf(pages.flatMap((page) => page.tasks))),
    next: tokens.every((next) => next === ENDED) ? '' : tokens.join(TOKENS_BETWEEN),
  };
}

/** Lists of work begin with what waits longest; what is over begins with the latest. */
function inOrder(list: ListName, orders: ReturnType<typeof ordersOf>) {
  const toldAt = (order: (typeof orders)[number]): number => order.toldAt?.getTime() ?? 0;
  const sign = isOldestFirst(list) ? 1 : -1;
  return orders.toSorted((one, other) => sign * (toldAt(one) - toldAt(other)));
}

/** How the shipment that a clerk has begun stands, while it is not through; null without one. */
function shippingOf({ parcel }: Task) {
  if (!parcel) return null;
  const { state, company, mailNo, code, message } = parcel;
  return { state, company, mailNo, code, message };
}

function ordersOf(tasks: readonly Task[]) {
  const groups = Map.groupBy(
    tasks,
    (task) => `${orderKey(task.orderRef)}/${task.allocation}/${task.status}`,
  );
  return [...groups].map(([key, group]) => {
    const [first] = group;
    const toldAt = first?.history.findLast(({ status }) => status === 'OFFERED')?.at;
    return {
      key,
      orderRef: first?.orderRef,
      allocation: first?.allocation,
      status: first?.status,
      pickup: first?.pickup,
      toldAt,
      logistics: first?.logistics,
      history: first?.history,
      shipping: first ? shippingOf(first) : null,
      lines: group.map(lineJson),
    };
  });
}
