import type { Milli, Place, Result } from '@astrolabe/kernel';
import { err, invariant, ok } from '@astrolabe/kernel';
import type { Codec, Field, TypeOf } from '../wire/codec.ts';
import {
  childOf,
  itemsOf,
  joined,
  mapped,
  optional,
  record,
  refusalText,
  required,
} from '../wire/codec.ts';
import { code, id, oneOf, pieces, placeType, stockKind } from '../wire/leaves.ts';

/** Goods of the merchant's stock (scheme 1), named by the scItem id. */
export type StockGoods = { readonly goodsId: string; readonly outerId?: string };

/** Goods of the shop (scheme 2): item, SKU when the item has any, and the merchant's own code. */
export type ShopGoods = {
  readonly itemId: string;
  readonly skuId?: string;
  readonly outerId: string;
};

const stockGoodsFields = {
  goodsId: required('scItemId', id()),
  outerId: optional('outerId', code(50)),
};
const shopGoodsFields = {
  itemId: required('itemId', id()),
  outerId: required('outerId', code(50)),
  skuId: optional('skuId', id()),
};

/** Both families as a member `goods` of their lines. */
export const stockGoods: Field<StockGoods, false> = joined(stockGoodsFields, ok, (value) => value);
export const shopGoods: Field<ShopGoods, false> = joined(shopGoodsFields, ok, (value) => value);

/** Where the lines of a group lie: `warehouseType` and `warehouseId`. */
export const place = placeField('warehouseType', 'warehouseId');

/** Where an occupancy must go: `targetWarehouseType` and `targetWarehouseId`. */
export const targetPlace = placeField('targetWarehouseType', 'targetWarehouseId');

function placeField(typeName: string, idName: string): Field<Place, false> {
  return joined(
    { type: required(typeName, placeType), id: required(idName, code(50)) },
    ok,
    (value) => value,
  );
}

/** Idempotency key of a line, string(50); a comma would break `failedBillNum`. */
export const billNum: Codec<string> = mapped(
  code(50),
  (value) => (value.includes(',') ? err('must not hold a comma') : ok(value)),
  (value) => value,
);

/** Whose sales a reported change holds (white paper 6.2.2, 6.3.2). */
export const BILL_TYPES = ['TAOBAO_INCLUDED', 'TAOBAO_EXCLUDED', 'BALANCE'] as const;
export type BillType = (typeof BILL_TYPES)[number];

/** A line that sets a quantity; zero is accepted: a sold-out store must be initialisable. */
export const initialLine = <Goods>(goods: Field<Goods, false>) =>
  record({
    billNum: required('billNum', billNum),
    goods,
    kind: required('inventoryType', stockKind),
    quantity: required('quantity', pieces('not negative')),
  });

/** A line that changes a quantity: positive adds, negative deducts. */
export const updateLine = <Goods>(goods: Field<Goods, false>) =>
  record({
    billNum: required('billNum', billNum),
    billType: required('billType', oneOf(BILL_TYPES)),
    goods,
    kind: required('inventoryType', stockKind),
    delta: required('quantity', pieces('any')),
    finalQuantity: optional('finalQuantity', pieces('any')),
  });

export type InitialLine<Goods> = {
  readonly billNum: string;
  readonly goods: Goods;
  readonly kind: TypeOf<typeof stockKind>;
  readonly quantity: Milli;
};
export type UpdateLine<Goods> = {
  readonly billNum: string;
  readonly billType: BillType;
  readonly goods: Goods;
  readonly kind: TypeOf<typeof stockKind>;
  readonly delta: Milli;
  readonly finalQuantity?: Milli;
};

/** One line of a received batch: it stands alone, so it fails alone. */
export type ReceivedLine<Line> = {
  /** Empty when the line carries none. */
  readonly billNum: string;
  readonly result: Result<Line, { readonly code: string; readonly description: string }>;
};

/** Lines of a batch, each with its own outcome; only the list itself can be refused as a whole. */
export function receivedLines<Line>(
  itemName: string,
  line: Codec<Line>,
): Codec<readonly ReceivedLine<Line>[]> {
  return {
    shape: { kind: 'list', itemName, item: line.shape },
    decode: (node, path) => {
      const items = itemsOf(node, [itemName], path);
      if (!items.ok) return items;
      return ok(
        items.value.map((item) => {
          const named = childOf(item, 'billNum', '');
          const result = line.decode(item, '');
          return {
            billNum: named.ok ? (named.value?.text.trim() ?? '') : '',
            result: result.ok
              ? result
              : err({
                  code: `LINE_${result.error.kind}`,
                  description: refusalText(result.error).slice(0, 50),
                }),
          };
        }),
      );
    },
    encode: () => {
      invariant(false, 'received lines are never sent');
    },
  };
}
