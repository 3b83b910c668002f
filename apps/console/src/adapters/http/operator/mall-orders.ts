import { Hold } from '@astrolabe/contracts/inventory';
import { ListMallOrdersResponse, MallOrder, MallSettingsMessage } from '@astrolabe/contracts/order';
import { Invoice, MoneyEntry } from '@astrolabe/contracts/settlement';
import { mallOrder } from '@astrolabe/kernel';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Static } from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { askerOf } from './order-actions.ts';
import { orNull, pageOf } from './responses.ts';

const MALL = '/api/sellers/:seller/mall';
const ORDER = `${MALL}/orders/:number`;
const MINUTE_MS = 60_000n;
const MILLI_PER_PIECE = 1_000n;

/** A year of minutes, and as many pieces as a mall may ever buy; 0: no limit. */
const Settings = Type.Object({
  holdMinutes: Type.Integer({ minimum: 0, maximum: 527_040 }),
  alertMinutes: Type.Integer({ minimum: 0, maximum: 527_040 }),
  mostPieces: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
});

/** Settings in the units in which they are sent. */
const sentAs = (settings: MallSettingsMessage): Static<typeof Settings> => ({
  holdMinutes: Number(settings.preorderTtlMs / MINUTE_MS),
  alertMinutes: Number(settings.alertAfterMs / MINUTE_MS),
  mostPieces: Number(settings.heldPerPurchaserMilli / MILLI_PER_PIECE),
});

/** Orders of a seller's government malls, what they hold, and how long a pre-order may hold it. */
export function registerMallOrders(
  routes: Routes,
  { mallOrders, mallMoney, inventory }: Pick<Backends, 'mallOrders' | 'mallMoney' | 'inventory'>,
): void {
  const named = ({ sellerId }: { sellerId: string }, request: FastifyRequest) => ({
    orderRef: mallOrder(sellerId, pathOf(request)['number'] ?? ''),
  });
  const unknown = { message: 'No such order' };

  routes.seller('GET', `${MALL}/orders`, 'seller.read', async ({ sellerId }, request) => {
    const query = queryOf(request);
    const asked = { sellerId, state: query['state'] ?? '', page: pageOf(query) };
    return ListMallOrdersResponse.toJSON(await mallOrders.call('listMallOrders', asked));
  });
  routes.seller('GET', ORDER, 'seller.read', async (caller, request, reply) => {
    const found = await orNull(mallOrders.call('showMallOrder', named(caller, request)));
    if (found?.order) return { order: MallOrder.toJSON(found.order) };
    return await refuse(reply, 404, 'UNKNOWN_ORDER', unknown);
  });
  // Its stock: the order says what its hold is called, the inventory what it holds now.
  routes.seller('GET', `${ORDER}/hold`, 'seller.read', async (caller, request, reply) => {
    const found = await orNull(mallOrders.call('showMallOrder', named(caller, request)));
    if (!found?.order) return await refuse(reply, 404, 'UNKNOWN_ORDER', unknown);
    const { holdRef } = found.order;
    if (holdRef === '') return { hold: null };
    const { sellerId } = caller;
    const held = await orNull(inventory.call('getHold', { sellerId, holdRef }));
    return { hold: held?.hold ? Hold.toJSON(held.hold) : null };
  });
  // Settlement hears of an order when it is confirmed; its invoices are asked for when it is delivered.
  routes.seller('GET', `${ORDER}/money`, 'seller.read', async (caller, request, reply) => {
    const found = await orNull(mallOrders.call('showMallOrder', named(caller, request)));
    if (!found?.order) return await refuse(reply, 404, 'UNKNOWN_ORDER', unknown);
    const { orderRef, account } = found.order;
    if (!orderRef) return { invoices: [], entries: [] };
    const [told, payment] = await Promise.all([
      mallMoney.call('getInvoices', { account, orderRefs: [orderRef] }),
      orNull(mallMoney.call('getPayment', { orderRef })),
    ]);
    return {
      invoices: told.orders[0]?.invoices.map((one) => Invoice.toJSON(one)) ?? [],
      entries: payment?.entries.map((one) => MoneyEntry.toJSON(one)) ?? [],
    };
  });
  routes.seller('POST', `${ORDER}/expire`, 'seller.act', async (caller, request) => {
    const askedBy = askerOf(caller.user);
    const asked = { ...named(caller, request), askedBy };
    const { order } = await mallOrders.call('expireMallOrder', asked);
    return { order: order ? MallOrder.toJSON(order) : null };
  });
  routes.seller('GET', `${MALL}/settings`, 'seller.read', async ({ sellerId }) => {
    const { settings } = await mallOrders.call('getMallSettings', { sellerId });
    return { settings: settings ? MallSettingsMessage.toJSON(settings) : {} };
  });
  routes.seller(
    'POST',
    `${MALL}/settings`,
    'seller.act',
    async (caller, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Settings, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'minutes and pieces' });
      }
      const settings = {
        sellerId: caller.sellerId,
        preorderTtlMs: BigInt(sent.holdMinutes) * MINUTE_MS,
        alertAfterMs: BigInt(sent.alertMinutes) * MINUTE_MS,
        heldPerPurchaserMilli: BigInt(sent.mostPieces) * MILLI_PER_PIECE,
      };
      await mallOrders.call('putMallSettings', { settings });
      return { settings: MallSettingsMessage.toJSON(settings) };
    },
    async ({ sellerId }) => {
      const { settings } = await mallOrders.call('getMallSettings', { sellerId });
      return settings && sentAs(settings);
    },
  );
}
