import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Codec, Shape, TypeOf } from '../wire/codec.ts';
import { list, mapped, missing, optional, record, refusalText, required } from '../wire/codec.ts';
import { code, id, text } from '../wire/leaves.ts';
import { flagOf, textOf } from '../wire/read.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { eitherName, exact } from './values.ts';

/** The form field of the pre-check (catalogue A.3.1). */
export const PRECHECK_FIELD = 'coopSubmitOrderParam';

/** Lines of one request; the document gives no number. */
const LINES_MAX = 500;
const CODE_MAX = 100;
/** Longest reason that a buyer is shown. */
const MESSAGE_MAX = 500;

/** GB/T 2260, six digits; with the town and the village twelve. */
const addressCode: Codec<string> = mapped(
  text(20),
  (value) =>
    /^(?:\d{6}|\d{9}|\d{12})$/.test(value.trim())
      ? ok(value.trim())
      : err('must be a region of 6, 9 or 12 digits'),
  (value) => value,
);

const line = record({
  mallGoodsId: eitherName('mallGoodsId', 'goodsId', id('number')),
  skuId: required('skuId', id('number')),
  cargoNo: required('cargoNo', code(CODE_MAX)),
  outSkuId: required('outSkuId', code(CODE_MAX)),
  /** Yuan for one; not rounded, so that a price that is no whole number of fen is a wrong one. */
  price: required('price', exact('not negative')),
  amount: required('buyAmount', exact('positive')),
});

/** The deprecated interface has the plural, `goodsId`, texts, and no region. */
const PLURAL = 'submitOrderItemParams';

const request = record({
  buyerLoginId: required('buyerLoginId', code(CODE_MAX)),
  lines: eitherName(
    'submitOrderItemParam',
    PLURAL,
    list('submitOrderItemParam', line, { min: 1, max: LINES_MAX }),
  ),
  regionCode: optional('addressCode', addressCode),
});

/** What a buyer is about to order; prices in yuan, exact; the region is missing of the old interface alone. */
export type PrecheckRequest = TypeOf<typeof request>;

export const precheckShape: Shape = request.shape;

/** Prints the JSON of the form field, as the platform does. */
export const encodePrecheck = (value: PrecheckRequest): string =>
  printJson(request.encode('', value));

/** Reads the JSON of the form field; the reason names the field that does not fit. */
export function decodePrecheck(json: string): Result<PrecheckRequest, string> {
  const read = parseJson(json);
  if (!read.ok) return err(`${PRECHECK_FIELD} is no JSON: ${read.error.message}`);
  const value = request.decode(read.value, '');
  if (!value.ok) return err(refusalText(value.error));
  const isOld = read.value.children.some(({ name }) => name === PLURAL);
  return value.value.regionCode === undefined && !isOld
    ? err(refusalText(missing('addressCode')))
    : value;
}

/** Words of ours (catalogue A.3.1); `SYSTEM_BUSY` when no verdict could be reached. */
export const PRECHECK_CODES = [
  'PRICE_MISMATCH',
  'STOCK_NOT_ENOUGH',
  'SKU_NOT_FOUND',
  'SKU_OFF_SHELF',
  'ADDRESS_NOT_SUPPORTED',
  'PARAM_INVALID',
  'SIGN_INVALID',
  'SYSTEM_BUSY',
] as const;
export type PrecheckCode = (typeof PRECHECK_CODES)[number];

/** `refused`: the check worked and says no. `failed`: no check was made. Neither lets an order through. */
export type PrecheckVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'refused' | 'failed'; readonly code: PrecheckCode; readonly message: string };

/** Prints the answer: `success` says that the call worked, `data` that the order may be made. */
export function encodePrecheckVerdict(verdict: PrecheckVerdict): string {
  const truth = (name: string, value: boolean): WireNode => leaf(name, String(value), 'boolean');
  const said = [
    truth('success', verdict.kind !== 'failed'),
    truth('data', verdict.kind === 'passed'),
  ];
  if (verdict.kind === 'passed') return printJson(objectNode('', said));
  // Half of a pair is no character.
  const message = verdict.message.slice(0, MESSAGE_MAX).replace(/[\uD800-\uDBFF]$/, '');
  return printJson(
    objectNode('', [...said, leaf('resultCode', verdict.code), leaf('message', message)]),
  );
}

/** Reads the answer as the platform does, fail-closed; null where it is none. */
export function decodePrecheckVerdict(body: Buffer): {
  readonly kind: PrecheckVerdict['kind'];
  readonly code: string;
  readonly message: string;
} | null {
  const json = parseJson(body);
  if (!json.ok || json.value.kind !== 'object') return null;
  const success = flagOf(json.value, 'success') === true;
  const passed = success && flagOf(json.value, 'data') === true;
  const failedOrRefused = success ? 'refused' : 'failed';
  return {
    kind: passed ? 'passed' : failedOrRefused,
    code: textOf(json.value, 'resultCode'),
    message: textOf(json.value, 'message'),
  };
}
