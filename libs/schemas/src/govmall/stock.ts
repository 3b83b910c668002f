import type { Codec, TypeOf } from '../wire/codec.ts';
import { list, optional, record, required } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { areaCodec } from './area.ts';
import { govMethod } from './method.ts';
import { govCode, govCodes, govStockPieces, underAnyName, wholePieces } from './values.ts';

const row = record({
  sku: required('sku', govCode()),
  quantity: required('num', govStockPieces()),
  areaId: required('area_id', text(100)),
  /** As it was asked for. */
  area: optional('area', text(200)),
});

/** Sellable quantity of a SKU in a region, in thousandths; the mall sees whole pieces. */
export type GovStock = TypeOf<typeof row>;

/**
 * The document's sample has `sku`, `num` and `area_id`; the public family reads `area` and the words 有货
 * and 无货. All are written, and word and number always agree.
 */
const stock: Codec<GovStock> = {
  ...row,
  encode: (name, value) =>
    objectNode(name, [
      ...row.encode(name, value).children,
      leaf('desc', wholePieces(value.quantity) > 0n ? '有货' : '无货'),
    ]),
};

/** 2.11: what may be sold of goods in a region, at this moment. */
export const govStock = govMethod({
  number: '2.11',
  name: 'stock',
  path: '/api/product/stock',
  request: record({
    skus: underAnyName(['sku', 'skus'], govCodes('sku')),
    area: underAnyName(['area', 'area_id'], areaCodec),
  }),
  answer: list('stock', stock),
});
