/**
 * Where in the journal an operation id stands: at least the last `size` operations and at most twice
 * as many. 32 bytes each, whatever the length of the id: it keeps a 64-bit hash and the position, and
 * whoever finds one reads the operation itself to be sure. So a collision costs a read and never
 * decides anything.
 */
export type OperationIndex = { readonly size: number; young: Generation; old: Generation };

/** Operations in the order in which they came, so that what is packed once stays as it is. */
export type Generation = {
  /** How many generations there were before. */
  readonly number: number;
  count: number;
  /** Two halves of each operation's hash. */
  readonly hashes: Uint32Array;
  readonly positions: Float64Array;
  /**
   * By hash, two each: one more than the operation's place in the lists, 0 where there is none, and half
   * of the hash, so that whoever looks for what is not there looks nowhere else.
   */
  readonly slots: Uint32Array;
};

/** A hit points to a record and an operation in it. */
export type OperationPosition = { readonly sequence: number; readonly index: number };

/** Positions are numbered densely enough to stay exact: sequence × 1,024 + index. */
const OPERATIONS_PER_RECORD = 1_024;
const SMALLEST = 16;

export function createOperationIndex(size: number): OperationIndex {
  return { size, young: createGeneration(0, size), old: createGeneration(-1, 0) };
}

function createGeneration(number: number, size: number): Generation {
  let slots = SMALLEST;
  while (slots < size * 2) slots *= 2;
  return {
    number,
    count: 0,
    hashes: new Uint32Array(size * 2),
    positions: new Float64Array(size),
    slots: new Uint32Array(slots * 2),
  };
}

export function addOperation(
  index: OperationIndex,
  sellerId: string,
  operationId: string,
  position: OperationPosition,
): void {
  if (index.young.count >= index.size) begin(index, index.young.number + 1);
  hash(sellerId, operationId);
  insert(index.young, high, low, position.sequence * OPERATIONS_PER_RECORD + position.index);
}

/** The newest operation whose id has the same hash, or null. */
export function findOperation(
  index: OperationIndex,
  sellerId: string,
  operationId: string,
): OperationPosition | null {
  hash(sellerId, operationId);
  const at = lookUp(index.young, high, low) || lookUp(index.old, high, low);
  if (at === 0) return null;
  return { sequence: Math.floor(at / OPERATIONS_PER_RECORD), index: at % OPERATIONS_PER_RECORD };
}

/** Where in `slots` this hash is, or the empty place where it belongs. */
function slotOf({ hashes, slots }: Generation, high: number, low: number): number {
  const mask = slots.length - 1;
  for (let slot = (low << 1) & mask; ; slot = (slot + 2) & mask) {
    const place = slots[slot] ?? 0;
    if (place === 0) return slot;
    if (slots[slot + 1] === high && hashes[2 * place - 1] === low) return slot;
  }
}

function insert(generation: Generation, high: number, low: number, position: number): void {
  const { hashes, positions, slots } = generation;
  const slot = slotOf(generation, high, low);
  if (slots[slot] === 0) {
    hashes[2 * generation.count] = high;
    hashes[2 * generation.count + 1] = low;
    generation.count += 1;
    slots[slot] = generation.count;
    slots[slot + 1] = high;
  }
  positions[(slots[slot] ?? 1) - 1] = position;
}

function lookUp(generation: Generation, high: number, low: number): number {
  const place = generation.slots[slotOf(generation, high, low)] ?? 0;
  return place === 0 ? 0 : (generation.positions[place - 1] ?? 0);
}

/** The generation's number, then hash and position of each operation. */
const HEAD_BYTES = 8;
const ENTRY_BYTES = 16;

/**
 * One generation in pieces of `count` operations. What came after the record `upTo` is left out, so it
 * may be packed while it grows: the old generation never changes and the young one is only appended
 * to. An operation whose hash another one takes over meanwhile is the exception; the journal has the later.
 */
export function* packGeneration(
  generation: Generation,
  upTo: number,
  count: number,
): Generator<Uint8Array> {
  const { number, hashes, positions } = generation;
  const end = (upTo + 1) * OPERATIONS_PER_RECORD;
  for (let from = 0; from < generation.count; from += count) {
    const to = Math.min(from + count, generation.count);
    const bytes = new Uint8Array(HEAD_BYTES + (to - from) * ENTRY_BYTES);
    const view = new DataView(bytes.buffer);
    view.setFloat64(0, number);
    let offset = HEAD_BYTES;
    for (let at = from; at < to; at += 1) {
      const position = positions[at] ?? 0;
      if (position >= end) continue;
      view.setUint32(offset, hashes[2 * at] ?? 0);
      view.setUint32(offset + 4, hashes[2 * at + 1] ?? 0);
      view.setFloat64(offset + 8, position);
      offset += ENTRY_BYTES;
    }
    if (offset === HEAD_BYTES) return;
    yield bytes.subarray(0, offset);
  }
}

/** Takes in a piece that `packGeneration` made; those of the old generation come first. */
export function unpackGeneration(index: OperationIndex, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = view.getFloat64(0);
  if (index.young.number < number) begin(index, number);
  for (let at = HEAD_BYTES; at < bytes.byteLength; at += ENTRY_BYTES) {
    if (index.young.count >= index.size) begin(index, index.young.number + 1);
    insert(index.young, view.getUint32(at), view.getUint32(at + 4), view.getFloat64(at + 8));
  }
}

/** Makes the young generation the old one. */
function begin(index: OperationIndex, number: number): void {
  index.old = index.young;
  index.young = createGeneration(number, index.size);
}

let high = 0;
let low = 0;
/** Of what these are the hash: an operation that is not found is mostly added next. */
let hashedSeller = '';
let hashedId: string | null = null;

/** Two independent 32-bit hashes (FNV-1a and a multiplicative one) of seller and id, finalised. */
function hash(sellerId: string, operationId: string): void {
  if (operationId === hashedId && sellerId === hashedSeller) return;
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < sellerId.length; at += 1) {
    const code = sellerId.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x5bd1e995) ^ (b >>> 13);
  }
  a = Math.imul(a ^ 0x1f, 0x01000193);
  for (let at = 0; at < operationId.length; at += 1) {
    const code = operationId.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x5bd1e995) ^ (b >>> 13);
  }
  high = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) >>> 0;
  low = (Math.imul(b ^ (b >>> 15), 0x85ebca6b) ^ high) >>> 0;
  hashedSeller = sellerId;
  hashedId = operationId;
}
