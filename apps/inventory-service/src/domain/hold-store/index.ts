import type { Address } from './blocks.ts';

/**
 * Addresses by hash: open addressing with linear probing, 8 bytes a slot. It does not know the keys;
 * whoever looks one up compares them.
 */
export type HashIndex = { count: number; hashes: Int32Array; addresses: Uint32Array };

const SMALLEST = 16;
/** An address of 0 marks an empty slot, so they are kept one higher. */
const EMPTY = 0;

export const createHashIndex = (count = 0): HashIndex => {
  let slots = SMALLEST;
  while (slots * 3 < count * 4) slots *= 2;
  return { count: 0, hashes: new Int32Array(slots), addresses: new Uint32Array(slots) };
};

/** The address under the hash that `is` the one looked for; -1 when there is none. */
export function findAddress(
  { hashes, addresses }: HashIndex,
  hash: number,
  is: (address: Address) => boolean,
): Address {
  const mask = addresses.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const kept = addresses[slot] ?? EMPTY;
    if (kept === EMPTY) return -1;
    if (hashes[slot] === hash && is(kept - 1)) return kept - 1;
  }
}

/** Adds an address that is not there yet. */
export function addAddress(index: HashIndex, hash: number, address: Address): void {
  if ((index.count + 1) * 4 > index.addresses.length * 3) grow(index);
  insert(index, hash, address + 1);
  index.count += 1;
}

function insert({ hashes, addresses }: HashIndex, hash: number, kept: number): void {
  const mask = addresses.length - 1;
  let slot = hash & mask;
  while (addresses[slot] !== EMPTY) slot = (slot + 1) & mask;
  hashes[slot] = hash;
  addresses[slot] = kept;
}

function grow(index: HashIndex): void {
  const { hashes, addresses } = index;
  index.hashes = new Int32Array(hashes.length * 2);
  index.addresses = new Uint32Array(addresses.length * 2);
  for (const [slot, kept] of addresses.entries()) {
    if (kept !== EMPTY) insert(index, hashes[slot] ?? 0, kept);
  }
}

/** Takes an address out; the ones behind it move up, so no gap is left in their way. */
export function removeAddress(index: HashIndex, hash: number, address: Address): void {
  const { hashes, addresses } = index;
  const mask = addresses.length - 1;
  let gap = hash & mask;
  while (addresses[gap] !== address + 1) {
    if (addresses[gap] === EMPTY) return;
    gap = (gap + 1) & mask;
  }
  for (let slot = (gap + 1) & mask; addresses[slot] !== EMPTY; slot = (slot + 1) & mask) {
    const home = (hashes[slot] ?? 0) & mask;
    // It may move to the gap only if that is not before its home.
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
    hashes[gap] = hashes[slot] ?? 0;
    addresses[gap] = addresses[slot] ?? EMPTY;
    gap = slot;
  }
  addresses[gap] = EMPTY;
  index.count -= 1;
}
