import type { Hold, NewHold } from '../holds.ts';
import type { Cell } from '../goods.ts';
import type { Address, Blocks } from './blocks.ts';
import { allocate, createBlocks, free, isInUse, offsetOf, readable, writable } from './blocks.ts';
import type { HashIndex } from './index.ts';
import { addAddress, createHashIndex, findAddress, removeAddress } from './index.ts';
import { channelAt, hashAt, isHold, numberAt, readHold, sellerAt, sizeOf } from './record.ts';
import { writeChanges, writeHold } from './record.ts';

/**
 * Where holds lie between two commands. A command reads a hold as an object, changes the object,
 * and writes it back: `apply` does both, so the rules work on objects. A line takes about 150 bytes
 * with its share of everything, and none of it is ever walked by the garbage collector.
 */
export type HoldStore = {
  readonly blocks: Blocks;
  index: HashIndex;
  /** The cells of the partition, by number. */
  readonly cells: readonly Cell[];
  readonly sellers: string[];
  /** Texts of channels, written once. */
  readonly channels: string[];
  readonly channelNumbers: Map<string, number>;
  /** Names that requisitions were passed on to, by the number of the hold. */
  readonly rebound: Map<number, string>;
};

export const createHoldStore = (cells: readonly Cell[]): HoldStore => ({
  blocks: createBlocks(),
  index: createHashIndex(),
  cells,
  sellers: [],
  channels: [],
  channelNumbers: new Map(),
  rebound: new Map(),
});

/** The number of a new seller. */
export const addSeller = (store: HoldStore, sellerId: string): number =>
  store.sellers.push(sellerId) - 1;

/** The number of a channel, a new one if need be. */
export function channelNumber(store: HoldStore, channel: string): number {
  const existing = store.channelNumbers.get(channel);
  if (existing !== undefined) return existing;
  const number = store.channels.push(channel) - 1;
  store.channelNumbers.set(channel, number);
  return number;
}

/** Puts a hold under its name, which must be free; gives it its address. */
export function addHold(store: HoldStore, seller: number, made: NewHold): Hold {
  const { bytes, wide } = sizeOf(made);
  const address = allocate(store.blocks, bytes);
  const hash = hashOf(seller, made.ref);
  const channel = channelNumber(store, made.channel);
  const page = writable(store.blocks, address);
  writeHold(page, offsetOf(address), made, { hash, seller, channel }, wide);
  addAddress(store.index, hash, address);
  if (made.reboundTo !== '') store.rebound.set(made.number, made.reboundTo);
  return { ...made, address };
}

/** The hold as it was last written; a copy, whose changes count once they are saved. */
export function findHold(store: HoldStore, seller: number, ref: string): Hold | undefined {
  const address = findAddress(store.index, hashOf(seller, ref), (at) =>
    isHold(readable(store.blocks, at), offsetOf(at), seller, ref),
  );
  return address < 0 ? undefined : holdAt(store, address);
}

/** The hold at an address in use. */
export function holdAt(store: HoldStore, address: Address): Hold {
  const page = readable(store.blocks, address);
  const offset = offsetOf(address);
  const read = readHold(page, offset, store.cells);
  return {
    ref: read.ref,
    sellerId: store.sellers[sellerAt(page, offset)] ?? '',
    number: read.number,
    channel: store.channels[channelAt(page, offset)] ?? '',
    buyerRef: read.buyerRef,
    lines: read.lines,
    heldSince: read.heldSince,
    expiresAtMs: read.expiresAtMs,
    reboundTo: store.rebound.get(read.number) ?? '',
    address,
  };
}

/** The hold of this number if it still lies there. */
export function holdOfNumber(store: HoldStore, address: Address, number: number): Hold | null {
  return isThere(store, address, number) ? holdAt(store, address) : null;
}

export const isThere = ({ blocks }: HoldStore, address: Address, number: number): boolean =>
  isInUse(blocks, address) && numberAt(readable(blocks, address), offsetOf(address)) === number;

/** Writes back what can change in a hold's life. */
export function saveHold(store: HoldStore, hold: Hold): void {
  const { view } = writable(store.blocks, hold.address);
  writeChanges(view, offsetOf(hold.address), hold);
  if (hold.reboundTo === '') store.rebound.delete(hold.number);
  else store.rebound.set(hold.number, hold.reboundTo);
}

/** Forgets a hold; returns whose it was. */
export function forgetHold(store: HoldStore, address: Address): string {
  const page = readable(store.blocks, address);
  const offset = offsetOf(address);
  removeAddress(store.index, hashAt(page, offset), address);
  store.rebound.delete(numberAt(page, offset));
  free(store.blocks, address);
  return store.sellers[sellerAt(page, offset)] ?? '';
}

/** The last hash and what it is of: a hold that is not found is mostly added next. */
let lastHash = 0;
let hashedSeller = -1;
let hashedRef = '';

/** FNV-1a over the seller's number and the name, finalised. */
function hashOf(seller: number, ref: string): number {
  if (seller === hashedSeller && ref === hashedRef) return lastHash;
  let hash = Math.imul(0x811c9dc5 ^ seller, 0x01000193);
  for (let at = 0; at < ref.length; at += 1) {
    hash = Math.imul(hash ^ ref.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hashedSeller = seller;
  hashedRef = ref;
  lastHash = hash ^ (hash >>> 13);
  return lastHash;
}

/** An index with room for so many holds, before their pages are restored. */
export const makeRoom = (store: HoldStore, holds: number): void => {
  store.index = createHashIndex(holds);
};
