import type { TimeLeft } from '@astrolabe/door';
import type { Clock, Milli, Place, StockKind } from '@astrolabe/kernel';
import { err, mapOk, placeKey, tmallOrder } from '@astrolabe/kernel';
import {
  adjustGoods,
  adjustItems,
  initialiseGoods,
  initialiseItems,
  queryGoods,
  queryItems,
  updateGoods,
  updateItems,
} from '@astrolabe/schemas/qimen';
import type {
  InitialLine,
  ReceivedLine,
  ShopGoods,
  StockGoods,
  UpdateLine,
} from '@astrolabe/schemas/qimen';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import type { Cause, Goods, GoodsName, Stock } from '../../application/ports.ts';
import { UNKNOWN_STORE, makeUploadStock, unknownStore } from '../../application/upload-stock.ts';
import type { LineContent, SentLine } from '../../application/upload-stock.ts';
import { qimenRow } from './method.ts';
import { WHOLE_BODY_BYTES } from '../body-limits.ts';
import type { Caller } from '../caller.ts';
import type { Served, Worked } from './method.ts';

/** Most lines that one call may carry; the stock decides them in one go. */
const LINES_MAX = 1_000;

const shopName = (goods: ShopGoods): GoodsName => ({
  kind: 'ITEM',
  itemId: goods.itemId,
  skuId: goods.skuId ?? '',
  outerId: goods.outerId,
});

const stockName = (goods: StockGoods): GoodsName => ({
  kind: 'SC_ITEM',
  scItemId: goods.goodsId,
  outerId: goods.outerId ?? '',
});

/** How far a time may be ahead of ours, as with the time of a status report (fulfillment). */
const AHEAD_MAX_MS = 10 * 60_000;

type Upload<Line> = {
  userId: string;
  operationTime: Date;
  stores: readonly { place: Place; lines: readonly ReceivedLine<Line>[] }[];
};

/** Goods and stock as one request sees them: within what is left of its time. */
type InventoryDeps = (left: TimeLeft) => { goods: Goods; stock: Stock };

const invalid = (message: string): ChannelRefusal => ({ code: 'isv.invalid-parameter', message });
const refused = (message: string): Worked<never> => ({
  kind: 'refused',
  refusal: invalid(message),
});

/** Both families of inventory methods (white paper 6.2 with scItems, 6.3 with items and SKUs). */
export function inventoryMethods(deps: InventoryDeps, clock: Clock): readonly Served[] {
  const initial = <G>(name: (goods: G) => GoodsName, scope: string) =>
    uploading<InitialLine<G>>(deps, {
      billScope: scope,
      createGoods: true,
      goodsOf: (line) => name(line.goods),
      contentOf: ({ kind, quantity }) => ({ verb: 'initialise', kind, quantity }),
    });
  const update = <G>(name: (goods: G) => GoodsName, scope: string) =>
    uploading<UpdateLine<G>>(deps, {
      billScope: scope,
      createGoods: false,
      goodsOf: (line) => name(line.goods),
      contentOf: ({ kind, billType, delta, finalQuantity }) => ({
        verb: 'adjust',
        kind,
        billType,
        delta,
        ...(finalQuantity === undefined ? {} : { finalQuantity }),
      }),
    });
  const sellerOf = (request: { userId: string }) => request.userId;
  const refusalOf = ({ operationTime }: { operationTime: Date }) =>
    operationTime.getTime() > clock().getTime() + AHEAD_MAX_MS
      ? invalid('operationTime is more than ten minutes ahead')
      : null;
  const uploads = { sellerOf, refusalOf, bodyBytesMax: WHOLE_BODY_BYTES };
  const queries = { sellerOf, readOnly: true, bodyBytesMax: WHOLE_BODY_BYTES } as const;
  const moves = { sellerOf, refusalOf, tradeOf: ({ move }: Move<unknown>) => move.tradeId };
  return [
    qimenRow(initialiseItems, { ...uploads, work: initial(shopName, 'item.initial') }),
    qimenRow(initialiseGoods, { ...uploads, work: initial(stockName, 'sc.initial') }),
    qimenRow(updateItems, { ...uploads, work: update(shopName, 'item.update') }),
    qimenRow(updateGoods, { ...uploads, work: update(stockName, 'sc.update') }),
    qimenRow(queryItems, { ...queries, work: querying(deps, shopName) }),
    qimenRow(queryGoods, { ...queries, work: querying(deps, stockName) }),
    qimenRow(adjustItems, { ...moves, work: moving(deps, shopName, 'item.adjust') }),
    qimenRow(adjustGoods, { ...moves, work: moving(deps, stockName, 'sc.adjust') }),
  ];
}

