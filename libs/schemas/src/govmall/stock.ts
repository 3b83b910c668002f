import type { Milli } from '@astrolabe/kernel';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { list, optional, record, required } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { areaCodec } from './area.ts';
import { govMethod } from './method.ts';
import { FAMILY_NAMES, ownName } from './names.ts';
import { byteText, printedText } from './reply.ts';
import type { ByteText, GovTelling } from './reply.ts';
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
      leaf('desc', wordOf(wholePieces(value.quantity))),
    ]),
};

const wordOf = (pieces: number): string => (pieces > 0 ? '有货' : '无货');

/** Where stock is asked for. */
export type GovStockPlace = Pick<GovStock, 'areaId' | 'area'>;

/** A code that JSON writes as it is, as nearly all are. */
const PLAIN = /^[\w.-]+$/;

/**
 * Prints rows of one place as 2.11 does: what they have in common is printed once, for it is most of them, and they
 * are different at every call.
 */
export function govStockRows(
  { areaId, area }: GovStockPlace,
  { names = FAMILY_NAMES }: GovTelling = {},
): (sku: string, quantity: Milli) => ByteText {
  const own = (field: string): string => printedText(ownName(names, '', field));
  const shown = area === undefined ? '' : `,${own('area')}:${printedText(area)}`;
  const place = `,${own('area_id')}:${printedText(areaId)}${shown},${own('desc')}:`;
  const [begin, num] = [byteText(`{${own('sku')}:`), byteText(`,${own('num')}:`)];
  const endOf = (pieces: number): string => byteText(`${place}${printedText(wordOf(pieces))}}`);
  const [some, none] = [endOf(1), endOf(0)];
  return (sku, quantity) => {
    const pieces = wholePieces(quantity);
    const text = PLAIN.test(sku) ? `"${sku}"` : byteText(printedText(sku));
    return `${begin}${text}${num}${pieces}${pieces > 0 ? some : none}` as ByteText;
  };
}

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
