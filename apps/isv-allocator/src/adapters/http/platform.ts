import type { Place, Result } from '@astrolabe/kernel';
import { mapOk, ok, placeKey } from '@astrolabe/kernel';
import { syncAllocation } from '@astrolabe/schemas/omni';
import {
  BINDING_PAGE_SIZE,
  adjustItems,
  queryItemStores,
  queryItems,
  queryStore,
  syncOrderStatus,
} from '@astrolabe/schemas/qimen';
import { getFullTrade } from '@astrolabe/schemas/top';
import type { AllocationReport } from '@astrolabe/schemas/omni';
import type { ShopGoods } from '@astrolabe/schemas/qimen';
import type { FullTrade } from '@astrolabe/schemas/top';
import { ended, read, refusedHere, unlessTooEarly } from './outcome.ts';
import { isShippedAtTmall, sendStoreEffect } from './store-reports.ts';
import type { Outcome } from '@astrolabe/outbound';
import { callQimen, callTop } from '@astrolabe/channel-client';
import type { CallDeps, TopAccess } from '@astrolabe/channel-client';
import type { ConnectPlatform, Connection, ReadFailure } from '../../application/ports.ts';
import type { Allocation, Effect, Goods } from '../../domain/allocation.ts';
import type { Offer } from '../../domain/choose.ts';
import type { SeenLine } from '../../domain/decide.ts';

/** Pages of stores that one item's bindings are read from. */
const BINDING_PAGES_MAX = 2;
const OPERATOR = 'isv-allocator';

/**
 * The platform above us over the wire: the trade by TOP, bindings, stock, moves and statuses by Qimen,
 * the result by the open API 2.0 (white paper 2.4, 6.1 to 6.4, 6.6.2).
 */
export const connectPlatform =
  (deps: CallDeps): ConnectPlatform =>
  (connection) => ({
    trade: async (tradeId) => {
      const asked = { fields: 'tid,status,orders', tradeId };
      return mapOk(read(await callTop(deps, topOf(connection), getFullTrade, asked)), seenLines);
    },
    storesOf: (itemId) => storesOf(deps, connection, itemId),
    isOpenStore: async (storeId) => {
      const found = await callQimen(deps, connection, queryStore, { storeId });
      if (found.ok) return ok((found.value.status ?? 'NORMAL') === 'NORMAL');
      return found.error.kind === 'refused' ? ok(false) : read(found);
    },
    stock: async (lines, places) => {
      const asked = {
        userId: connection.sellerId,
        stores: places.map((place) => ({
          place,
          goods: distinct(lines.map(({ goods }) => goods)).map((goods) => ({
            goods: shopGoods(goods),
          })),
        })),
      };
      const found = await callQimen(deps, connection, queryItems, asked);
      return mapOk(read(found), ({ stores }) => offersOf(lines, stores));
    },
    isShippedAtTmall: (tradeId, subOrderIds) =>
      isShippedAtTmall(deps, connection, tradeId, subOrderIds),
    send: async (allocation, effect) => {
      switch (effect.kind) {
        case 'TAKEN':
          return await sendTaken(deps, connection, allocation);
        case 'ADJUST':
          return await sendAdjust(deps, connection, allocation, effect);
        case 'SHIP':
        case 'STATUS':
          return await sendStoreEffect(deps, connection, allocation, effect);
        case 'SYNC':
          return ended(
            await callTop(deps, topOf(connection), syncAllocation, reportOf(allocation)),
          );
      }
    },
  });

/** Our own platform knows a session by the seller's number. */
const topOf = ({ platformUrl, sellerId, top }: Connection): TopAccess => ({
  platformUrl,
  session: sellerId,
  top,
});

const shopGoods = ({ itemId, skuId, outerId }: Goods): ShopGoods => ({
  itemId,
  outerId,
  ...(skuId === '' ? {} : { skuId }),
});

const goodsKey = ({ itemId, skuId }: { itemId: string; skuId?: string }): string =>
  `${itemId}/${skuId ?? ''}`;

const distinct = (goods: readonly Goods[]): Goods[] => [
  ...new Map(goods.map((one) => [goodsKey(one), one])).values(),
];

