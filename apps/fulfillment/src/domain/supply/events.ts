import type { Fen, Milli, Result } from '@astrolabe/kernel';
import type { Parcel, Quantity, Receipt, Return, Supply } from './supply.ts';

/** What of a line an event is about. */
export type SuppliedLine = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly milli: Milli;
  readonly unitPriceFen: Fen | null;
  readonly unitPriceYuan: string;
};

type OfParcel = {
  readonly parcel: Parcel;
  readonly lines: readonly SuppliedLine[];
  readonly at: Date;
  readonly operator: string;
  readonly isComplete: boolean;
};

type OfReceipt = { readonly receipt: Receipt; readonly lines: readonly SuppliedLine[] };

/** What the other services hear of an order that we supply. */
export type SupplyEvent =
  | ({ readonly kind: 'SHIPPED' | 'DELIVERED' | 'REJECTED' } & OfParcel)
  | ({ readonly kind: 'RECEIPT_RECORDED' } & OfReceipt)
  | ({ readonly kind: 'RECEIPT_REVERSED'; readonly reason: string } & OfReceipt)
  | {
      readonly kind: 'RETURN_REQUESTED';
      readonly goods: Return;
      readonly lines: readonly SuppliedLine[];
    }
  | { readonly kind: 'RETURN_DENIED'; readonly goods: Return; readonly at: Date }
  | {
      readonly kind: 'RETURNED';
      readonly goods: Return;
      readonly receiptNo: string;
      readonly lines: readonly SuppliedLine[];
      readonly at: Date;
      readonly isComplete: boolean;
    };

/** What a command or an event comes to, as one write. */
export type SupplyChange<R> = {
  readonly supply: Supply;
  readonly events: readonly SupplyEvent[];
  readonly result: R;
};

export type Changed<R, E = SupplyRefusal> = Result<SupplyChange<R>, E>;

/** Why a warehouse, or a buyer, cannot do what it wants. */
export type SupplyRefusal =
  | 'NOT_CONFIRMED'
  | 'CANCELLED'
  | 'UNKNOWN_LINE'
  | 'OVER_SHIPMENT'
  | 'NOTHING_LEFT'
  | 'PARCEL_EXISTS'
  | 'PARCEL_IN_DOUBT'
  | 'TOO_MANY'
  | 'UNKNOWN_PARCEL'
  | 'NOT_SHIPPED'
  | 'PARCEL_ENDED'
  | 'NOT_STUCK'
  | 'NOT_DELIVERED'
  | 'OVER_RETURN'
  | 'REQUEST_EXISTS'
  | 'UNKNOWN_RETURN'
  | 'RETURN_DENIED'
  | 'RETURN_RECEIVED'
  | 'OVER_RECEIPT'
  | 'RECEIPT_EXISTS';

/** Quantities with what the order says of their lines; a line that it does not have is left out. */
export const told = (
  { lines }: Pick<Supply, 'lines'>,
  quantities: readonly Quantity[],
): readonly SuppliedLine[] =>
  quantities.flatMap(({ lineId, milli }) => {
    const line = lines.find((one) => one.lineId === lineId);
    if (!line) return [];
    const { goodsId, unitPriceFen, unitPriceYuan } = line;
    return [{ lineId, goodsId, milli, unitPriceFen, unitPriceYuan }];
  });
