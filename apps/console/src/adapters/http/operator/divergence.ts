import { placeToMessage } from '@astrolabe/contracts';
import { ListShelvesResponse } from '@astrolabe/contracts/catalog';
import { StockKind } from '@astrolabe/contracts/common';
import {
  CountDivergencesResponse,
  Hold,
  ListDivergencesResponse,
} from '@astrolabe/contracts/inventory';
import type { OccupancyItem } from '@astrolabe/contracts/inventory';
import { placeFromKey } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { sendCsv } from './csv.ts';
import { DIVERGENCE_COLUMNS, divergenceRows } from './divergence-file.ts';
import { inTurns } from './in-turns.ts';
import { askerOf } from './order-actions.ts';
import { overHolds, whyOver } from './over-holds.ts';
import { pageOf } from './responses.ts';

const DIVERGENCE = '/api/sellers/:seller/divergence';
/** As many as one request of the page adjusts; each release asks the router. */
const ITEMS_MAX = 50;
const AT_ONCE = 5;

type Backed = Pick<Backends, 'catalog' | 'inventory' | 'occupancy' | 'orders'>;

const milli = Type.String({ pattern: '^-?\\d{1,15}$' });
const Adjust = Type.Object({
  /** Made by the page for this plan: sent again it is the same one. */
  key: Type.String({ pattern: '^[\\w.:-]{8,32}$' }),
  reason: Type.String({ minLength: 1, maxLength: 200 }),
  items: Type.Array(
    Type.Union([
      Type.Object({
        what: Type.Literal('QUANTITY'),
        place: Type.String({ maxLength: 120 }),
        goodsId: Type.String({ minLength: 1, maxLength: 100 }),
        stockKind: Type.Union([
          Type.Literal('STOCK_KIND_CERTAIN'),
          Type.Literal('STOCK_KIND_SHARED'),
        ]),
        expectedQuantityMilli: milli,
        expectedHeldMilli: milli,
        quantityMilli: milli,
      }),
      Type.Object({
        what: Type.Literal('RELEASE'),
        holdRef: Type.String({ minLength: 1, maxLength: 150 }),
      }),
    ]),
    { minItems: 1, maxItems: ITEMS_MAX },
  ),
});

type Item = Type.Static<typeof Adjust>['items'][number];

/** What became of one item of a plan. */
type Outcome = { key: string; before: string; after: string; outcome: string; ok: boolean };

/** Where reports and our own counts do not agree, and what puts it right (docs/adr/0095). */
export function registerDivergence(routes: Routes, backed: Backed): void {
  const { occupancy } = backed;
  routes.seller('GET', DIVERGENCE, 'seller.read', async ({ sellerId }) =>
    CountDivergencesResponse.toJSON(await occupancy.call('countDivergences', { sellerId })),
  );
  routes.seller('GET', `${DIVERGENCE}/numbers`, 'seller.read', async (caller, request, reply) => {
    const query = queryOf(request);
    const asked = numbersAsked(query);
    if (!asked) return await refuse(reply, 400, 'BAD_REQUEST', { message: 'no such place' });
    const { sellerId } = caller;
    const wanted = { ...asked, sellerId, page: pageOf(query) };
    return ListDivergencesResponse.toJSON(await occupancy.call('listDivergences', wanted));
  });
  routes.seller(
    'GET',
    `${DIVERGENCE}/numbers.csv`,
    'seller.read',
    async (caller, request, reply) => {
      const asked = numbersAsked(queryOf(request));
      if (!asked) return await refuse(reply, 400, 'BAD_REQUEST', { message: 'no such place' });
      const { sellerId } = caller;
      const rows = divergenceRows(occupancy, { ...asked, sellerId });
      return await sendCsv(reply, `divergence-${sellerId}`, DIVERGENCE_COLUMNS, rows);
    },
  );
  routes.seller('GET', `${DIVERGENCE}/holds`, 'seller.read', async ({ sellerId }, request) => {
    const page = pageOf(queryOf(request));
    const { looked, holds, nextToken } = await overHolds(backed, sellerId, page);
    return {
      looked,
      holds: holds.map(({ hold, ...why }) => ({ ...(Hold.toJSON(hold) as object), ...why })),
      nextToken,
    };
  });
  routes.seller('GET', `${DIVERGENCE}/shelves`, 'seller.read', async ({ sellerId }, request) => {
    const page = pageOf(queryOf(request));
    return ListShelvesResponse.toJSON(
      await backed.catalog.call('listShelves', { sellerId, onlyDivergent: true, page }),
    );
  });
  routes.seller('POST', `${DIVERGENCE}/adjust`, 'seller.act', async (caller, request, reply) => {
    const sent = jsonOf(request.body);
    const items = Value.Check(Adjust, sent) ? sent.items.map(itemOf) : [null];
    if (!Value.Check(Adjust, sent) || items.some((item) => item === null)) {
      return await refuse(reply, 400, 'BAD_REQUEST', { message: 'key, reason and items' });
    }
    const { sellerId, user } = caller;
    const { key: requestId, reason } = sent;
    const plan = { sellerId, requestId, reason, actor: askerOf(user), apply: true };
    return {
      outcomes: await adjust(
        backed,
        plan,
        items.flatMap((item) => item ?? []),
      ),
    };
  });
}

function numbersAsked({ kind = '', place = '' }: Partial<Record<string, string>>) {
  const at = place === '' ? null : placeFromKey(place);
  if (place !== '' && !at) return null;
  return { kind, place: at ? placeToMessage(at) : undefined };
}

/** An item as the contract has it; null for a place that can be none. */
function itemOf(item: Item): OccupancyItem | null {
  if (item.what === 'RELEASE') return { item: { $case: 'releaseHoldRef', value: item.holdRef } };
  const place = placeFromKey(item.place);
  if (!place) return null;
  const isCertain = item.stockKind === 'STOCK_KIND_CERTAIN';
  return {
    item: {
      $case: 'quantity',
      value: {
        place: placeToMessage(place),
        goodsId: item.goodsId,
        stockKind: isCertain ? StockKind.CERTAIN : StockKind.SHARED,
        expectedQuantityMilli: BigInt(item.expectedQuantityMilli),
        expectedHeldMilli: BigInt(item.expectedHeldMilli),
        quantityMilli: BigInt(item.quantityMilli),
      },
    },
  };
}

type Plan = {
  readonly sellerId: string;
  readonly requestId: string;
  readonly actor: string;
  readonly reason: string;
  readonly apply: boolean;
};

/** Carries out what may be done: a hold is given up only if its order is over now. One outcome for each, in their order. */
async function adjust(
  { occupancy, orders }: Backed,
  plan: Plan,
  items: readonly OccupancyItem[],
): Promise<readonly Outcome[]> {
  const obstacles = await inTurns(items, AT_ONCE, async ({ item }) => {
    if (item?.$case !== 'releaseHoldRef') return null;
    return (await whyOver(orders, plan.sellerId, item.value)) === null ? item.value : null;
  });
  const may = items.filter((_, at) => obstacles[at] === null);
  const done =
    may.length === 0
      ? []
      : (await occupancy.call('adjustOccupancy', { ...plan, items: may })).outcomes;
  const results = done.values();
  return obstacles.map((holdRef) => {
    const left = { key: holdRef ?? '', before: '', after: '', ok: false };
    if (holdRef !== null) return { ...left, outcome: 'ORDER_OPEN' };
    return results.next().value ?? { ...left, outcome: 'UNDECIDED' };
  });
}
