import type { Result } from '@astrolabe/kernel';
import { cutTo, err, leftOut, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Codec, FieldRefusal, Notes, Shape, TypeOf } from '../wire/codec.ts';
import { defaulted, list, mapped, optional, record, required } from '../wire/codec.ts';
import { code, flag, id, pieces, text } from '../wire/leaves.ts';
import { leaf } from '../wire/tree.ts';

/** The path of the one interface; `crate` is how the document spells it. */
export const CRATE_PATH = '/gateway/1688/fenxiao/trade/crate';

/** Codes of the channels that a downstream order may come from (catalogue B.1.2). */
export const SALES_CHANNELS = [
  'thyny',
  'tm',
  'taote',
  'c2m',
  'jingdong',
  'pinduoduo',
  'weixin',
  'kuajing',
  'kuaishou',
  'youzan',
  'douyin',
  'siku',
  'meituan',
  'xiaohongshu',
  'dangdang',
  'suning',
  'davdian',
  'xingyun',
  'miya',
  'boluo',
  'kuaituantuan',
  'other',
] as const;

/** Lines of one order; a supplier takes 50 of them at once (docs/adr of the channel). */
const LINES_MAX = 200;
/** `outOrderId` and a suffix `-n` of a part fit into the 50 characters of an order's number. */
const OUT_ORDER_ID_MAX = 46;
/** Units of UTF-16, as the other side counts: it is written in Java. */
const ADDRESS_MAX = 200;
const MESSAGE_MAX = 500;
const NAME_MAX = 100;
const CODE_MAX = 50;
const OAID_MAX = 1_000;

const unchanged = <T>(value: T): T => value;

const salesChannel: Codec<string> = mapped(
  code(CODE_MAX),
  (value) =>
    SALES_CHANNELS.some((known) => known === value)
      ? ok(value)
      : err(`must be one of ${SALES_CHANNELS.join(', ')}`),
  unchanged,
);

/** A spec id is not the numeric id of the SKU, which the platform would answer with SPEC_NO_EXIST. */
const specId: Codec<string> = mapped(
  code(CODE_MAX),
  (value) => (/^[0-9a-f]{32}$/i.test(value) ? ok(value) : err('must be 32 hex digits')),
  unchanged,
);

const outOrderId: Codec<string> = mapped(
  code(OUT_ORDER_ID_MAX),
  (value) => (/^[^\s/#\p{C}]+$/u.test(value) ? ok(value) : err('must not hold blanks, "/" or "#"')),
  unchanged,
);

/** No longer than the other side takes: a cut address would be a wrong one. */
const address: Codec<string> = mapped(
  text(),
  (value) =>
    value.length <= ADDRESS_MAX ? ok(value) : err(`is longer than ${ADDRESS_MAX} characters`),
  unchanged,
);

/** A text for people: a paid order is not refused for it, so it is cut, with a note. */
const message: Codec<string> = {
  ...text(),
  decode: (node, path, notes) => {
    const whole = text(Number.MAX_SAFE_INTEGER).decode(node, path);
    if (!whole.ok || whole.value.length <= MESSAGE_MAX) return whole;
    notes?.push(cutTo(path, MESSAGE_MAX));
    // Half of a pair is no character.
    return ok(whole.value.slice(0, MESSAGE_MAX).replace(/[\uD800-\uDBFF]$/, ''));
  },
};

/** The text `true` or `false`: a boolean upstream, a text here. Both are read, the text is written. */
const flagAsText: Codec<boolean> = {
  ...flag(),
  encode: (name, value) => leaf(name, String(value)),
};

const receiver = record({
  address: required('address', address),
  area: required('areaText', text(NAME_MAX)),
  city: required('cityText', text(NAME_MAX)),
  fullName: required('fullName', text(NAME_MAX)),
  mobile: optional('mobile', text(CODE_MAX)),
  phone: optional('phone', text(CODE_MAX)),
  postCode: optional('postCode', text(20)),
  province: required('provinceText', text(NAME_MAX)),
  town: optional('townText', text(NAME_MAX)),
});

const line = record({
  promotionId: optional('cargoPromotionId', code(CODE_MAX)),
  salesChannel: required('channel', salesChannel),
  offerId: required('offerId', id('number')),
  outItemCode: required('outItemCode', code(CODE_MAX)),
  outShopCode: required('outShopCode', code(CODE_MAX)),
  quantityMilli: required('quantity', pieces('positive')),
  specId: optional('specId', specId),
});

const downstream = record({
  encrypted: required('encryptOrder', flagAsText),
  oaid: optional('oaid', text(OAID_MAX)),
  appKey: required('outPlatformAppkey', code(CODE_MAX)),
  platform: required('outPlatformCode', code(CODE_MAX)),
  orderNo: required('outPlatformOrderNo', code(CODE_MAX)),
});

const crate = record({
  receiver: required('addressParam', receiver),
  bestPrice: optional('bestOption', flag()),
  lines: required('cargoParamList', list('cargoParam', line, { min: 1, max: LINES_MAX })),
  downstream: optional('encryptOutOrderInfo', downstream),
  flow: defaulted('flow', code(20), 'fenxiao'),
  split: optional('isSplitJxhy', flag()),
  message: optional('message', message),
  outOrderId: required('outOrderId', outOrderId),
});

/** `request_data`: one distribution order (catalogue B.1.2). Quantities in thousandths of a piece. */
export type CrateRequest = TypeOf<typeof crate>;

/** What `request_data` may hold. */
export const crateShape: Shape = crate.shape;

export type ReadCrate = { readonly request: CrateRequest; readonly notes: readonly string[] };

/** What the platform reads as a telephone number; words are none. */
const PHONE = /^[\d+\-() ]*\d[\d+\-() ]*$/;

/**
 * Reads `request_data`. A landline that is no number is left out, with a note, when there is a mobile
 * (field F4). Refused: no way to call the receiver, an encrypted order without `oaid`, one line twice.
 */
export function decodeCrate(requestData: string): Result<ReadCrate, string> {
  const json = parseJson(requestData);
  if (!json.ok) return err(`request_data is no JSON: ${json.error.message}`);
  const notes: Notes = [];
  const read = crate.decode(json.value, '', notes);
  if (!read.ok) return err(sentence(read.error));
  const { phone, ...rest } = read.value.receiver;
  const { downstream: reference } = read.value;
  if (reference?.encrypted && !reference.oaid) {
    return err('encryptOutOrderInfo.oaid is required when the order is encrypted');
  }
  if (phone === undefined || PHONE.test(phone)) {
    if (phone === undefined && rest.mobile === undefined) {
      return err('addressParam.mobile or addressParam.phone is required');
    }
    return ok({ request: read.value, notes });
  }
  if (rest.mobile === undefined) return err('addressParam.phone must be a number');
  notes.push(leftOut('addressParam.phone', 'is no number'));
  return ok({ request: { ...read.value, receiver: rest }, notes });
}

/** The whole reason: a channel's refusal lists every code that it would have taken. */
const sentence = ({ field, reason }: FieldRefusal): string => `${field} ${reason}`.trim();

/** Prints `request_data`: the bytes that are signed are the bytes that are sent. */
export const encodeCrate = (request: CrateRequest): string => printJson(crate.encode('', request));

/** Which order is looked up. */
export const encodeLookup = (outOrderId: string): string => JSON.stringify({ outOrderId });