const causeOf = ({ key, sellerId, inboundId }: Caller, operationId: string): Cause => ({
  sellerId,
  operationId,
  actor: `app:${key.appKey}`,
  messageId: inboundId,
});

function uploading<Line>(
  deps: InventoryDeps,
  method: {
    billScope: string;
    createGoods: boolean;
    goodsOf: (line: Line) => GoodsName;
    contentOf: (line: Line) => LineContent;
  },
) {
  return async (request: Upload<Line>, caller: Caller): Promise<Worked<object>> => {
    const lines = request.stores.flatMap(({ place, lines: own }) =>
      own.map(({ billNum, result }): SentLine => ({
        billNum,
        place,
        content: result.ok
          ? mapOk(result, (line) => ({
              goods: method.goodsOf(line),
              line: method.contentOf(line),
            }))
          : err(result.error.description),
      })),
    );
    if (lines.length > LINES_MAX) return refused(`at most ${LINES_MAX} lines in one call`);
    const upload = makeUploadStock(deps(caller.left));
    const failed = await upload(causeOf(caller, `inbound:${caller.inboundId}`), {
      billScope: method.billScope,
      createGoods: method.createGoods,
      operationTime: request.operationTime,
      lines,
    });
    return { kind: 'lines', failed, answer: {} };
  };
}

type Question<G> = {
  stores: readonly { place: Place; goods: readonly { goods: G }[] }[];
};
type Counted<G> = {
  stores: {
    place: Place;
    goods: { goods: G; quantities: { kind: StockKind; quantity: Milli }[] }[];
  }[];
};

/** Current quantities, gross of occupancies (decision D-7 of the catalogue). */
function querying<G>(deps: InventoryDeps, name: (goods: G) => GoodsName) {
  return async (request: Question<G>, { sellerId, left }: Caller): Promise<Worked<Counted<G>>> => {
    const { goods, stock } = deps(left);
    const asked = request.stores.flatMap((store) => store.goods.map((one) => one.goods));
    if (asked.length > LINES_MAX) return refused(`at most ${LINES_MAX} goods in one call`);
    const resolved = await goods.resolve(sellerId, asked.map(name), false);
    const ids = new Map(asked.map((one, index) => [one, resolved[index]]));
    const idOf = (one: G): string[] => {
      const found = ids.get(one);
      return found?.ok ? [found.value] : [];
    };
    const cells = await stock.query(
      sellerId,
      request.stores.map(({ place, goods: own }) => ({
        place,
        goodsIds: own.flatMap((line) => idOf(line.goods)),
      })),
    );
    const counted = Map.groupBy(cells, (cell) => cellKey(cell.place, cell.goodsId));
    const quantitiesOf = (place: Place, one: G) =>
      idOf(one)
        .flatMap((goodsId) => counted.get(cellKey(place, goodsId)) ?? [])
        .map(({ kind, quantity }) => ({ kind, quantity }));
    const stores = request.stores.map(({ place, goods: own }) => ({
      place,
      goods: own.map((one) => ({ goods: one.goods, quantities: quantitiesOf(place, one.goods) })),
    }));
    return { kind: 'done', answer: { stores } };
  };
}

const cellKey = (place: Place, goodsId: string): string => `${placeKey(place)}|${goodsId}`;

type Move<G> = {
  move: {
    billNum: string;
    tradeId: string;
    subOrderId: string;
    target: Place;
    goods: G;
    kind: StockKind;
    quantity: Milli;
  };
};

/** Moves an occupancy; the source is found by the sub-order (catalogue 2.2). */
function moving<G>(deps: InventoryDeps, name: (goods: G) => GoodsName, billScope: string) {
  return async ({ move }: Move<G>, caller: Caller): Promise<Worked<object>> => {
    const { goods, stock } = deps(caller.left);
    const { target } = move;
    const asked = { ...name(move.goods), at: target };
    const [found] = await goods.resolve(caller.sellerId, [asked], false);
    if (!found?.ok) {
      const code = found?.error ?? 'UNKNOWN_GOODS';
      const isNowhere = code === UNKNOWN_STORE;
      const message = isNowhere ? unknownStore(target.id) : 'these goods are not known';
      return { kind: 'refused', refusal: { code, message } };
    }
    const cause = causeOf(caller, `bill:${billScope}:${caller.sellerId}:${move.billNum}`);
    const moved = await stock.move(cause, {
      ...move,
      orderRef: tmallOrder(caller.sellerId, move.tradeId),
      goodsId: found.value,
    });
    if (moved.ok) return { kind: 'done', answer: {} };
    return {
      kind: 'refused',
      refusal: { code: moved.error, message: `the occupancy was not moved: ${moved.error}` },
    };
  };
}
