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

/** The operations of one generation as high and low hash and position; for snapshots. */
export function* operationsOf(table: Table): Generator<[number, number, number]> {
  for (let slot = 0; slot < table.positions.length; slot += 1) {
    const position = table.positions[slot] ?? 0;
    if (position === 0) continue;
    yield [table.hashes[2 * slot] ?? 0, table.hashes[2 * slot + 1] ?? 0, position];
  }
}

/** Adds an operation that `operationsOf` told. */
export function addOperationAt(
  index: OperationIndex,
  high: number,
  low: number,
  position: number,
): void {
  insert(index.young, high, low, position);
}

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
