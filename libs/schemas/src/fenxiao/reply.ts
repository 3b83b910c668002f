import type { Fen } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Shape } from '../wire/codec.ts';
import { leaf, listNode, objectNode } from '../wire/tree.ts';
import type { WireNode } from '../wire/tree.ts';
import { childOf, fenOf, flagOf, idOf, itemsOf, objectOf, textOf } from '../wire/read.ts';

/** One of the orders that a split order became; each has its own verdict. */
export type CrateItem = {
  /** Empty where there is none. */
  readonly orderId: string;
  readonly amountFen: Fen | null;
  readonly postFeeFen: Fen | null;
  /** Null where the item says nothing: with an id it is created then (field, section 1). */
  readonly success: boolean | null;
  readonly code: string;
  readonly message: string;
  /** Goods that the item names; empty where it names none. */
  readonly offerId: string;
  readonly specId: string;
};

export type CrateAnswer = {
  readonly success: boolean | null;
  /** Business error; empty when there is none. */
  readonly code: string;
  readonly message: string;
  readonly orderId: string;
  /** With the postage; fen. Null when it is not said, as of several orders. */
  readonly totalFen: Fen | null;
  readonly postFeeFen: Fen | null;
  /** `mutilOrders`, as the document spells it. */
  readonly orders: readonly CrateItem[];
  /** Lines that were not taken although an order was made. */
  readonly failed: readonly CrateItem[];
};

export type CrateReply = {
  /** Of the gateway, `0` when it worked; empty when there is none. */
  readonly code: string;
  readonly message: string;
  readonly traceId: string;
  /** Null where `data` is none, or no object. */
  readonly data: CrateAnswer | null;
};

/** Why an answer cannot be read: its beginning, for people. */
export type Unreadable = { readonly raw: string };

const RAW_MAX = 200;

/**
 * Reads an answer of `crate` without losing a digit and without refusing what is odd: ids as number or
 * text, `data` as JSON text or null, amounts as text. Null where it is no JSON object.
 */
export function decodeCrateReply(body: Buffer): CrateReply | Unreadable {
  const json = parseJson(body);
  if (!json.ok || json.value.kind !== 'object') {
    return {
      raw: body
        .subarray(0, 4 * RAW_MAX)
        .toString('utf8')
        .slice(0, RAW_MAX),
    };
  }
  const data = objectOf(childOf(json.value, 'data'));
  return {
    code: textOf(json.value, 'code'),
    message: textOf(json.value, 'message', 'msg'),
    traceId: textOf(json.value, 'trace_id'),
    data: data && answerOf(data),
  };
}

const answerOf = (data: WireNode): CrateAnswer => ({
  success: flagOf(data, 'success'),
  code: textOf(data, 'code', 'errorCode', 'error_code', 'resultCode'),
  message: textOf(data, 'message', 'errorMsg', 'erroMsg', 'errorMessage', 'error_message'),
  orderId: idOf(data, 'orderId'),
  totalFen: fenOf(data, 'totalSuccessAmount'),
  postFeeFen: fenOf(data, 'postFee'),
  orders: itemsOf(childOf(data, 'mutilOrders', 'orderList')).map(itemOf),
  failed: itemsOf(childOf(data, 'failedOfferList')).map(itemOf),
});

const itemOf = (item: WireNode): CrateItem => ({
  orderId: idOf(item, 'orderId'),
  amountFen: fenOf(item, 'orderAmmount', 'orderAmount'),
  postFeeFen: fenOf(item, 'postFee'),
  success: flagOf(item, 'success'),
  code: textOf(item, 'resultCode', 'errorCode', 'code'),
  message: textOf(item, 'message', 'errorMessage', 'errorMsg'),
  offerId: idOf(item, 'offerId'),
  specId: textOf(item, 'specId'),
});

/** An order that was made, as its number and amounts in fen; `amountFen` is with the postage. */
export type CratedOrder = {
  readonly orderId: string;
  readonly amountFen: Fen;
  readonly postFeeFen: Fen;
};

/** What `crate` answers: orders, a verdict against the order, or the gateway's own trouble. */
export type CrateSaid =
  | { readonly kind: 'created'; readonly orders: readonly CratedOrder[] }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };

/** Prints an answer of `crate`; of several orders the single fields are empty, as the platform has it. */
export function encodeCrateReply(said: CrateSaid): string {
  const [code, message, data] =
    said.kind === 'refused'
      ? [said.code, said.message, leaf('data', '', 'null')]
      : [0, 'ok', dataOf(said)];
  return printJson(
    objectNode('', [
      leaf('code', String(code), 'number'),
      leaf('message', message),
      data,
      leaf('trace_id', ''),
    ]),
  );
}

const written = (example: string, as?: 'number' | 'boolean'): Shape => ({
  kind: 'leaf',
  example,
  ...(as === undefined ? {} : { writtenAs: as }),
});
const object = (members: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'object',
  members: Object.entries(members).map(([name, shape]) => ({ name, shape })),
});

/** What `encodeCrateReply` prints. */
export const crateReplyShape: Shape = object({
  code: written('0', 'number'),
  message: written('ok'),
  data: object({
    mutilOrders: {
      kind: 'list',
      itemName: 'order',
      item: object({
        orderId: written('4356409609904969811'),
        orderAmmount: written('9800', 'number'),
        postFee: written('9200', 'number'),
        success: written('true', 'boolean'),
      }),
    },
    orderId: written('4356409609904969811'),
    postFee: written('9200', 'number'),
    success: written('true', 'boolean'),
    totalSuccessAmount: written('9800', 'number'),
    code: written('SPEC_NO_EXIST'),
    message: written('text'),
  }),
  trace_id: written('text'),
});

const amount = (name: string, fen: Fen): WireNode => leaf(name, fen.toString(), 'number');

function dataOf(said: Exclude<CrateSaid, { kind: 'refused' }>): WireNode {
  if (said.kind === 'rejected') {
    return objectNode('data', [
      leaf('code', said.code),
      leaf('message', said.message),
      leaf('success', 'false', 'boolean'),
    ]);
  }
  const [first, ...more] = said.orders;
  const single = more.length === 0 ? first : undefined;
  const items = single ? [] : said.orders;
  const total = said.orders.reduce((sum, { amountFen }) => sum + amountFen, 0n);
  return objectNode('data', [
    listNode(
      'mutilOrders',
      items.map((item) =>
        objectNode('', [
          leaf('orderId', item.orderId),
          amount('orderAmmount', item.amountFen),
          amount('postFee', item.postFeeFen),
          leaf('success', 'true', 'boolean'),
        ]),
      ),
    ),
    leaf('orderId', single?.orderId ?? ''),
    single ? amount('postFee', single.postFeeFen) : leaf('postFee', '', 'null'),
    leaf('success', 'true', 'boolean'),
    amount('totalSuccessAmount', total),
  ]);
}
