import type { HoldStore } from '../../domain/hold-store/store.ts';
import { isThere } from '../../domain/hold-store/store.ts';
import { frozenRuns } from '../../domain/listing.ts';
import type { Listing } from '../../domain/listing.ts';

/** The seller's number, then the holds' numbers and addresses: 4 bytes and 12 for each hold. */
const HEAD_BYTES = 4;
const HOLD_BYTES = 12;

/** A listing in pieces, one of each run; what becomes of it later does not show in them. */
export function packListing(seller: number, listing: Listing): Iterable<Uint8Array> {
  const runs = frozenRuns(listing);
  return (function* () {
    for (const { numbers, addresses, count } of runs) {
      const view = new DataView(new ArrayBuffer(HEAD_BYTES + count * HOLD_BYTES));
      view.setUint32(0, seller, true);
      for (let at = 0; at < count; at += 1) {
        const offset = HEAD_BYTES + at * HOLD_BYTES;
        view.setFloat64(offset, numbers[at] ?? 0, true);
        view.setUint32(offset + 8, addresses[at] ?? 0, true);
      }
      yield new Uint8Array(view.buffer);
    }
  })();
}

/** Calls `met` with each hold of a piece that is still there. */
export function unpackListing(
  bytes: Uint8Array,
  store: HoldStore,
  met: (seller: number, number: number, address: number) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seller = view.getUint32(0, true);
  for (let offset = HEAD_BYTES; offset < bytes.byteLength; offset += HOLD_BYTES) {
    const number = view.getFloat64(offset, true);
    const address = view.getUint32(offset + 8, true);
    if (isThere(store, address, number)) met(seller, number, address);
  }
}
