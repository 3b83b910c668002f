import type { JsonRefusal } from '../json/read.ts';
import type { FieldRefusal } from '../wire/codec.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { channelRefusal } from '../wire/refusal.ts';

/** What the codecs that all channels share say of a field, in the language of the document. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^is required$/, '为必填项'],
  [/^occurs twice$/, '重复出现'],
  [/^must be an object$/, '应为 JSON 对象'],
  [/^must be a list$/, '应为 JSON 数组'],
  [/^must be a single value$/, '应为单个值，不能是对象或数组'],
  [/^has too few entries$/, '至少要有一项'],
  [/^has more than (\d+) entries$/, '最多 $1 项'],
  [/^holds <(.*)>$/s, '中有无法识别的字段 $1'],
  [/^is longer than (\d+)$/, '不能超过 $1 个字符'],
];

/** A reason in Chinese already is one of this channel's own codecs. */
const isChinese = (reason: string): boolean => /\p{Script=Han}/u.test(reason);

function inChinese(reason: string): string {
  if (isChinese(reason)) return reason;
  const known = WORDS.find(([pattern]) => pattern.test(reason));
  return known ? reason.replace(...known) : '的值不正确';
}

/** The refusal of a field for a mall's engineer: where it stands, and in Chinese what is wrong with it. */
export const govRefusal = (refusal: FieldRefusal): ChannelRefusal =>
  channelRefusal({ ...refusal, reason: inChinese(refusal.reason) });

/** Why a body is no request at all. */
type BodyFault =
  | JsonRefusal['code']
  | 'FORM_MALFORMED'
  | 'FORM_REPEATED_FIELD'
  | 'FORM_TOO_MANY_FIELDS'
  | 'NOT_AN_OBJECT'
  | 'NOT_A_TEXT';

const OF_BODIES: Readonly<Record<BodyFault, string>> = {
  FORM_MALFORMED: '请求体不是正确的表单',
  FORM_REPEATED_FIELD: '请求体中有字段重复出现',
  FORM_TOO_MANY_FIELDS: '请求体的字段过多',
  JSON_MALFORMED: '请求体不是正确的 JSON',
  JSON_NOT_UTF8: '请求体的编码应为 UTF-8 或 GBK',
  JSON_TOO_DEEP: '请求体的 JSON 嵌套过深',
  JSON_TOO_LARGE: '请求体过大',
  JSON_TOO_MANY_VALUES: '请求体的 JSON 内容过多',
  NOT_AN_OBJECT: '请求体应为 JSON 对象',
  NOT_A_TEXT: '请求体的编码应为 UTF-8 或 GBK',
};

/** The refusal of a whole body; `said` is the reader's own text, of which the place is told. */
export function govBodyRefusal(code: BodyFault, said = ''): ChannelRefusal {
  const place = / at position (\d+)/.exec(said)?.[1];
  const at = place === undefined ? '' : `，第 ${Number(place) + 1} 个字符处`;
  return { code, message: OF_BODIES[code] + at };
}
