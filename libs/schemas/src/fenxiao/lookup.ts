import type { Fen } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import { leaf, listNode, objectNode } from '../wire/tree.ts';
import type { WireNode } from '../wire/tree.ts';
import { childOf, idOf, itemsOf, objectOf, textOf, yuanOf } from '../wire/read.ts';

/** An order as the platform's list of orders shows it. */
export type ListedOrder = {
  readonly orderId: string;
  readonly isCancelled: boolean;
  /** With the postage. Null where the list does not say. */
  readonly amountFen: Fen | null;
  readonly postFeeFen: Fen | null;
};

/** `failed`: the answer says nothing of the order; a changed form must not read as "never ordered". */
export type Looked =
  | { readonly kind: 'found'; readonly orders: readonly ListedOrder[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly message: string };

/** Statuses of orders of which nothing will be shipped. */
const CANCELLED: readonly string[] = ['cancel', 'terminated'];

const failed = (message: string): Looked => ({ kind: 'failed', message });

/**
 * Reads an answer of the list of orders, bare or in the gateway's envelope. Only an empty list that counts
 * itself 0 is "none" (field U1). Amounts are in yuan there, as in all details of the platform.
 */
export function decodeLookupReply(body: Buffer): Looked {
  const json = parseJson(body);
  if (!json.ok || json.value.kind !== 'object') return failed('the answer is no JSON object');
  const code = textOf(json.value, 'code');
  if (!['', '0', '200'].includes(code)) {
    return failed(`${code} ${textOf(json.value, 'message')}`.slice(0, 200));
  }
  const holder = objectOf(childOf(json.value, 'data')) ?? json.value;
  const result = childOf(holder, 'result');
  if (result?.kind !== 'list') return failed('the answer has no list of orders');
  const rows = itemsOf(result);
  if (rows.length === 0) {
    const isNone = textOf(holder, 'totalRecord') === '0';
    return isNone ? { kind: 'none' } : failed('the empty list does not count itself 0');
  }
  const orders = rows.map(listedOf);
  return orders.every(({ orderId }) => orderId !== '')
    ? { kind: 'found', orders }
    : failed('an order has no number');
}

function listedOf(row: WireNode): ListedOrder {
  const base = objectOf(childOf(row, 'baseInfo')) ?? row;
  return {
    // The number as text: the platform's own samples have it rounded beside (field R2).
    orderId: idOf(base, 'idOfStr', 'id', 'orderId'),
    isCancelled: CANCELLED.includes(textOf(base, 'status')),
    amountFen: yuanOf(base, 'totalAmount'),
    postFeeFen: yuanOf(base, 'shippingFee'),
  };
}

/** Prints an answer of the list of orders, for who plays the platform. */
export function encodeLookupReply(
  orders: readonly {
    readonly orderId: string;
    readonly status: string;
    readonly yuan: string;
    readonly postYuan: string;
  }[],
): string {
  const rows = orders.map(({ orderId, status, yuan, postYuan }) =>
    objectNode('', [
      objectNode('baseInfo', [
        leaf('id', orderId, 'number'),
        leaf('idOfStr', orderId),
        leaf('status', status),
        leaf('totalAmount', yuan),
        leaf('shippingFee', postYuan),
      ]),
    ]),
  );
  return printJson(
    objectNode('', [
      leaf('code', '0', 'number'),
      leaf('message', 'ok'),
      objectNode('data', [
        listNode('result', rows),
        leaf('totalRecord', String(orders.length), 'number'),
      ]),
      leaf('trace_id', ''),
    ]),
  );
}
