/**
 * Where in the journal an operation id stands: at least the last `size` operations and at most twice
 * as many. 32 bytes each, whatever the length of the id: it keeps a 64-bit hash and the position, and
 * whoever finds one reads the operation itself to be sure. So a collision costs a read and never
 * decides anything.
 */
export type OperationIndex = { readonly size: number; young: Table; old: Table };

type Table = { count: number; readonly hashes: Uint32Array; readonly positions: Float64Array };

/** A hit points to a record and an operation in it. */
export type OperationPosition = { readonly sequence: number; readonly index: number };

/** Positions are numbered densely enough to stay exact: sequence × 1,024 + index. */
const OPERATIONS_PER_RECORD = 1_024;

export function createOperationIndex(size: number): OperationIndex {
  return { size, young: createTable(size), old: createTable(0) };
}

function createTable(size: number): Table {
  let slots = 16;
  while (slots < size * 2) slots *= 2;
  return { count: 0, hashes: new Uint32Array(slots * 2), positions: new Float64Array(slots) };
}

export function addOperation(
  index: OperationIndex,
  sellerId: string,
  operationId: string,
  position: OperationPosition,
): void {
  if (index.young.count >= index.size) {
    rotate(index);
  }
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

function insert(table: Table, high: number, low: number, position: number): void {
  const mask = table.positions.length - 1;
  let slot = low & mask;
  while (table.positions[slot] !== 0) {
    if (table.hashes[2 * slot] === high && table.hashes[2 * slot + 1] === low) break;
    slot = (slot + 1) & mask;
  }
  if (table.positions[slot] === 0) table.count += 1;
  table.hashes[2 * slot] = high;
  table.hashes[2 * slot + 1] = low;
  table.positions[slot] = position;
}

function lookUp(table: Table, high: number, low: number): number {
  const mask = table.positions.length - 1;
  let slot = low & mask;
  for (;;) {
    const position = table.positions[slot] ?? 0;
    if (position === 0) return 0;
    if (table.hashes[2 * slot] === high && table.hashes[2 * slot + 1] === low) return position;
    slot = (slot + 1) & mask;
  }
}

const ENTRY_BYTES = 16;

/**
 * One generation in pieces of at most `count` operations: hashes and position, 16 bytes each. What
 * came after the record `upTo` is left out, so a table may be packed while it grows.
 */
export function* packGeneration(table: Table, upTo: number, count: number): Generator<Uint8Array> {
  const end = (upTo + 1) * OPERATIONS_PER_RECORD;
  let bytes = new Uint8Array(count * ENTRY_BYTES);
  let view = new DataView(bytes.buffer);
  let at = 0;
  for (let slot = 0; slot < table.positions.length; slot += 1) {
    const position = table.positions[slot] ?? 0;
    if (position === 0 || position >= end) continue;
    view.setUint32(at, table.hashes[2 * slot] ?? 0);
    view.setUint32(at + 4, table.hashes[2 * slot + 1] ?? 0);
    view.setFloat64(at + 8, position);
    at += ENTRY_BYTES;
    if (at < bytes.length) continue;
    yield bytes;
    bytes = new Uint8Array(count * ENTRY_BYTES);
    view = new DataView(bytes.buffer);
    at = 0;
  }
  if (at > 0) yield bytes.subarray(0, at);
}

/** Takes in a piece that `packGeneration` made. */
export function unpackGeneration(index: OperationIndex, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; at += ENTRY_BYTES) {
    if (index.young.count >= index.size) rotate(index);
    insert(index.young, view.getUint32(at), view.getUint32(at + 4), view.getFloat64(at + 8));
  }
}

/**
 * Both generations as they are, not copied: the old one never changes, the young one only grows. An
 * operation whose hash another one takes over meanwhile is the exception; the journal has the later.
 */
export const generationsOf = ({ old, young }: OperationIndex): readonly [Table, Table] => [
  old,
  young,
];

/** Makes the young generation the old one. */
export function rotate(index: OperationIndex): void {
  index.old = index.young;
  index.young = createTable(index.size);
}

let high = 0;
let low = 0;

/** Two independent 32-bit hashes (FNV-1a and a multiplicative one) of seller and id, finalised. */
function hash(sellerId: string, operationId: string): void {
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
}
