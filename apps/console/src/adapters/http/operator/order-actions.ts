import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import { Order, OrderAction, OrderPlan } from '@astrolabe/contracts/order';
import { placeFromKey, placeKey } from '@astrolabe/kernel';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import type { User } from '../../../application/sign-in-ports.ts';
import { jsonOf } from '../json.ts';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { ORDER_PATH, orderNamed } from './orders.ts';
import { orNull } from './responses.ts';

const Clear = Type.Object({
  flag: Type.String({ pattern: '^[A-Z_]{1,40}$' }),
  note: Type.String({ minLength: 1, maxLength: 500 }),
});

const ACTIONS: ReadonlyMap<string, OrderAction> = new Map([
  ['hold', OrderAction.HOLD],
  ['release', OrderAction.RELEASE],
  ['reroute', OrderAction.REROUTE],
  ['intercept', OrderAction.INTERCEPT],
  ['close', OrderAction.CLOSE],
]);

const Act = Type.Object({
  action: Type.Union([...ACTIONS.keys()].map((name) => Type.Literal(name))),
  /** Made by the page for this wish: sent again it is the same one. */
  key: Type.String({ pattern: '^[\\w.:-]{8,100}$' }),
  reason: Type.String({ maxLength: 500 }),
  /** Of a re-route: where to, e.g. STORE:1342; empty: wherever the rules say. */
  place: Type.String({ maxLength: 120 }),
});

/** A named place for a message; null for a text that names none. */
function placeNamed(key: string) {
  if (key === '') return {};
  const place = placeFromKey(key);
  return place && { place: placeToMessage(place) };
}

const planJson = (plan: OrderPlan | undefined) => ({
  plan: OrderPlan.toJSON(plan ?? OrderPlan.fromPartial({})),
});

/** Who acts, as it stands in the timeline: names are for people, and a login is of one of them. */
export const askerOf = ({ name, login }: Pick<User, 'name' | 'login'>): string =>
  `${name} (${login})`;

/** What an action may change of an order: where it stands and why people look at it. */
const standingOf = ({ state, flags, hold, lines }: Order) => ({
  state,
  flags,
  ...(hold && { hold: hold.reason }),
  places: lines.flatMap(({ routedPlace }) => placeFromMessage(routedPlace) ?? []).map(placeKey),
});

const orderJson = ({ order }: { order?: Order | undefined }) => ({
  order: order ? Order.toJSON(order) : null,
});

/**
 * What operators do about an order: a failed one is looked at now, and a flag that was dealt with is taken
 * away. The router decides, and says why not with 409.
 */
export function registerOrderActions(
  routes: Routes,
  { orders, repair }: Pick<Backends, 'orders' | 'repair'>,
): void {
  const standing = async (caller: { sellerId: string }, request: FastifyRequest) => {
    const asked = orderNamed(caller, request);
    const found = asked && (await orNull(orders.call('getOrder', asked)));
    return found?.order ? standingOf(found.order) : null;
  };
  routes.seller('POST', `${ORDER_PATH}/retry`, 'seller.act', async (caller, request, reply) => {
    const asked = orderNamed(caller, request);
    if (!asked) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
    const askedBy = askerOf(caller.user);
    return orderJson(await repair.call('retryOrder', { ...asked, askedBy }));
  });
  routes.seller(
    'POST',
    `${ORDER_PATH}/clear`,
    'seller.act',
    async (caller, request, reply) => {
      const asked = orderNamed(caller, request);
      const sent = jsonOf(request.body);
      if (!asked) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
      if (!Value.Check(Clear, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'flag and note are required' });
      }
      const { flag, note } = sent;
      const askedBy = askerOf(caller.user);
      return orderJson(await repair.call('clearFlag', { ...asked, flag, note, askedBy }));
    },
    standing,
  );
  routes.seller('GET', `${ORDER_PATH}/plan`, 'seller.act', async (caller, request, reply) => {
    const asked = orderNamed(caller, request);
    if (!asked) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
    const { action: name = '', place = '' } = queryOf(request);
    const askedBy = askerOf(caller.user);
    if (name === 'retry') {
      return planJson((await repair.call('retryOrder', { ...asked, askedBy, dryRun: true })).plan);
    }
    const action = ACTIONS.get(name);
    const at = placeNamed(place);
    if (!action || !at) {
      return await refuse(reply, 400, 'BAD_REQUEST', { message: 'no such action or place' });
    }
    const wish = { ...asked, ...at, action, askedBy, key: '', reason: '', dryRun: true };
    return planJson((await repair.call('actOnOrder', { place: undefined, ...wish })).plan);
  });
  routes.seller(
    'POST',
    `${ORDER_PATH}/act`,
    'seller.act',
    async (caller, request, reply) => {
      const asked = orderNamed(caller, request);
      const sent = jsonOf(request.body);
      if (!asked) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
      const at = Value.Check(Act, sent) ? placeNamed(sent.place) : null;
      if (!Value.Check(Act, sent) || !at) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'action, key and reason' });
      }
      const { key, reason } = sent;
      const action = ACTIONS.get(sent.action) ?? OrderAction.UNSPECIFIED;
      const wish = { ...asked, ...at, action, key, reason, askedBy: askerOf(caller.user) };
      const done = await repair.call('actOnOrder', { place: undefined, ...wish, dryRun: false });
      return { outcome: done.outcome, ...orderJson(done) };
    },
    standing,
  );
}
