import { invoicesAfter } from './invoicing.ts';
import { owedFen } from './money.ts';
import type { GoodsBack, MallMoney, MoneyCause, ParcelEnd, Placed, Told } from './money.ts';

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
