/** What a service behind the door refuses, by its stable reason, in the language of the document. */
const REASONS: Readonly<Record<string, string>> = {
  BAD_FIELD: '有字段缺失或过长',
  BAD_SKU: 'sku 格式不正确',
  BAD_SPAN: 'end 应晚于 begin',
  CANCELLED: '订单已取消',
  FIELD_TOO_LONG: '有字段过长',
  IN_ANOTHER_TRANSFER: '订单已登记在另一笔转账中',
  INVALID_AMOUNT: '金额不正确',
  INVALID_BANK_NUMBER: 'transfer_no 格式不正确',
  INVALID_DAY: '日期不正确',
  INVALID_ORDER_NAME: '订单号不正确',
  INVALID_ORDERS: '订单重复或过多',
  INVALID_RANGE: '结束日期应不早于开始日期，且间隔不能过长',
  MISSING_FIELD: '缺少必填项',
  NOT_CONFIRMED: '订单未确认',
  NOT_DELIVERED: '订单未妥投，不能退换货',
  NOT_ON_CREDIT: '订单不是账期支付',
  NOT_RECEIVED: '订单未收货，不能登记转账',
  OVER_RETURN: '退换数量超过已妥投且未退换的数量',
  PAID: '订单已付款',
  REQUEST_EXISTS: '退换货单号重复，内容不一致',
  TOO_LONG: '有字段过长',
  TOO_MANY: '该订单的退换货单过多',
  TOO_MANY_ORDERS: '订单过多',
  TOO_MANY_SKUS: 'sku 过多',
  TRANSFER_NUMBER_USED: '转账流水号已用于其他订单',
  UNKNOWN_LINE: '订单中没有该商品',
  UNKNOWN_ORDER: '订单不存在',
  UNKNOWN_POOL: '品目池不存在',
  UNKNOWN_REGION: '地区不存在',
  UNKNOWN_SUPPLY: '订单未确认',
};

const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/**
 * A refusal for the mall. Texts in Chinese are for it already; of others the reason is told in its words, and what
 * stands behind the reason: the thing that it is about. A reason that is new is told by its code.
 */
export function refusalWords({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): string {
  if (isChinese(message)) return message;
  const about = message.startsWith(`${code} `) ? message.slice(code.length + 1) : '';
  return [REASONS[code] ?? `请求未被接受（${code}）`, about]
    .filter((part) => part !== '')
    .join(': ');
}

const REGIONS: Readonly<Record<string, string>> = {
  AMBIGUOUS: '地区不唯一，请写明省市',
  CODE_DIFFERS: '地区代码与名称不一致',
  UNKNOWN_REGION: '没有这个地区',
};

/** Why names and codes mean no region; `about` has what they are or may be. */
export const regionWords = (reason: string, about: string): string =>
  [REGIONS[reason] ?? '地区不正确', about].filter((part) => part !== '').join(': ');

const NOTES: readonly (readonly [RegExp, string])[] = [
  [/^FIELD_CUT (\S+)$/, '$1 过长，已截断'],
  [/^FIELD_LEFT_OUT (\S+)$/, '$1 不正确，未采用'],
  [/^FIELD_UNKNOWN_WORD (\S+)$/, '$1 的值无法识别'],
];

/** A note on an order; those that are a code and a field are put in words. */
export function noteWords(note: string): string {
  const known = NOTES.find(([pattern]) => pattern.test(note));
  return known ? note.replace(...known) : note;
}

const AMOUNTS: readonly (readonly [RegExp, string])[] = [
  [/^(\S+) is less than the (\S+) that is due$/, '金额 $1 少于应付的 $2'],
  [/^(\S+) is more than the (\S+) that is due$/, '金额 $1 多于应付的 $2'],
];

/** Why a transfer is not verified: amounts, or a reason and the order that it is about; what a person has written stays. */
export function transferReason(reason: string): string {
  const known = AMOUNTS.find(([pattern]) => pattern.test(reason));
  if (known) return reason.replace(...known);
  const [, code = '', order = ''] = /^([A-Z_]+)(?: (\S+))?$/.exec(reason) ?? [];
  if (!Object.hasOwn(REASONS, code)) return reason;
  // Inside an order is named with its channel and seller; a mall knows it by its number.
  const number = order.split('/').at(-1) ?? '';
  return refusalWords({ code, message: number === '' ? code : `${code} ${number}` });
}

const TRANSPORT: Readonly<Record<string, string>> = {
  'isv.bad-request': '请求格式不正确',
  'isv.body-too-large': '请求体过大',
  'isv.method-not-allowed': '只支持 POST 请求',
  'isv.not-found': '接口地址不存在',
  'isv.request-timeout': '请求超时',
  'isv.too-many-requests': '请求过于频繁，请稍后重试',
  'isv.unsupported-media-type': '请求体的压缩方式不支持，只支持 gzip',
  'isv.uri-too-long': '请求地址过长',
};

/** What was refused before any interface was reached, by the door's code of it. */
export const transportWords = (code: string): string =>
  TRANSPORT[code] ?? (code.startsWith('isv.') ? '请求不正确' : '系统错误，请联系供应商');
