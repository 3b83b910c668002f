import { err } from '@astrolabe/kernel';
import type { Codec, Field } from '../wire/codec.ts';
import { defaulted, list, missing, record, required } from '../wire/codec.ts';
import { code, id, pieces, stockKind, time } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import type { ReceivedLine } from './inventory-lines.ts';
import {
  billNum,
  initialLine,
  place,
  receivedLines,
  shopGoods,
  stockGoods,
  targetPlace,
  updateLine,
} from './inventory-lines.ts';
import { defineQimen, defineSame } from './method.ts';

const nothing = record({});

/**
 * Lines grouped by place under the head of an upload. A place without lines has nothing to do; an
 * upload without any is refused.
 */
function upload<Line>(lines: Codec<readonly Line[]>) {
  const group = record({ place, lines: defaulted('storeInventories', lines, []) });
  const head = record({
    userId: required('userId', id()),
    operationTime: required('operationTime', time()),
    stores: required('stores', list('store', group, { min: 1 })),
  });
  return {
    ...head,
    decode: (node: WireNode, path: string): ReturnType<typeof head.decode> => {
      const read = head.decode(node, path);
      if (!read.ok || read.value.stores.some((store) => store.lines.length > 0)) return read;
      return err(missing('stores[0].storeInventories'));
    },
  };
}

/** An upload is sent with good lines and received with the outcome of each. */
const defineUpload = <Line>(method: string, line: Codec<Line>) =>
  defineQimen({
    method,
    received: upload<ReceivedLine<Line>>(receivedLines('storeInventory', line)),
    sent: upload(list('storeInventory', line)),
    answer: nothing,
  });

/** 6.2.1: sets full quantities of the merchant's goods; CERTAINTY only once. */
export const initialiseGoods = defineUpload(
  'taobao.qimen.storeinventory.initial',
  initialLine(stockGoods),
);

/** 6.3.1: sets full quantities of the shop's items. */
export const initialiseItems = defineUpload(
  'taobao.qimen.storeinventory.iteminitial',
  initialLine(shopGoods),
);

/** 6.2.2: changes quantities of the merchant's goods. */
export const updateGoods = defineUpload(
  'taobao.qimen.storeinventory.update',
  updateLine(stockGoods),
);

/** 6.3.2: changes quantities of the shop's items. */
export const updateItems = defineUpload(
  'taobao.qimen.storeinventory.itemupdate',
  updateLine(shopGoods),
);

const lines = <T>(line: Codec<T>): Field<readonly T[], false> =>
  defaulted('storeInventories', list('storeInventory', line), []);

/** A question has no operation time; its answer has one quantity per kind of stock. */
function defineQuery<Goods>(method: string, goods: Field<Goods, false>) {
  const asked = record({ place, goods: lines(record({ goods })) });
  const quantity = record({
    kind: required('inventoryType', stockKind),
    quantity: required('quantity', pieces('any')),
  });
  const counted = record({
    goods,
    quantities: defaulted('quantityDetails', list('quantityDetail', quantity), []),
  });
  return defineSame(
    method,
    record({
      userId: required('userId', id()),
      stores: required('stores', list('store', asked, { min: 1 })),
    }),
    record({
      stores: defaulted('stores', list('store', record({ place, goods: lines(counted) })), []),
    }),
  );
}

/** 6.2.3: quantities of the merchant's goods, gross of occupancies. */
export const queryGoods = defineQuery('taobao.qimen.storeinventory.query', stockGoods);

/** 6.3.3: quantities of the shop's items. */
export const queryItems = defineQuery('taobao.qimen.storeinventory.itemquery', shopGoods);

/** Exactly one move of one sub-order's occupancy per call; the source is looked up by the order. */
const defineAdjust = <Goods>(method: string, goods: Field<Goods, false>) =>
  defineSame(
    method,
    record({
      userId: required('userId', id()),
      operationTime: required('operationTime', time()),
      move: required(
        'inventoryAdjustInfo',
        record({
          billNum: required('billNum', billNum),
          tradeId: required('tbTradeOrder', code(50)),
          subOrderId: required('tbSubTradeOrder', code(50)),
          target: targetPlace,
          goods,
          kind: required('inventoryType', stockKind),
          quantity: required('quantity', pieces('positive')),
        }),
      ),
    }),
    nothing,
  );

/** 6.2.4: moves an occupancy of the merchant's goods. */
export const adjustGoods = defineAdjust('taobao.qimen.storeinventory.adjust', stockGoods);

/** 6.3.4: moves an occupancy of the shop's items. */
export const adjustItems = defineAdjust('taobao.qimen.storeinventory.itemadjust', shopGoods);
