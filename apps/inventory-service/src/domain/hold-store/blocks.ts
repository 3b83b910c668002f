/**
 * Memory in pages that is handed out in blocks, by hand: a million small things that live long cost
 * the garbage collector nothing, and a page is copied in microseconds. A block never moves, so its
 * address is its name. A freed block serves the next one of the same size.
 *
 * The first four bytes of a block are ours: its size in units (2 bytes), and whether it is in use.
 */
export type Blocks = {
  readonly pages: Page[];
  /** Addresses of freed blocks by their size in units. */
  readonly freed: number[][];
  /** Units of the last page that were handed out. */
  used: number;
  /** Called with a page's number before it is written to, while somebody copies page by page. */
  beforeWrite: ((page: number) => void) | null;
};

export type Page = {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Goes up with every write, so a copy can be compared without its bytes. */
  version: number;
};

/** Where a block begins, in units from the start of the first page. */
export type Address = number;

export const UNIT_BYTES = 16;
export const PAGE_UNITS = 16_384;
export const PAGE_BYTES = PAGE_UNITS * UNIT_BYTES;

const SIZE_AT = 0;
const IN_USE_AT = 2;

export const createBlocks = (): Blocks => ({
  pages: [],
  freed: [],
  used: PAGE_UNITS,
  beforeWrite: null,
});

/** A block of at least so many bytes, all of its content zero or left from before. At most a page. */
export function allocate(blocks: Blocks, bytes: number): Address {
  const units = Math.ceil(bytes / UNIT_BYTES);
  const again = blocks.freed[units]?.pop();
  const address = again ?? append(blocks, units);
  const { view } = writable(blocks, address);
  view.setUint8(offsetOf(address) + IN_USE_AT, 1);
  return address;
}

function append(blocks: Blocks, units: number): Address {
  const left = PAGE_UNITS - blocks.used;
  if (left < units) {
    if (left > 0) free(blocks, mark(blocks, left));
    addPage(blocks);
  }
  return mark(blocks, units);
}

function mark(blocks: Blocks, units: number): Address {
  const address = (blocks.pages.length - 1) * PAGE_UNITS + blocks.used;
  writable(blocks, address).view.setUint16(offsetOf(address) + SIZE_AT, units, true);
  blocks.used += units;
  return address;
}

function addPage(blocks: Blocks): void {
  blocks.pages.push(pageOf(Buffer.alloc(PAGE_BYTES)));
  blocks.used = 0;
}

const pageOf = (bytes: Buffer): Page => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  version: 0,
});

export function free(blocks: Blocks, address: Address): void {
  const { view } = writable(blocks, address);
  const offset = offsetOf(address);
  view.setUint8(offset + IN_USE_AT, 0);
  const units = view.getUint16(offset + SIZE_AT, true);
  (blocks.freed[units] ??= []).push(address);
}

/** The page of a block, to be written to. */
export function writable(blocks: Blocks, address: Address): Page {
  const at = Math.floor(address / PAGE_UNITS);
  blocks.beforeWrite?.(at);
  const page = pageAt(blocks, at);
  page.version += 1;
  return page;
}

/** The page of a block, to be read. */
export const readable = (blocks: Blocks, address: Address): Page =>
  pageAt(blocks, Math.floor(address / PAGE_UNITS));

function pageAt(blocks: Blocks, at: number): Page {
  const page = blocks.pages[at];
  if (!page) throw new RangeError(`no page ${at}`);
  return page;
}

/** Where in its page a block begins, in bytes. */
export const offsetOf = (address: Address): number => (address % PAGE_UNITS) * UNIT_BYTES;

export const isInUse = (blocks: Blocks, address: Address): boolean =>
  readable(blocks, address).view.getUint8(offsetOf(address) + IN_USE_AT) === 1;

/** The bytes of a page that were handed out. */
export const usedOf = (blocks: Blocks, page: number): number =>
  page === blocks.pages.length - 1 ? blocks.used * UNIT_BYTES : PAGE_BYTES;

/**
 * Takes in the next page as it was copied, and calls `met` with each block in use. Throws RangeError
 * when the bytes are no page.
 */
export function restorePage(
  blocks: Blocks,
  copy: Uint8Array,
  met: (address: Address) => void,
): void {
  if (copy.byteLength > PAGE_BYTES) throw new RangeError('more than a page');
  addPage(blocks);
  const first = (blocks.pages.length - 1) * PAGE_UNITS;
  const { bytes, view } = readable(blocks, first);
  bytes.set(copy);
  blocks.used = copy.byteLength / UNIT_BYTES;
  for (let at = 0; at < blocks.used;) {
    const units = view.getUint16(at * UNIT_BYTES + SIZE_AT, true);
    if (units === 0 || at + units > blocks.used) throw new RangeError('not a page of blocks');
    if (view.getUint8(at * UNIT_BYTES + IN_USE_AT) === 1) met(first + at);
    else (blocks.freed[units] ??= []).push(first + at);
    at += units;
  }
}
