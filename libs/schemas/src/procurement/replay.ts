import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import { childOf, flagOf, itemsOf, textOf } from '../wire/read.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, listNode, objectNode } from '../wire/tree.ts';
import type { FormFields, ProcurementReply } from './method.ts';
import { ANSWER_LIMITS, refusalOf, urlPathOf } from './method.ts';
import { exactOf, printInstant } from './values.ts';

/** Messages that were not taken when they were pushed; what is read stays there until it is confirmed. */
export const messagesPath = (appKey: string): string => urlPathOf('push.query.messageList', appKey);
export const confirmMessagesPath = (appKey: string): string =>
  urlPathOf('push.message.confirm', appKey);

const PAGE_MIN = 20;
const PAGE_MAX = 200;

/**
 * Asks for the messages since an instant. Always the first page: confirming moves the pages, so the first
 * one is asked for until it is empty (field Q5). The platform takes 20 to 200 at once.
 */
export const encodeMessagesQuery = (since: Date, size: number): FormFields => ({
  createStartTime: printInstant(since),
  page: '1',
  pageSize: String(Math.min(Math.max(size, PAGE_MIN), PAGE_MAX)),
});

/** A message that waits: its id, and its JSON as a push would have brought it. */
export type WaitingMessage = { readonly messageId: string; readonly json: string };

/** Reads a page of messages; one without an id is left out, since nothing could confirm it. */
export function decodeMessagesPage(
  body: Buffer,
): ProcurementReply<{ readonly messages: readonly WaitingMessage[]; readonly total: string }> {
  const json = parseJson(body, ANSWER_LIMITS);
  if (!json.ok) return { kind: 'unclear', message: json.error.message };
  const page = childOf(json.value, 'pushMessagePage');
  const rows = childOf(page, 'datas');
  if (rows?.kind !== 'list') {
    return refusalOf(json.value) ?? { kind: 'unclear', message: 'the answer has no page' };
  }
  const messages = itemsOf(rows).map((row) => ({
    messageId: textOf(row, 'msgId'),
    json: printJson(printable(row)),
  }));
  const known = messages.filter(({ messageId }) => messageId !== '');
  const notes = known.length < messages.length ? ['a message without an id is left out'] : [];
  return {
    kind: 'answered',
    value: { messages: known, total: textOf(page, 'totalCount') },
    notes,
  };
}

/** Numbers with an exponent as their plain digits: the printer has no other. */
function printable(node: WireNode): WireNode {
  if (node.kind !== 'number') return { ...node, children: node.children.map(printable) };
  const plain = exactOf(node.text);
  return plain.ok ? { ...node, text: plain.value } : { ...node, kind: 'text' };
}

const isNumber = (id: string): boolean => /^(?:0|[1-9]\d*)$/.test(id);

/** Confirms messages by their ids, when what they said is durable here. */
export const encodeConfirmMessages = (messageIds: readonly string[]): FormFields => ({
  msgIdList: printJson(
    listNode(
      '',
      messageIds.map((id) => leaf('', id, isNumber(id) ? 'number' : 'text')),
    ),
  ),
});

/** Whether the platform says that it confirmed them; null where it does not say. */
export function decodeConfirmMessages(body: Buffer): boolean | null {
  const json = parseJson(body, ANSWER_LIMITS);
  return json.ok ? flagOf(json.value, 'isSuccess') : null;
}

/** Prints a page of messages, for who plays the platform. */
export function encodeMessagesPage(messages: readonly string[], total: number): string {
  const rows = messages.flatMap((json) => {
    const read = parseJson(json);
    return read.ok ? [printable(read.value)] : [];
  });
  const count = leaf('totalCount', String(total), 'number');
  return printJson(
    objectNode('', [objectNode('pushMessagePage', [listNode('datas', rows), count])]),
  );
}
