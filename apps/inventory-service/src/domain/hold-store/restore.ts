import { schedule } from '../expiry.ts';
import type { SellerStock, State } from '../stock.ts';
import { countLine, countHold } from '../usage.ts';
import type { Address } from './blocks.ts';
import { offsetOf, readable, restorePage } from './blocks.ts';
import { addAddress } from './index.ts';
import {
  channelAt,
  eachOpenLine,
  expiresAt,
  hasBuyer,
  hashAt,
  numberAt,
  sellerAt,
} from './record.ts';
import { holdAt } from './store.ts';

/**
 * Takes in the next page of holds as it was copied, and counts again what follows from them. Cells,
 * sellers and channels must be there already. Throws RangeError when the bytes are no page.
 */
export function restoreHolds(state: State, page: Uint8Array): void {
  const sellers = [...state.sellers.values()];
  restorePage(state.holds.blocks, page, (address) => takeIn(state, sellers, address));
}

function takeIn(state: State, sellers: readonly SellerStock[], address: Address): void {
  const { holds } = state;
  const page = readable(holds.blocks, address);
  const offset = offsetOf(address);
  const seller = sellers[sellerAt(page, offset)];
  if (!seller) throw new RangeError('a hold of no seller');
  addAddress(holds.index, hashAt(page, offset), address);
  seller.holds += 1;
  state.holdsMade = Math.max(state.holdsMade, numberAt(page, offset) + 1);
  const channel = holds.channels[channelAt(page, offset)] ?? '';
  const open = eachOpenLine(page, offset, (guarantee, milli) =>
    countLine(channel, { guarantee: state.cells[guarantee] ?? null, open: milli }, 1),
  );
  state.openLines += open;
  const atMs = expiresAt(page, offset);
  const named = hasBuyer(page, offset) || atMs !== 0 ? holdAt(holds, address) : null;
  if (open > 0) countHold(seller.usage, { channel, buyerRef: named?.buyerRef ?? '' }, 1);
  if (named && atMs !== 0) {
    schedule(state.expiry, { atMs, sellerId: seller.sellerId, ref: named.ref });
  }
}
