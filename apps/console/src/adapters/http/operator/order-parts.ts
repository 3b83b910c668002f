import { GetSupplyLifeResponse, ListRefundsResponse } from '@astrolabe/contracts/fulfillment';
import { OrderRef } from '@astrolabe/contracts/common';
import { Hold } from '@astrolabe/contracts/inventory';
import { ExplainResponse, OrderLife, TryResponse } from '@astrolabe/contracts/order';
import { FENXIAO, MALL, POS, PROCUREMENT, holdRef, readOrderRef } from '@astrolabe/kernel';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { ORDER_PATH, SELLER, orderNamed } from './orders.ts';
import { orNull } from './responses.ts';

/** Holds of an order that are shown; a line that came back is in a further one. */
const HOLDS_MAX = 5;
/** Rows of a table of candidates. */
const ROWS = 50;

/** Channels whose orders are no trades of a shop. */
const OTHER_CHANNELS = [PROCUREMENT, FENXIAO, MALL, POS];

const NO_ORDER = { message: 'No such order' };

/** A count that an address names; null for a text that is none. */
const countIn = (text = '0'): number | null => (/^\d{1,7}$/.test(text) ? Number(text) : null);

/** What has become of an order that is no trade of a shop, and what a warehouse does for it. */
function registerLives(
  routes: Routes,
  { lives, supplies }: Pick<Backends, 'lives' | 'supplies'>,
): void {
  routes.seller('GET', `${ORDER_PATH}/life`, 'seller.read', async (caller, request) => {
    const asked = orderNamed(caller, request);
    const found = asked && (await orNull(lives.call('getOrderLife', asked)));
    return { life: found?.life ? OrderLife.toJSON(found.life) : null };
  });
  // Orders of any kind that a number names; who searches does not know of which it is.
  routes.seller('GET', `${SELLER}/lives`, 'seller.read', async ({ sellerId }, request) => {
    const number = queryOf(request)['number'] ?? '';
    const read = OTHER_CHANNELS.map((channel) => readOrderRef({ channel, sellerId, number }));
    const found = await Promise.all(
      read.map(async (ref) =>
        ref.ok ? await orNull(lives.call('getOrderLife', { orderRef: ref.value })) : null,
      ),
    );
    const there = found.flatMap((one) => one?.life?.orderRef ?? []);
    return { orders: there.map((one) => OrderRef.toJSON(one)) };
  });
  // A warehouse hears of an order when it is confirmed.
  routes.seller('GET', `${ORDER_PATH}/supply`, 'seller.read', async (caller, request) => {
    const asked = orderNamed(caller, request);
    const found = asked && (await orNull(supplies.call('getSupplyLife', asked)));
    return { supply: found ? GetSupplyLifeResponse.toJSON(found) : null };
  });
}

/** What other services know of an order, and how its place was chosen. */
export function registerOrderParts(
  routes: Routes,
  backends: Pick<Backends, 'fulfillment' | 'inventory' | 'lives' | 'routing' | 'supplies'>,
): void {
  const { fulfillment, inventory, routing } = backends;
  registerLives(routes, backends);
  routes.seller('GET', `${ORDER_PATH}/refunds`, 'seller.read', async (caller, request) => {
    const asked = orderNamed(caller, request);
    const found = asked && (await orNull(fulfillment.call('listRefunds', asked)));
    return found ? ListRefundsResponse.toJSON(found) : { refunds: [] };
  });
  routes.seller('GET', `${ORDER_PATH}/holds`, 'seller.read', async (caller, request) => {
    const asked = orderNamed(caller, request);
    const last = Math.min(countIn(queryOf(request)['last']) ?? 0, HOLDS_MAX - 1);
    if (!asked) return { holds: [] };
    const { orderRef } = asked;
    const numbers = Array.from({ length: last + 1 }, (_, number) => number);
    const found = await Promise.all(
      numbers.map(async (number) => {
        const named = { sellerId: orderRef.sellerId, holdRef: holdRef(orderRef, number) };
        return await orNull(inventory.call('getHold', named));
      }),
    );
    return { holds: found.flatMap((one) => (one?.hold ? [Hold.toJSON(one.hold)] : [])) };
  });
  routes.seller('GET', `${ORDER_PATH}/why`, 'seller.read', async (caller, request, reply) => {
    const asked = orderNamed(caller, request);
    const allocation = countIn(queryOf(request)['allocation']);
    if (!asked || allocation === null) return await refuse(reply, 404, 'UNKNOWN_TRADE', NO_ORDER);
    const wanted = { ...asked, allocation, attempt: 0, rows: ROWS };
    const found = await orNull(routing.call('explain', wanted));
    return found ? ExplainResponse.toJSON(found) : { decision: null };
  });
  routes.seller('GET', `${ORDER_PATH}/try`, 'seller.read', async (caller, request, reply) => {
    const asked = orderNamed(caller, request);
    const { version: text, inputs = 'recorded' } = queryOf(request);
    const version = countIn(text);
    if (!asked || version === null) return await refuse(reply, 404, 'UNKNOWN_TRADE', NO_ORDER);
    const wanted = { ...asked, version, recorded: inputs !== 'now', rows: ROWS };
    return TryResponse.toJSON(await routing.call('try', wanted));
  });
}
