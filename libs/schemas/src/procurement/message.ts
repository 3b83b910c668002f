import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Codec, FieldRefusal, RecordOf } from '../wire/codec.ts';
import { optional, record, refusalText, required, tolerated } from '../wire/codec.ts';
import { code, id, oneOf, renamed } from '../wire/leaves.ts';
import { childOf, objectOf, textOf } from '../wire/read.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { shown, stamp } from './values.ts';
import type { Stamp } from './values.ts';

/** The form field of a pushed message. */
export const MESSAGE_FIELD = 'message';

const ID_MAX = 100;
const TYPE_MAX = 200;
const PREFIX = 'CAIGOU_SELLER_VIEW_MSG_';

/** Of a note: it is read afterwards, so the word only says why (catalogue A.3.12). */
const action = oneOf(['CREATE', 'CANCEL', 'EDIT', 'REJECT', 'CONFIRM']);

/** Statuses that message 5 may have; API 6 says what counts. */
const createdStatus = renamed({ AWAITS_SUPPLIER: 'wait_supplier_confirm', APPROVED: 'approved' });

const requisitionCreated = record({
  requisitionId: required('requisitionId', id('number')),
  requisitionNo: shown('requisitionNo'),
  title: shown('title'),
});
const requisitionRejected = record({ requisitionId: required('requisitionId', id('number')) });
const orderCreated = record({
  orderId: required('procurementOrderId', id('number')),
  orderCode: shown('orderCode'),
  status: tolerated('status', createdStatus),
  sourceType: shown('sourceType'),
  supplierMemberId: tolerated('supplierMemberId', code(ID_MAX)),
  supplierCode: shown('supplierCode'),
  buyerMemberId: tolerated('buyerMemberId', code(ID_MAX)),
  creatorUserId: tolerated('creatorUserId', id('number')),
});
const orderCancelled = record({
  orderId: required('procurementOrderId', id('number')),
  orderCode: shown('orderCode'),
});
const receiptChanged = record({
  receiptId: required('id', id('number')),
  action: tolerated('action', action),
});
const settlementChanged = record({
  settlementId: required('settlementNoteId', id('number')),
  action: tolerated('action', action),
});
const goodsStatusChanged = record({
  mallGoodsId: required('id', id('number')),
  status: required(
    'goodsStatus',
    renamed({ OFF_SHELF: 'new', ON_SHELF: 'published', DELETED: 'deleted' }),
  ),
  supplierName: shown('supplierName'),
  title: shown('subject'),
});

/** The seven messages: the last part of `type`, and the fields of `data`. */
const MESSAGES = {
  REQUISITION_CREATED: ['BUYER_REQUISITION_CREATE_SUCCESS', requisitionCreated],
  REQUISITION_REJECTED: ['BUYER_REQUISITION_APPROVAL_REJECT', requisitionRejected],
  ORDER_CREATED: ['PROCUREMENT_CREATE_ORDER_ACTION', orderCreated],
  ORDER_CANCELLED: ['PROCUREMENT_CLOSE_ORDER_ACTION', orderCancelled],
  RECEIPT_CHANGED: ['PROCUREMENT_RECEIVEGOODS_ACTION', receiptChanged],
  SETTLEMENT_CHANGED: ['PROCUREMENT_SETTLEMENT_ACTION', settlementChanged],
  GOODS_STATUS_CHANGED: ['MALL_GOODS_STATUS_CHANGE', goodsStatusChanged],
} as const;

type Kind = keyof typeof MESSAGES;
type DataOf<K extends Kind> = (typeof MESSAGES)[K][1] extends { fields: infer F }
  ? F extends Parameters<typeof record>[0]
    ? RecordOf<F>
    : never
  : never;
type Said = { readonly [K in Kind]: { readonly kind: K; readonly data: DataOf<K> } }[Kind];

/** A test of the channel, which the platform's console sends: nothing happened (field V6). */
const TEST_TYPE = 'SYSTEM_TEST_PLATFORM';

/** What a message says; `OTHER` is of a type that is not known here. */
export type ProcurementSaid = Said | { readonly kind: 'TEST' | 'OTHER' };

export type ProcurementMessage = {
  /** A number or a UUID, known by its text. */
  readonly messageId: string;
  readonly bornAt?: Stamp;
  /** Member id of ours that the message is for; empty in a test. */
  readonly memberId: string;
  /** As it came. */
  readonly type: string;
  readonly said: ProcurementSaid;
  /** What was left out or shortened. */
  readonly notes: readonly string[];
};

const envelope = record({
  messageId: required('msgId', code(ID_MAX)),
  bornAt: tolerated('gmtBorn', stamp()),
  memberId: optional('userInfo', code(ID_MAX)),
});

/** A replayed message has no type, but the two parts of it. */
const typeOf = (node: WireNode): string => {
  const type = textOf(node, 'type');
  const group = textOf(node, 'topicGroup');
  const name = textOf(node, 'topicName');
  return (type === '' && group !== '' && name !== '' ? `${group}_${name}` : type).slice(
    0,
    TYPE_MAX,
  );
};

/** Reads the JSON of the form field, or an entry of the platform's list of messages. */
export function decodeMessage(json: string): Result<ProcurementMessage, string> {
  const read = parseJson(json);
  return read.ok ? readMessage(read.value) : err(`message is no JSON: ${read.error.message}`);
}

/**
 * Reads a message whatever its form: numbers as text, `data` as text. Members that are not known are passed
 * over (field V5). Refused is what has no id, or is of a known type and does not say of what.
 */
function readMessage(node: WireNode): Result<ProcurementMessage, string> {
  const notes: string[] = [];
  const head = envelope.decode(node, '', notes);
  if (!head.ok) return err(refusalText(head.error));
  const type = typeOf(node);
  const said = saidBy(type, node, notes);
  if (!said.ok) return err(refusalText(said.error));
  const { memberId = '', ...rest } = head.value;
  if (memberId === '' && said.value.kind !== 'TEST') return err('userInfo is required');
  return ok({ ...rest, memberId, type, said: said.value, notes });
}

function saidBy(
  type: string,
  node: WireNode,
  notes: string[],
): Result<ProcurementSaid, FieldRefusal> {
  if (type === TEST_TYPE) return ok({ kind: 'TEST' });
  for (const [kind, [suffix, codec]] of Object.entries(MESSAGES)) {
    if (type !== PREFIX + suffix) continue;
    const data = objectOf(childOf(node, 'data')) ?? leaf('data', '', 'null');
    const read = (codec as Codec<object>).decode(data, 'data', notes);
    return read.ok ? ok({ kind, data: read.value } as Said) : read;
  }
  return ok({ kind: 'OTHER' });
}

/** A message to print, for who plays the platform. */
export type MessageToPrint = Said & {
  readonly messageId: string;
  readonly bornAt: Date;
  readonly memberId: string;
};

/** Prints a message as the manual has it: numbers as numbers. A message id that is no number is a text. */
export function encodeMessage(message: MessageToPrint): string {
  const [suffix, codec] = MESSAGES[message.kind];
  const isNumber = /^(?:0|[1-9]\d*)$/.test(message.messageId);
  return printJson(
    objectNode('', [
      leaf('msgId', message.messageId, isNumber ? 'number' : 'text'),
      leaf('gmtBorn', String(message.bornAt.getTime()), 'number'),
      leaf('type', PREFIX + suffix),
      leaf('userInfo', message.memberId),
      (codec as Codec<object>).encode('data', message.data),
    ]),
  );
}
