import type { LifeCode, LifeEvent } from '@astrolabe/kernel';
import { historyWith, lifeEvent } from '@astrolabe/kernel';
import { sameQuantities } from './ship.ts';
import { presentCall, stateOf } from './supply.ts';
import type {
  Arrival,
  Parcel,
  ParcelState,
  Receipt,
  Return,
  ReturnKind,
  Supply,
} from './supply.ts';

/** The order with what a change of it means to people. One that nothing has happened to is itself. */
export function withHistory(before: Supply | null, after: Supply, now: Date): Supply {
  const happened = [
    ...opened(before, after, now),
    ...after.parcels.flatMap((parcel) =>
      ofParcel(
        before?.parcels.find(({ id }) => id === parcel.id),
        parcel,
        now,
      ),
    ),
    ...after.returns.flatMap((goods) =>
      ofReturn(
        before?.returns.find(({ returnId }) => returnId === goods.returnId),
        goods,
        now,
      ),
    ),
    ...after.receipts.flatMap((receipt) =>
      ofReceipt(
        before?.receipts.find(({ receiptId }) => receiptId === receipt.receiptId),
        receipt,
        now,
      ),
    ),
  ];
  if (happened.length === 0) return after;
  return { ...after, history: historyWith(after.history, happened) };
}

/** What happened to the order and its parcels on their way, by time: what a warehouse reports may be heard of later. */
export function lifeOf({ history, parcels }: Supply): readonly LifeEvent[] {
  const tracked = parcels.flatMap(({ parcelNo, steps }) =>
    steps.map(({ at, content, operator }) =>
      lifeEvent(at, 'PARCEL_TRACKED', { about: [parcelNo], by: operator, words: content }),
    ),
  );
  return [...history, ...tracked].toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function opened(before: Supply | null, after: Supply, now: Date): readonly LifeEvent[] {
  const { cancelled, confirmedAt, displayNumber } = after;
  const about = displayNumber === '' ? [] : [displayNumber];
  if (cancelled && !before?.cancelled) {
    return [lifeEvent(cancelled.at, 'SUPPLY_CANCELLED', { about, reason: cancelled.reason })];
  }
  if (!before) return [lifeEvent(confirmedAt, 'SUPPLY_CONFIRMED', { about })];
  return before.cancelled && !cancelled ? [lifeEvent(now, 'SUPPLY_CONFIRMED', { about })] : [];
}

/** PENDING again is a parcel that a person has had tried once more. */
const PARCELS: Readonly<Record<ParcelState, LifeCode>> = {
  PENDING: 'PARCEL_RETRIED',
  SHIPPED: 'PARCEL_SHIPPED',
  DELIVERED: 'PARCEL_DELIVERED',
  REJECTED: 'PARCEL_REJECTED',
  REFUSED: 'PARCEL_REFUSED',
  STUCK: 'PARCEL_STUCK',
};

function ofParcel(before: Parcel | undefined, after: Parcel, now: Date): readonly LifeEvent[] {
  const { parcelNo, companyName, companyCode, waybillNo, operator } = after;
  const about = [parcelNo];
  const carrier = `${companyName || companyCode} ${waybillNo}`;
  const packed = lifeEvent(after.sentAt, 'PARCEL_PACKED', { about, by: operator, words: carrier });
  return [...(before ? [] : [packed]), ...moved(before, after, now)];
}

function moved(before: Parcel | undefined, after: Parcel, now: Date): readonly LifeEvent[] {
  const state = stateOf(after);
  if (state === (before ? stateOf(before) : 'PENDING')) return [];
  const { parcelNo, end } = after;
  const about = [parcelNo];
  if (end) return [lifeEvent(end.at, PARCELS[state], { about, by: end.operator })];
  const isStopped = state === 'REFUSED' || state === 'STUCK';
  const { code = '', message = '' } = (isStopped && presentCall(after).problem) || {};
  return [lifeEvent(now, PARCELS[state], { about, reason: code, words: message })];
}

const ASKED: Readonly<Record<ReturnKind, LifeCode>> = {
  RETURN: 'RETURN_REQUESTED',
  EXCHANGE: 'EXCHANGE_REQUESTED',
  REPAIR: 'REPAIR_REQUESTED',
  REJECTED_PARCEL: 'PARCEL_COMES_BACK',
};

function ofReturn(before: Return | undefined, after: Return, now: Date): readonly LifeEvent[] {
  const { returnId, kind, reason, requestedAt, denied, arrivals } = after;
  const about = [returnId];
  const events: LifeEvent[] = [];
  if (!before) {
    events.push(lifeEvent(requestedAt, ASKED[kind], { about, words: reason }));
  }
  if (denied && !before?.denied) {
    events.push(lifeEvent(denied.at, 'RETURN_DENIED', { about, words: denied.reason }));
  }
  for (const arrival of arrivals) {
    const known = before?.arrivals.find(({ receiptNo }) => receiptNo === arrival.receiptNo);
    events.push(...ofArrival(returnId, known, arrival, now));
  }
  return events;
}

function ofArrival(
  returnId: string,
  before: Arrival | undefined,
  { receiptNo, at, operator, stock }: Arrival,
  now: Date,
): readonly LifeEvent[] {
  const about = [returnId, receiptNo];
  const isBack = stock.state === 'SUCCEEDED' && before?.stock.state !== 'SUCCEEDED';
  return [
    ...(before ? [] : [lifeEvent(at, 'RETURN_ARRIVED', { about, by: operator })]),
    ...(isBack ? [lifeEvent(now, 'RETURN_PUT_BACK', { about })] : []),
  ];
}

/** One that was recorded with other lines is reversed and recorded again. */
function ofReceipt(before: Receipt | undefined, after: Receipt, now: Date): readonly LifeEvent[] {
  const known = before?.lines ?? [];
  if (sameQuantities(known, after.lines)) return [];
  const about = [after.receiptNo || after.receiptId];
  return [
    ...(known.length > 0 ? [lifeEvent(now, 'RECEIPT_REVERSED', { about })] : []),
    ...(after.lines.length > 0 ? [lifeEvent(now, 'RECEIPT_RECORDED', { about })] : []),
  ];
}
