import type { Fen, LifeEvent, Milli, OrderRef, Place } from '@astrolabe/kernel';
import { PROCUREMENT } from '@astrolabe/kernel';
import { isDoubtful, isGivenUp, isOpen } from '@astrolabe/outbound';
import type { OutboundCall } from '@astrolabe/outbound';

/** A quantity of one line, in thousandths of a piece. */
export type Quantity = { readonly lineId: string; readonly milli: Milli };

/** What was ordered, as its confirmation says. */
export type Line = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly sku: string;
  readonly name: string;
  /** Null where the price is no whole number of fen; `unitPriceYuan` has its digits. */
  readonly unitPriceFen: Fen | null;
  readonly unitPriceYuan: string;
  readonly orderedMilli: Milli;
  /** Where its stock is held; null where the confirmation does not say. */
  readonly place: Place | null;
};

export type TrackStep = { readonly at: Date; readonly content: string; readonly operator: string };

/** How a parcel's way ended: the buyer took it, or did not. */
export type ParcelEnd = {
  readonly at: Date;
  readonly operator: string;
  readonly rejected: boolean;
};

/**
 * What a warehouse sends off. It is durable before anybody is told: the platform first, where there is one (document
 * 000, interface 10), then the stock, which is taken out of the order's hold.
 */
export type Parcel = {
  /** Counts the order's parcels, from 1. */
  readonly id: number;
  /** The warehouse's own number. */
  readonly parcelNo: string;
  readonly companyCode: string;
  readonly companyName: string;
  readonly waybillNo: string;
  readonly operator: string;
  readonly lines: readonly Quantity[];
  readonly sentAt: Date;
  /** Null where no platform has to be told. */
  readonly platform: OutboundCall | null;
  /** How often the platform was looked at after a call of unknown end, and showed nothing of it. */
  readonly emptyLooks: number;
  readonly platformIds: readonly string[];
  /** Null before the platform has it. */
  readonly stock: OutboundCall | null;
  readonly end: ParcelEnd | null;
  readonly steps: readonly TrackStep[];
};

/** What has come back of a return, at once. */
export type Arrival = {
  /** The warehouse's own number. */
  readonly receiptNo: string;
  readonly lines: readonly Quantity[];
  readonly operator: string;
  readonly at: Date;
  /** Puts the goods back into the stock. */
  readonly stock: OutboundCall;
};

export type ReturnKind = 'RETURN' | 'EXCHANGE' | 'REPAIR' | 'REJECTED_PARCEL';

export type Return = {
  readonly returnId: string;
  /** Of who asked; the parcel's number where it was not taken. */
  readonly requestRef: string;
  readonly kind: ReturnKind;
  readonly lines: readonly Quantity[];
  readonly reason: string;
  readonly requestedAt: Date;
  readonly denied: { readonly at: Date; readonly reason: string } | null;
  readonly arrivals: readonly Arrival[];
};

/** A receipt of the platform, as far as it is about this order. */
export type Receipt = {
  readonly receiptId: string;
  readonly receiptNo: string;
  /** Which reading of the note says so; an older one changes nothing. */
  readonly reading: number;
  /** How often it was recorded with other lines. */
  readonly revision: number;
  /** What counts; empty when it was reversed. */
  readonly lines: readonly Quantity[];
  readonly receivedAt: Date | null;
};

