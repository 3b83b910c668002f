import type { Milli, Result } from '@astrolabe/kernel';
import { ONE_PIECE, err, ok } from '@astrolabe/kernel';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { channelRefusal } from '../wire/refusal.ts';
import { printForm } from '../top/form.ts';
import type { Shape, TypeOf } from '../wire/codec.ts';
import { aliased, list, mapped, record, refusalText, required } from '../wire/codec.ts';
import { pieces, text } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { decodeGovReply, encodeGovReply } from './reply.ts';

/** Most SKUs that are read out of one call; the adapter's own limit is lower and configured. */
export const GOV_SKUS_READ_MAX = 1_000;

/** A region by the ids that 2.10 gave out; the county alone names it too. */
export type GovArea = {
  readonly provinceId?: string;
  readonly cityId?: string;
  readonly countyId: string;
};

/** `province_city_county`, or the county's id alone. */
const area = mapped(
  text(100),
  (value): Result<GovArea, string> => {
    const parts = value.split('_');
    if (parts.includes('')) return err('must be province_city_county');
    const [first = '', cityId = '', countyId = ''] = parts;
    if (parts.length === 1) return ok({ countyId: first });
    return parts.length === 3
      ? ok({ provinceId: first, cityId, countyId })
      : err('must be province_city_county');
  },
  ({ provinceId, cityId, countyId }) =>
    provinceId === undefined || cityId === undefined
      ? countyId
      : `${provinceId}_${cityId}_${countyId}`,
);

/** Comma separated, in the order given; one asked for twice is answered once. */
const skus = mapped(
  text(100_000),
  (value): Result<readonly string[], string> => {
    const ids = new Set(value.split(',').map((sku) => sku.trim()));
    if (ids.has('')) return err('has an empty entry');
    return ids.size > GOV_SKUS_READ_MAX
      ? err(`has more than ${GOV_SKUS_READ_MAX} entries`)
      : ok([...ids]);
  },
  (ids) => ids.join(','),
);

/** 2.11: the token is read by its own rule (`accessTokenOf`), for its absence is no bad request. */
const request = record({
  accessToken: aliased('access_token', ['token'], text(200)),
  skus: required('sku', skus),
  area: required('area', area),
});

export type GovStockRequest = TypeOf<typeof request>;

/** What a question for stock may hold. */
export const govStockShape: Shape = request.shape;

export function decodeGovStockRequest(params: WireNode): Result<GovStockRequest, ChannelRefusal> {
  const result = request.decode(params, '');
  return result.ok ? result : err(channelRefusal(result.error));
}

export const encodeGovStockRequest = (value: GovStockRequest): string =>
  printForm(new Map(request.encode('', value).children.map((node) => [node.name, node.text])));

const stock = record({
  sku: required('sku', text(100)),
  quantity: required('num', pieces('not negative')),
  countyId: required('area_id', text(100)),
});

/** Sellable quantity of a SKU in a region, in thousandths; the mall sees whole pieces. */
export type GovStock = TypeOf<typeof stock>;

/**
 * The document's sample has `sku`, `num` and `area_id`; the public family reads `area`, which
 * repeats the region as it was asked, and the words 有货 and 无货. All are written. Parts of a
 * piece are not offered.
 */
export function encodeGovStockReply(region: GovArea, stocks: readonly GovStock[]): string {
  const asked = area.encode('', region).text;
  const result = stocks.map(({ sku, quantity, countyId }) => {
    const whole: Milli = quantity / ONE_PIECE;
    return { sku, num: whole, area_id: countyId, area: asked, desc: whole > 0n ? '有货' : '无货' };
  });
  return encodeGovReply({ success: true, result });
}

const answer = record({ result: required('result', list('', stock)) });

/** Stocks of a reply, or the reason why there are none. */
export function decodeGovStockReply(body: Buffer): Result<readonly GovStock[], string> {
  const reply = decodeGovReply(body);
  if (!reply.ok) return reply;
  if (!reply.value.success) return err(reply.value.desc);
  const result = answer.decode(reply.value.body, '');
  return result.ok ? ok(result.value.result) : err(refusalText(result.error));
}
