import type { ProcurementCalled, ProcurementClient } from '@astrolabe/channel-client';
import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Failed } from '@astrolabe/outbound';
import { createShipment, queryOrder, queryReceipt } from '@astrolabe/schemas/procurement';
import type { ProcurementOrder, ReceiptNote, ShipmentToMake } from '@astrolabe/schemas/procurement';
import type { ReceiptDetail, SupplyPlatform } from '../../application/supply/ports.ts';
import type { Parcel, Quantity } from '../../domain/supply/supply.ts';

/** The platform of enterprise procurement (document 000): shipments, orders and receipts. */
export const createSupplyPlatform = (client: Pick<ProcurementClient, 'call'>): SupplyPlatform => ({
  ship: async ({ sellerId, number }, parcel) => {
    const called = await client.call(sellerId, createShipment, shipmentOf(number, parcel));
    if (called.kind !== 'ok') return failedOf(called);
    return { kind: 'succeeded', platformIds: called.value };
  },
  detail: async ({ sellerId, number }) => {
    const called = await client.call(sellerId, queryOrder, { orderId: number });
    if (called.kind !== 'ok') return err(failedOf(called).problem);
    return ok(detailOf(called.value));
  },
  receipt: async (sellerId, receiptId): Promise<Result<ReceiptDetail, Failed>> => {
    const called = await client.call(sellerId, queryReceipt, { receiptId });
    return called.kind === 'ok' ? ok(receiptOf(called.value)) : err(failedOf(called));
  },
});

/** What is not let in, or is left alone, was not sent: it waits, and no attempt is counted (field rows A1 to A3). */
function failedOf(called: Exclude<ProcurementCalled<never>, { kind: 'ok' }>): Failed {
  const { kind, code, message } = called;
  const problem = { code, message };
  switch (kind) {
    case 'refused':
    case 'unknown':
      return { kind, problem };
    case 'auth':
    case 'later':
      return { kind: 'withheld', problem };
  }
}

/** Interface 10. Its own number of ours: the platform has no key against a repeat. */
function shipmentOf(orderId: string, parcel: Parcel): ShipmentToMake {
  const { parcelNo, companyCode, companyName, waybillNo, sentAt, lines } = parcel;
  const named = {
    ...(companyCode !== '' && { carrierCode: companyCode }),
    ...(companyName !== '' && { carrierName: companyName }),
  };
  return {
    orderId,
    shipmentNo: `${orderId}-${parcelNo}`,
    entries: lines.map(({ lineId, milli }) => ({ orderId, entryId: lineId, sentMilli: milli })),
    by: 'CARRIER',
    ...named,
    ...(waybillNo !== '' && { waybillNo }),
    sentAt,
  };
}

/** Interface 6; an order that ended takes no shipment. */
const detailOf = ({ status, entries }: ProcurementOrder) => ({
  isOver: status === 'CANCELLED' || status === 'RETURNED',
  sent: new Map(entries.map(({ entryId, sentMilli = 0n }) => [entryId, sentMilli])),
});

/** Interface 13: an entry that ended by itself counts for nothing; one that names no order is of none. */
function receiptOf(note: ReceiptNote): ReceiptDetail {
  const orders = new Map<string, Quantity[]>();
  for (const { orderId, orderEntryId, receivedMilli, status } of note.entries) {
    if (orderId === undefined) continue;
    const lines = orders.get(orderId) ?? [];
    const isOver = status === 'RETURNED' || status === 'CANCELLED';
    if (!isOver) lines.push({ lineId: orderEntryId, milli: receivedMilli });
    orders.set(orderId, lines);
  }
  const { receiptId, receiptNo = '', status, receivedAt } = note;
  return {
    receiptId,
    receiptNo,
    status,
    receivedAt: receivedAt instanceof Date ? receivedAt : null,
    orders,
  };
}