const seenLines = ({ trade, standings }: FullTrade): readonly SeenLine[] =>
  trade.lines.map((line) => {
    const standing = standings.find(({ subOrderId }) => subOrderId === line.subOrderId);
    return {
      subOrderId: line.subOrderId,
      goods: { itemId: line.itemId, skuId: line.skuId ?? '', outerId: line.outerId ?? '' },
      quantityMilli: line.quantity,
      deducted: standing?.deducted?.place ?? null,
      target: standing?.target?.place ?? null,
      state: standing?.state ?? 'WAITING',
      refundWithdrawn: line.refundStatus === 'CLOSED' || line.refundQuantity === 0n,
    };
  });

async function storesOf(
  deps: CallDeps,
  connection: Connection,
  itemId: string,
): Promise<Result<readonly string[], ReadFailure>> {
  const ids: string[] = [];
  for (let page = 1; page <= BINDING_PAGES_MAX; page += 1) {
    const found = read(await callQimen(deps, connection, queryItemStores, { itemId, page }));
    if (!found.ok) return found;
    ids.push(...found.value.storeIds);
    if (found.value.storeIds.length < BINDING_PAGE_SIZE) break;
  }
  return ok(ids);
}

type CountedStore = {
  readonly place: Place;
  readonly goods: readonly {
    readonly goods: ShopGoods;
    readonly quantities: readonly {
      readonly kind: 'CERTAIN' | 'SHARED';
      readonly quantity: bigint;
    }[];
  }[];
};

function offersOf(
  lines: readonly { readonly subOrderId: string; readonly goods: Goods }[],
  stores: readonly CountedStore[],
): readonly Offer[] {
  const counted = new Map(
    stores.flatMap(({ place, goods }) =>
      goods.map((one) => {
        const of = (kind: 'CERTAIN' | 'SHARED'): bigint =>
          one.quantities.find((quantity) => quantity.kind === kind)?.quantity ?? 0n;
        const offer = { place, sharedMilli: of('SHARED'), certainMilli: of('CERTAIN') };
        return [`${placeKey(place)}|${goodsKey(one.goods)}`, offer] as const;
      }),
    ),
  );
  return lines.flatMap(({ subOrderId, goods }) =>
    stores.flatMap(({ place }) => {
      const offer = counted.get(`${placeKey(place)}|${goodsKey(goods)}`);
      return offer ? [{ subOrderId, ...offer }] : [];
    }),
  );
}

/** REGISTERED, which every order must have (white paper 6.4); a repeat of it is no change. */
async function sendTaken(
  deps: CallDeps,
  connection: Connection,
  { orderRef, lines, requestedAt }: Allocation,
): Promise<Outcome> {
  const outcome = ended(
    await callQimen(deps, connection, syncOrderStatus, {
      sellerId: connection.sellerId,
      tradeId: orderRef.number,
      subOrderIds: lines.map(({ subOrderId }) => subOrderId),
      status: 'REGISTERED',
      operator: OPERATOR,
      actionTime: requestedAt,
    }),
  );
  return unlessTooEarly(outcome);
}

async function sendAdjust(
  deps: CallDeps,
  connection: Connection,
  { orderRef, lines }: Allocation,
  { subOrderId, billNum }: Effect,
): Promise<Outcome> {
  const line = lines.find((one) => one.subOrderId === subOrderId);
  if (!line?.place || !line.kind) {
    return refusedHere('the sub-order has no place any more');
  }
  return ended(
    await callQimen(deps, connection, adjustItems, {
      userId: connection.sellerId,
      operationTime: deps.clock(),
      move: {
        billNum,
        tradeId: orderRef.number,
        subOrderId,
        target: line.place,
        goods: shopGoods(line.goods),
        kind: line.kind,
        quantity: line.quantityMilli,
      },
    }),
  );
}

/** The report of a result; a sub-order without a place names the one that is deducted for it. */
export function reportOf({ orderRef, status, lines, refunded }: Allocation): AllocationReport {
  const { number: tradeId } = orderRef;
  const told = lines.filter(({ subOrderId }) => !refunded.includes(subOrderId));
  return {
    tradeId,
    status,
    allocations: told.flatMap((line) => {
      const place = line.place ?? line.deducted;
      if (!place) return [];
      const { subOrderId } = line;
      const lineStatus = line.place ? ('ALLOCATED' as const) : ('FAILED' as const);
      return [{ place, tradeId, subOrderId, status: lineStatus }];
    }),
  };
}