/** An order that we supply, from its confirmation on; one document, so that everything about it meets. */
export type Supply = {
  readonly orderRef: OrderRef;
  /** Of the confirmation or cancellation that was seen last. */
  readonly revision: number;
  readonly displayNumber: string;
  /** The name of its hold in the inventory. */
  readonly holdRef: string;
  readonly lines: readonly Line[];
  readonly parcels: readonly Parcel[];
  readonly returns: readonly Return[];
  readonly receipts: readonly Receipt[];
  readonly confirmedAt: Date;
  readonly cancelled: { readonly at: Date; readonly reason: string } | null;
  /** What happened, for people; see withHistory. */
  readonly history: readonly LifeEvent[];
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

export type ParcelState = 'PENDING' | 'SHIPPED' | 'DELIVERED' | 'REJECTED' | 'REFUSED' | 'STUCK';

/** Whether a platform of the order's channel has to be told of parcels (document 000). */
export const hasPlatform = ({ channel }: OrderRef): boolean => channel === PROCUREMENT;

/** The call that the parcel is at. */
export function presentCall({ platform, stock }: Parcel): OutboundCall {
  const call = stock ?? platform;
  if (!call) throw new TypeError('a parcel has a call');
  return call;
}

/**
 * REFUSED: it is certain that nothing was shipped. STUCK: it waits for a person; the goods may have left, and
 * count as shipped.
 */
export function stateOf(parcel: Parcel): ParcelState {
  const { platform, stock, end } = parcel;
  if (stock?.state === 'SUCCEEDED')
    return end ? (end.rejected ? 'REJECTED' : 'DELIVERED') : 'SHIPPED';
  const call = presentCall(parcel);
  if (isOpen(call)) return 'PENDING';
  return call.state === 'REFUSED' && (!stock || !platform) ? 'REFUSED' : 'STUCK';
}

/** The goods have left, or may have. */
export const counts = (parcel: Parcel): boolean => stateOf(parcel) !== 'REFUSED';

/** The platform may have it, and nobody asks any more by itself. */
export const isInDoubt = ({ platform }: Parcel): boolean =>
  platform !== null && isGivenUp(platform) && isDoubtful(platform);

/** What is in these, line by line. */
export function sumOf(all: readonly (readonly Quantity[])[]): ReadonlyMap<string, Milli> {
  const sums = new Map<string, Milli>();
  for (const { lineId, milli } of all.flat()) sums.set(lineId, (sums.get(lineId) ?? 0n) + milli);
  return sums;
}

/** In parcels that left, or may have. */
export const shippedOf = ({ parcels }: Supply): ReadonlyMap<string, Milli> =>
  sumOf(parcels.filter(counts).map(({ lines }) => lines));

export const deliveredOf = ({ parcels }: Supply): ReadonlyMap<string, Milli> =>
  sumOf(parcels.filter((one) => stateOf(one) === 'DELIVERED').map(({ lines }) => lines));

/** As the platform's receipts say. */
export const receivedOf = ({ receipts }: Supply): ReadonlyMap<string, Milli> =>
  sumOf(receipts.map(({ lines }) => lines));

/** In returns of delivered goods that stand; what was not taken was never delivered. */
export const returningOf = ({ returns }: Supply): ReadonlyMap<string, Milli> =>
  sumOf(
    returns
      .filter(({ denied, kind }) => !denied && kind !== 'REJECTED_PARCEL')
      .map(({ lines }) => lines),
  );

/** What of a return is in the stock again. */
export const arrivedOf = ({ arrivals }: Return): ReadonlyMap<string, Milli> =>
  sumOf(arrivals.filter(({ stock }) => stock.state === 'SUCCEEDED').map(({ lines }) => lines));

export const returnedOf = ({ returns }: Supply): ReadonlyMap<string, Milli> =>
  sumOf(
    returns.flatMap(({ arrivals }) =>
      arrivals.filter(({ stock }) => stock.state === 'SUCCEEDED').map(({ lines }) => lines),
    ),
  );

/** These quantities without those; what comes to nothing is left out. */
export const without = (
  lines: readonly Quantity[],
  taken: ReadonlyMap<string, Milli>,
): readonly Quantity[] =>
  lines
    .map(({ lineId, milli }) => ({ lineId, milli: milli - (taken.get(lineId) ?? 0n) }))
    .filter(({ milli }) => milli > 0n);

export const orderedOf = ({ lines }: Pick<Supply, 'lines'>): readonly Quantity[] =>
  lines.map(({ lineId, orderedMilli }) => ({ lineId, milli: orderedMilli }));

/** What may still be shipped; nothing of a cancelled order. */
export const leftOf = (supply: Supply): readonly Quantity[] =>
  supply.cancelled ? [] : without(orderedOf(supply), shippedOf(supply));

/** The first line of these of which there is more than in those. */
export const beyond = (
  lines: readonly Quantity[],
  allowed: ReadonlyMap<string, Milli>,
): Quantity | undefined =>
  [...sumOf([lines])]
    .map(([lineId, milli]) => ({ lineId, milli }))
    .find(({ lineId, milli }) => milli > (allowed.get(lineId) ?? 0n));

/** Nothing is left to be shipped, and all that left was delivered. */
export const isDelivered = (supply: Supply): boolean => {
  const shipped = [...shippedOf(supply)].map(([lineId, milli]) => ({ lineId, milli }));
  const isThere = without(shipped, deliveredOf(supply)).length === 0;
  return isThere && shipped.length > 0 && leftOf(supply).length === 0;
};

/** Nothing is left to be shipped, and the buyer took nothing of what left. */
export const isRejected = (supply: Supply): boolean => {
  const parcels = supply.parcels.filter(counts);
  const none = parcels.length > 0 && parcels.every((one) => stateOf(one) === 'REJECTED');
  return none && leftOf(supply).length === 0;
};

export type SupplyState =
  'OPEN' | 'PARTLY_SHIPPED' | 'SHIPPED' | 'DELIVERED' | 'REJECTED' | 'CANCELLED';

export function supplyState(supply: Supply): SupplyState {
  if (supply.cancelled) return 'CANCELLED';
  if (isDelivered(supply)) return 'DELIVERED';
  if (isRejected(supply)) return 'REJECTED';
  if (!supply.parcels.some(counts)) return 'OPEN';
  return leftOf(supply).length > 0 ? 'PARTLY_SHIPPED' : 'SHIPPED';
}

/** The warehouse has something to do for it: to ship, to see a parcel to its end, to take goods back. */
export function isForWarehouse(supply: Supply): boolean {
  if (leftOf(supply).length > 0) return true;
  const received = receivedOf(supply);
  const shipped = [...shippedOf(supply)].map(([lineId, milli]) => ({ lineId, milli }));
  const isUnderWay = without(shipped, received).length > 0;
  const open: readonly ParcelState[] = [
    'PENDING',
    'STUCK',
    ...(isUnderWay ? ['SHIPPED' as const] : []),
  ];
  if (supply.parcels.some((one) => open.includes(stateOf(one)))) return true;
  return supply.returns.some((one) => !one.denied && without(one.lines, arrivedOf(one)).length > 0);
}
