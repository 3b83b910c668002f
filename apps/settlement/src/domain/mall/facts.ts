import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { invoicesAfter } from './invoicing.ts';
import { grantedFen, owedFen, stateOf } from './money.ts';
import type {
  Discount,
  GoodsBack,
  MallMoney,
  MoneyCause,
  ParcelEnd,
  Placed,
  Told,
} from './money.ts';

/** Records that the order was placed. Told again, nothing changes. */
export const placedAs = (state: MallMoney, placed: Placed, told: Told): MallMoney =>
  state.placed ? state : changed(state, { ...state, placed }, 'ORDERED', told);

export const confirmed = (state: MallMoney, told: Told): MallMoney =>
  state.confirmedAt ? state : changed(state, { ...state, confirmedAt: told.at }, 'CONFIRMED', told);

export const cancelled = (state: MallMoney, told: Told): MallMoney =>
  state.cancelledAt ? state : changed(state, { ...state, cancelledAt: told.at }, 'CANCELLED', told);

/** Records how a parcel ended, once for each parcel. */
export function parcelEnded(state: MallMoney, parcel: ParcelEnd, told: Told): MallMoney {
  if (state.parcels.some(({ parcelNo }) => parcelNo === parcel.parcelNo)) return state;
  const parcels = [...state.parcels, parcel];
  return changed(
    state,
    { ...state, parcels },
    parcel.rejected ? 'RETURNED' : 'DELIVERED',
    told,
    parcel.parcelNo,
  );
}

/** Records goods that came back, once for each receipt of the warehouse. */
export function cameBack(state: MallMoney, back: GoodsBack, told: Told): MallMoney {
  if (state.returns.some(({ key }) => key === back.key)) return state;
  const returns = [...state.returns, back];
  return changed(state, { ...state, returns }, 'RETURNED', told, back.key);
}

export type DiscountRefusal =
  | 'DISCOUNT_DIFFERS'
  | 'DISCOUNT_EXCEEDS_LINE'
  | 'INVALID_LINE'
  | 'INVOICE_ISSUED'
  | 'ORDER_CANCELLED'
  | 'TRANSFER_SUBMITTED'
  | 'UNKNOWN_ORDER';

/**
 * Takes something off a line, while nothing says yet what it came to: neither an invoice nor a transfer. The same
 * grant again changes nothing.
 */
export function discounted(
  state: MallMoney,
  discount: Discount,
  told: Told,
): Result<MallMoney, DiscountRefusal> {
  const { placed, discounts = [], invoices, transfer } = state;
  if (!placed) return err('UNKNOWN_ORDER');
  const same = discounts.find(({ discountId }) => discountId === discount.discountId);
  if (same) {
    const isEqual = same.lineId === discount.lineId && same.amountFen === discount.amountFen;
    return isEqual ? ok(state) : err('DISCOUNT_DIFFERS');
  }
  const line = placed.lines.find(({ lineId }) => lineId === discount.lineId);
  if (!line) return err('INVALID_LINE');
  if (['CANCELLED', 'REJECTED'].includes(stateOf(state))) return err('ORDER_CANCELLED');
  if (invoices.some((one) => one.state === 'ISSUED')) return err('INVOICE_ISSUED');
  if (transfer && transfer.state !== 'REJECTED') return err('TRANSFER_SUBMITTED');
  if (grantedFen(state, line.lineId) + discount.amountFen > line.amountFen) {
    return err('DISCOUNT_EXCEEDS_LINE');
  }
  const after = { ...state, discounts: [...discounts, discount] };
  return ok(changed(state, after, 'DISCOUNTED', told, discount.discountId));
}

/** Adds the entry that tells the change, and brings the invoices up to it. */
function changed(
  before: MallMoney,
  after: MallMoney,
  cause: MoneyCause,
  told: Told,
  key = '',
): MallMoney {
  const amountFen = owedFen(after) - owedFen(before);
  const entries = [...before.entries, { cause, ...told, amountFen }];
  return { ...after, entries, invoices: invoicesAfter(after, key || cause, told.at) };
}
