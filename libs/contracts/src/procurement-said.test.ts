import { describe, expect, test } from 'vitest';
import { EVENTS, procurementSaidFromMessage, procurementSaidToMessage } from './index.ts';
import type { ProcurementNews } from '@astrolabe/kernel';

const event = (news: ProcurementNews) => ({
  sellerId: '21230',
  appKey: '1000000',
  messageId: '9007199254740993',
  bornAt: new Date('2026-11-30T02:00:00.123Z'),
  news,
  raw: '{"msgId":9007199254740993}',
});

const NEWS: ProcurementNews[] = [
  { kind: 'REQUISITION_CREATED', requisitionId: '123456' },
  { kind: 'REQUISITION_REJECTED', requisitionId: '123456' },
  { kind: 'ORDER_CREATED', orderId: '123456789012345678' },
  { kind: 'ORDER_CANCELLED', orderId: '123456789012345678' },
  { kind: 'RECEIPT_CHANGED', receiptId: '5', action: 'CREATE' },
  { kind: 'RECEIPT_CHANGED', receiptId: '5', action: null },
  { kind: 'SETTLEMENT_CHANGED', settlementId: '6', action: 'CANCEL' },
  { kind: 'GOODS_STATUS_CHANGED', goodsId: '7', state: 'DELETED' },
];

describe('a message of a procurement platform', () => {
  test.each(NEWS)('$kind is read as it was written', (news) => {
    const bytes = EVENTS.procurementSaid.encode(procurementSaidToMessage(event(news)));
    const read = procurementSaidFromMessage(EVENTS.procurementSaid.decode(bytes));
    expect(read).toEqual({ ok: true, value: event(news) });
  });

  test('a number of a newer version, and what says not of what', () => {
    const message = procurementSaidToMessage(
      event({ kind: 'REQUISITION_CREATED', requisitionId: '123456' }),
    );
    const read = (change: object) => procurementSaidFromMessage({ ...message, ...change });
    expect(read({ kind: 99 })).toEqual({ ok: false, error: 'UNKNOWN_WORD' });
    expect(read({ action: 99 })).toEqual({ ok: false, error: 'UNKNOWN_WORD' });
    expect(read({ requisitionId: '' })).toEqual({ ok: false, error: 'INCOMPLETE' });
    expect(read({ messageId: '' })).toEqual({ ok: false, error: 'INCOMPLETE' });
  });
});
