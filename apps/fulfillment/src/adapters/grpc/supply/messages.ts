import { placeToMessage } from '@astrolabe/contracts';
import { ReturnKind } from '@astrolabe/contracts/fulfillment';
import type {
  Supply as SupplyMessage,
  SupplyLine as LineMessage,
  SupplyParcel as ParcelMessage,
  SupplyQuantity as QuantityMessage,
  SupplyReturn as ReturnMessage,
} from '@astrolabe/contracts/fulfillment';
import type { Milli } from '@astrolabe/kernel';
import {
  arrivedOf,
  deliveredOf,
  presentCall,
  receivedOf,
  returnedOf,
  returningOf,
  shippedOf,
  stateOf,
  supplyState,
  without,
} from '../../../domain/supply/supply.ts';
import type { Parcel, Quantity, Return, Supply } from '../../../domain/supply/supply.ts';
import { refusal } from './refusals.ts';

/** As many lines as the stock takes at once. */
const LINES_MAX = 200;

const quantityTo = ({ lineId, milli }: Quantity): QuantityMessage => ({
  lineId,
  quantityMilli: milli,
});

/** Quantities as they are asked for; each is of a line and more than nothing. */
export function quantitiesFrom(asked: readonly QuantityMessage[]): readonly Quantity[] {
  const isGood = ({ lineId, quantityMilli }: QuantityMessage): boolean =>
    lineId !== '' && quantityMilli > 0n;
  if (asked.length > LINES_MAX || !asked.every(isGood)) throw refusal('BAD_FIELD');
  return asked.map(({ lineId, quantityMilli }) => ({ lineId, milli: quantityMilli }));
}

/** A text that has to be there, of so many characters at most. */
export function textOf(value: string, lengthMax: number, isOptional = false): string {
  if (value.length > lengthMax || (value === '' && !isOptional)) throw refusal('BAD_FIELD');
  return value;
}

export function linesTo(supply: Supply): LineMessage[] {
  const sums = {
    shipped: shippedOf(supply),
    delivered: deliveredOf(supply),
    received: receivedOf(supply),
    returning: returningOf(supply),
    returned: returnedOf(supply),
  };
  return supply.lines.map(({ place, unitPriceFen, ...line }) => {
    const of = (sum: ReadonlyMap<string, Milli>): Milli => sum.get(line.lineId) ?? 0n;
    return {
      ...line,
      unitPriceFen: unitPriceFen ?? undefined,
      place: place ? placeToMessage(place) : undefined,
      shippedMilli: of(sums.shipped),
      deliveredMilli: of(sums.delivered),
      receivedMilli: of(sums.received),
      returningMilli: of(sums.returning),
      returnedMilli: of(sums.returned),
    };
  });
}

export function parcelTo(parcel: Parcel): ParcelMessage {
  const { parcelNo, companyCode, companyName, waybillNo, operator, sentAt, end } = parcel;
  const { problem } = presentCall(parcel);
  return {
    parcelNo,
    companyCode,
    companyName,
    waybillNo,
    operator,
    sentAt,
    lines: parcel.lines.map(quantityTo),
    state: stateOf(parcel),
    reason: problem ? [problem.code, problem.message].filter((word) => word !== '').join(' ') : '',
    platformIds: [...parcel.platformIds],
    endedAt: end?.at,
    steps: [...parcel.steps],
  };
}

export function returnTo(goods: Return): ReturnMessage {
  const arrived = arrivedOf(goods);
  const left = without(goods.lines, arrived);
  const part = arrived.size === 0 ? 'REQUESTED' : 'PARTLY_RECEIVED';
  return {
    returnId: goods.returnId,
    requestRef: goods.requestRef,
    kind: ReturnKind[goods.kind],
    lines: goods.lines.map(quantityTo),
    received: [...arrived].map(([lineId, milli]) => quantityTo({ lineId, milli })),
    state: goods.denied ? 'DENIED' : left.length === 0 ? 'RECEIVED' : part,
    reason: goods.denied?.reason || goods.reason,
    requestedAt: goods.requestedAt,
  };
}

export const supplyTo = (supply: Supply): SupplyMessage => ({
  orderRef: supply.orderRef,
  state: supplyState(supply),
  displayNumber: supply.displayNumber,
  lines: linesTo(supply),
  parcels: supply.parcels.map(parcelTo),
  returns: supply.returns.map(returnTo),
  receipts: supply.receipts.map(({ receiptId, receiptNo, lines, receivedAt }) => ({
    receiptId,
    receiptNo,
    lines: lines.map(quantityTo),
    state: lines.length > 0 ? 'RECORDED' : 'REVERSED',
    receivedAt: receivedAt ?? undefined,
  })),
  confirmedAt: supply.confirmedAt,
  cancelledAt: supply.cancelled?.at,
});
