import type { Address } from './blocks.ts';

/**
 * Addresses by hash: open addressing with linear probing, 8 bytes a slot. It has no keys;
 * whoever looks one up compares them. When it is full it gets a table of twice the size, into which each
 * later addition takes a few of the old one's: to move a million at once would stop the writer for a
 * tenth of a second.
 */
export type HashIndex = { count: number; table: Table; old: Old | null };

type Table = { readonly hashes: Int32Array; readonly addresses: Uint32Array };
/** What is left of the table before: nothing in the slots below `moved`. */
type Old = Table & { moved: number };

const SMALLEST = 16;
/** An address of 0 marks an empty slot, so they are kept one higher. */
const EMPTY = 0;
/** A slot whose address was removed while its table is moved. */
const GONE = 0xffff_ffff;
/** Slots of the old table that an addition looks at; two would be enough. */
const MOVED_AT_ONCE = 16;

const createTable = (slots: number): Table => ({
  hashes: new Int32Array(slots),
  addresses: new Uint32Array(slots),
});

export const createHashIndex = (count = 0): HashIndex => {
  let slots = SMALLEST;
  while (slots * 3 < count * 4) slots *= 2;
  return { count: 0, table: createTable(slots), old: null };
};

/** The address under the hash that `is` the one looked for; -1 when there is none. */
export function findAddress(
  { table, old }: HashIndex,
  hash: number,
  is: (address: Address) => boolean,
): Address {
  const found = find(table, hash, is);
  return found < 0 && old ? find(old, hash, is) : found;
}

function find(
  { hashes, addresses }: Table,
  hash: number,
  is: (address: Address) => boolean,
): Address {
  const mask = addresses.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const kept = addresses[slot] ?? EMPTY;
    if (kept === EMPTY) return -1;
    if (kept !== GONE && hashes[slot] === hash && is(kept - 1)) return kept - 1;
  }
}

/** Adds an address that is not there yet. */
export function addAddress(index: HashIndex, hash: number, address: Address): void {
  if ((index.count + 1) * 4 > index.table.addresses.length * 3) grow(index);
  if (index.old) moveSome(index, index.old);
  insert(index.table, hash, address + 1);
  index.count += 1;
}

function insert({ hashes, addresses }: Table, hash: number, kept: number): void {
  const mask = addresses.length - 1;
  let slot = hash & mask;
  while (addresses[slot] !== EMPTY) slot = (slot + 1) & mask;
  hashes[slot] = hash;
  addresses[slot] = kept;
}

/** The table before is empty by then: it was looked through in a fraction of the additions since. */
function grow(index: HashIndex): void {
  index.old = { ...index.table, moved: 0 };
  index.table = createTable(index.table.addresses.length * 2);
}

/** Moves what is in the next slots of the old table; what is left there is looked for across them. */
function moveSome(index: HashIndex, old: Old): void {
  const { hashes, addresses } = old;
  const until = Math.min(old.moved + MOVED_AT_ONCE, addresses.length);
  for (; old.moved < until; old.moved += 1) {
    const kept = addresses[old.moved] ?? EMPTY;
    if (kept === EMPTY) continue;
    if (kept !== GONE) insert(index.table, hashes[old.moved] ?? 0, kept);
    addresses[old.moved] = GONE;
  }
  if (old.moved === addresses.length) index.old = null;
}

/** Takes an address out. */
export function removeAddress(index: HashIndex, hash: number, address: Address): void {
  const isGone = removeFrom(index.table, hash, address) || removeOld(index.old, hash, address);
  if (isGone) index.count -= 1;
}

/** The slot of an address, -1 when it is not there. */
function slotOf({ addresses }: Table, hash: number, address: Address): number {
  const mask = addresses.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    if (addresses[slot] === address + 1) return slot;
    if (addresses[slot] === EMPTY) return -1;
  }
}

/** A table that is being moved keeps the slot, or what was moved could come back behind. */
function removeOld(old: Old | null, hash: number, address: Address): boolean {
  const slot = old ? slotOf(old, hash, address) : -1;
  if (old && slot >= 0) old.addresses[slot] = GONE;
  return slot >= 0;
}

/** The ones behind it move up, so no gap is left in their way. */
function removeFrom(table: Table, hash: number, address: Address): boolean {
  const { hashes, addresses } = table;
  const mask = addresses.length - 1;
  let gap = slotOf(table, hash, address);
  if (gap < 0) return false;
  for (let slot = (gap + 1) & mask; addresses[slot] !== EMPTY; slot = (slot + 1) & mask) {
    const home = (hashes[slot] ?? 0) & mask;
    // It may move to the gap only if that is not before its home.
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
    hashes[gap] = hashes[slot] ?? 0;
    addresses[gap] = addresses[slot] ?? EMPTY;
    gap = slot;
  }
  addresses[gap] = EMPTY;
  return true;
}
