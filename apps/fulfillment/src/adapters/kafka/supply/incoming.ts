import {
  EVENTS,
  orderRefFromMessage,
  placeFromMessage,
  procurementSaidFromMessage,
} from '@astrolabe/contracts';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { PROCUREMENT, err, ok } from '@astrolabe/kernel';
import type { ReceiptReadings, Supplies } from '../../../application/supply/ports.ts';
import { cancelled, confirmed } from '../../../domain/supply/life.ts';
import type { Confirmation } from '../../../domain/supply/life.ts';
import { readingAsked } from '../../../domain/supply/receipt-reading.ts';
import type { Line } from '../../../domain/supply/supply.ts';
import { originOf } from '../incoming.ts';
import type { Handled, Incoming } from '../incoming.ts';

export type SupplyIncomingDeps = {
  readonly supplies: Pick<Supplies, 'change'>;
  readonly readings: Pick<ReceiptReadings, 'change'>;
  readonly clock: Clock;
  /** A receipt is to be read; returns at once. */
  readonly toRead: (receipt: OrderRef) => void;
};

const DONE: Handled = { kind: 'done' };

/** Orders that we supply: confirmed, cancelled; and receipts that a platform's message names. */
export const supplyHandlers = (deps: SupplyIncomingDeps) => ({
  supplyOrderConfirmed: (message: Incoming) => onConfirmed(deps, message),
  supplyOrderCancelled: (message: Incoming) => onCancelled(deps, message),
  procurementSaid: (message: Incoming) => onSaid(deps, message),
});

async function onConfirmed({ supplies }: SupplyIncomingDeps, message: Incoming): Promise<Handled> {
  const told = confirmationOf(message.payload);
  if (!told) return { kind: 'reject', reason: 'INCOMPLETE_CONFIRMATION' };
  await supplies.change<null, never>(told.orderRef, originOf(message), (current) =>
    ok({ supply: confirmed(current, told), events: [], result: null }),
  );
  return DONE;
}

async function onCancelled({ supplies }: SupplyIncomingDeps, message: Incoming): Promise<Handled> {
  const event = EVENTS.supplyOrderCancelled.decode(message.payload);
  const order = orderRefFromMessage(event.orderRef);
  const { revision, reason, cancelledAt } = event;
  if (!order || !cancelledAt) return { kind: 'reject', reason: 'INCOMPLETE_CANCELLATION' };
  // One that was never confirmed is nothing to us: what is not here cannot be shipped.
  await supplies.change<null, 'NOT_CONFIRMED'>(order, originOf(message), (current) => {
    if (!current) return err('NOT_CONFIRMED');
    const supply = cancelled(current, { revision, reason, cancelledAt });
    return ok({ supply, events: [], result: null });
  });
  return DONE;
}

async function onSaid(
  { readings, clock, toRead }: SupplyIncomingDeps,
  message: Incoming,
): Promise<Handled> {
  const said = procurementSaidFromMessage(EVENTS.procurementSaid.decode(message.payload));
  if (!said.ok) return { kind: 'reject', reason: said.error };
  const { sellerId, news } = said.value;
  if (news.kind !== 'RECEIPT_CHANGED') return DONE;
  const receipt = { channel: PROCUREMENT, sellerId, number: news.receiptId };
  await readings.change(receipt, originOf(message), (current) =>
    readingAsked(current, receipt, clock()),
  );
  toRead(receipt);
  return DONE;
}

function confirmationOf(payload: Uint8Array): Confirmation | null {
  const event = EVENTS.supplyOrderConfirmed.decode(payload);
  const { revision, displayNumber, holdRef, confirmedAt } = event;
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef || !confirmedAt || holdRef === '' || event.lines.length === 0) return null;
  const lines = event.lines.map((line): Line => ({
    lineId: line.lineId,
    goodsId: line.goodsId,
    sku: line.skuId || line.itemId || line.outerId,
    name: line.name,
    unitPriceFen: line.unitPriceFen ?? null,
    unitPriceYuan: line.unitPriceYuan,
    orderedMilli: line.quantityMilli,
    place: placeFromMessage(line.place),
  }));
  return { orderRef, revision, displayNumber, holdRef, lines, confirmedAt };
}
