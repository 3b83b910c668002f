import { OrderRef } from '@astrolabe/contracts/common';
import { Cell, HistoryEntry, Hold } from '@astrolabe/contracts/inventory';
import type { FastifyReply } from 'fastify';
import { freeOf, sumsOf } from '../../../domain/stock.ts';
import type { Sums } from '../../../domain/stock.ts';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { cellsAt } from './cells.ts';
import { pageOf } from './responses.ts';
import { sendCsv } from './csv.ts';
import { HISTORY_COLUMNS, HOLD_COLUMNS, PLACE_COLUMNS } from './stock-files.ts';
import { historyRows, holdRows, placeRows } from './stock-files.ts';
import {
  checkOf,
  countedOf,
  countedOfGoods,
  historyPage,
  numberOf,
  openHolds,
  orderOfEntry,
  orderOfHold,
} from './stock-reads.ts';

const STOCK = '/api/sellers/:seller/stock';

type Inventory = Backends['inventory'];

const noNumber = async (reply: FastifyReply) =>
  await refuse(reply, 400, 'BAD_REQUEST', {
    message: 'goods, place and kind name one number',
  });
const noGoods = async (reply: FastifyReply) =>
  await refuse(reply, 400, 'BAD_REQUEST', { message: 'goods is missing' });

const sumsJson = (sums: Sums) =>
  Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value.toString()]));

const balanceJson = (of: { quantityMilli: bigint; heldMilli: bigint }) => ({
  quantityMilli: of.quantityMilli.toString(),
  heldMilli: of.heldMilli.toString(),
});

const orderJson = (ref: ReturnType<typeof orderOfHold>) =>
  ref && { orderRef: OrderRef.toJSON(ref) };

/** The stock of goods at every place, what holds it, and the history of one number; each as a page and as a file. */
export function registerStock(routes: Routes, { inventory }: Pick<Backends, 'inventory'>): void {
  registerPlaces(routes, inventory);
  registerHistory(routes, inventory);
  registerHolds(routes, inventory);
}

function registerPlaces(routes: Routes, inventory: Inventory): void {
  routes.seller('GET', STOCK, 'seller.read', async ({ sellerId }, request, reply) => {
    const { goods = '', token = '' } = queryOf(request);
    if (goods === '') return await noGoods(reply);
    const asked = { sellerId, goodsIds: [goods], places: [] };
    const page = await cellsAt(token, async (pageToken) =>
      inventory.call('query', { ...asked, pageToken }),
    );
    if (!page) return await refuse(reply, 400, 'INVALID_PAGE_TOKEN', { message: 'No such page' });
    const cells = page.cells.map((cell) => {
      const counted = countedOf(cell);
      const free = counted && { freeMilli: freeOf(counted).toString() };
      return { ...(Cell.toJSON(cell) as object), ...free };
    });
    return { goodsId: goods, cells, nextToken: page.next };
  });
  routes.seller('GET', `${STOCK}.csv`, 'seller.read', async ({ sellerId }, request, reply) => {
    const { goods = '' } = queryOf(request);
    if (goods === '') return await noGoods(reply);
    const rows = placeRows(inventory, sellerId, goods);
    return await sendCsv(reply, `stock-${sellerId}`, PLACE_COLUMNS, rows);
  });
  routes.seller('GET', `${STOCK}/totals`, 'seller.read', async ({ sellerId }, request, reply) => {
    const { goods = '' } = queryOf(request);
    if (goods === '') return await noGoods(reply);
    const asked = { sellerId, goodsIds: [goods], places: [], channel: '' };
    const [{ counted, isWhole }, { sellable }] = await Promise.all([
      countedOfGoods(inventory, sellerId, goods),
      inventory.call('getSellable', asked),
    ]);
    const { certain, shared, short } = sumsOf(counted);
    return {
      certain: sumsJson(certain),
      shared: sumsJson(shared),
      short,
      isWhole,
      sellableMilli: (sellable[0]?.sellableMilli ?? 0n).toString(),
    };
  });
}

function registerHistory(routes: Routes, inventory: Inventory): void {
  routes.seller('GET', `${STOCK}/history`, 'seller.read', async (caller, request, reply) => {
    const query = queryOf(request);
    const { sellerId } = caller;
    const number = numberOf(sellerId, query);
    if (!number) return await noNumber(reply);
    const { entries, nextToken } = await historyPage(inventory, number, pageOf(query));
    return {
      entries: entries.map((entry) => ({
        ...(HistoryEntry.toJSON(entry) as object),
        ...orderJson(orderOfEntry(sellerId, entry)),
      })),
      nextToken,
    };
  });
  routes.seller('GET', `${STOCK}/history.csv`, 'seller.read', async (caller, request, reply) => {
    const number = numberOf(caller.sellerId, queryOf(request));
    if (!number) return await noNumber(reply);
    const rows = historyRows(inventory, number);
    return await sendCsv(reply, `history-${number.place.id}`, HISTORY_COLUMNS, rows);
  });
  routes.seller('GET', `${STOCK}/check`, 'seller.read', async (caller, request, reply) => {
    const number = numberOf(caller.sellerId, queryOf(request));
    if (!number) return await noNumber(reply);
    const { sum, opening, shown, ...check } = await checkOf(inventory, number);
    return {
      ...check,
      sum: balanceJson(sum),
      opening: balanceJson(opening),
      shown: balanceJson(shown),
    };
  });
}

function registerHolds(routes: Routes, inventory: Inventory): void {
  routes.seller('GET', `${STOCK}/holds`, 'seller.read', async ({ sellerId }, request, reply) => {
    const { goods = '', token = '' } = queryOf(request);
    if (goods === '') return await noGoods(reply);
    const { holds, next } = await openHolds(inventory, sellerId, goods, token);
    return {
      holds: holds.map((hold) => ({
        ...(Hold.toJSON(hold) as object),
        ...orderJson(orderOfHold(sellerId, hold.holdRef)),
      })),
      nextToken: next,
    };
  });
  routes.seller('GET', `${STOCK}/holds.csv`, 'seller.read', async (caller, request, reply) => {
    const { goods = '' } = queryOf(request);
    if (goods === '') return await noGoods(reply);
    const rows = holdRows(inventory, caller.sellerId, goods);
    return await sendCsv(reply, `holds-${caller.sellerId}`, HOLD_COLUMNS, rows);
  });
}
