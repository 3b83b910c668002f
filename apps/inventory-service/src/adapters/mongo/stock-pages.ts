import { placeFromKey, placeKey } from '@astrolabe/kernel';
import { isDuplicateKey } from '@astrolabe/mongo';
import { Binary } from 'mongodb';
import type { Collection } from 'mongodb';
import type { CellAfter, CellName } from '../../application/journal/record.ts';
import { VALUES_OF_CELL } from '../../application/journal/record.ts';
import type { RecordEffects } from '../../application/ports.ts';

/** So many cells, shown as they were after the record `sequence`. */
export type PageDocument = {
  _id: string;
  partition: string;
  sequence: number;
  /** JSON: seller, place, goods and kind of each cell. */
  names: string;
  /** Little-endian doubles: quantity, held, unreported and the cell's last record, of each in its turn. */
  values: Binary;
};

type Name = [sellerId: string, where: string, goodsId: string, kind: CellName['kind']];

type Page = {
  readonly number: number;
  readonly names: Name[];
  /** JSON of the names; null since one was added. */
  packedNames: string | null;
  readonly values: Float64Array;
  sequence: number;
  dirty: boolean;
};

/** The writer's copy of the pages of one partition. */
type Book = {
  readonly pages: Page[];
  /** Where a cell is shown: its page's position in `pages`, times the cells of a page, and which it is there. */
  readonly slots: Map<string, number>;
  /** The same for cells of the writer's replica, by their numbers: their names need not be read. */
  readonly cells: (CellName | undefined)[];
  readonly slotOfCell: number[];
};

/**
 * A document for each cell costs the database a write for each cell that changed, and a flash sale
 * over many goods changes all of them all the time. A page costs about what one cell costs.
 */
const CELLS_PER_PAGE = 256;
const VALUES_PER_CELL = 4;
const BYTES_PER_CELL = VALUES_PER_CELL * Float64Array.BYTES_PER_ELEMENT;
/** What one write takes of the writer's thread is what operations wait for. */
const PAGES_AT_ONCE = 8;

const cellKeyOf = (cell: CellName): string =>
  `${cell.sellerId}|${placeKey(cell.place)}|${cell.goodsId}|${cell.kind}`;

const keyOfName = ([seller, place, goods, kind]: Name): string =>
  `${seller}|${place}|${goods}|${kind}`;

/** The stock of a partition in pages; the writer keeps a copy, so a page is written without a read. */
export function createStockPages(pages: Collection<PageDocument>) {
  const books = new Map<string, Book>();

  const open = async (partition: string): Promise<Book> => {
    const opened = books.get(partition);
    if (opened) return opened;
    const book: Book = { pages: [], slots: new Map(), cells: [], slotOfCell: [] };
    for await (const document of pages.find({ partition }).sort({ _id: 1 })) {
      addPage(book, pageFrom(document));
    }
    books.set(partition, book);
    return book;
  };
  return {
    /** What could not be written stays marked and goes out with the next call. */
    write: async (partition: string, effects: readonly RecordEffects[]): Promise<void> => {
      const book = await open(partition);
      for (const each of effects) show(book, each);
      const dirty = book.pages.filter((page) => page.dirty);
      for (let from = 0; from < dirty.length; from += PAGES_AT_ONCE) {
        const some = dirty.slice(from, from + PAGES_AT_ONCE);
        await replaceUnlessNewer(pages, partition, some);
        for (const page of some) page.dirty = false;
      }
    },
    clear: async (partition: string): Promise<void> => {
      books.delete(partition);
      await pages.deleteMany({ partition });
    },
    /** Every cell once, as the newest page shows it. */
    cells: async (partition: string): Promise<Map<string, ShownCell>> => {
      const found = new Map<string, ShownCell>();
      for await (const document of pages.find({ partition })) {
        const page = pageFrom(document);
        for (const [at, name] of page.names.entries()) {
          const key = keyOfName(name);
          const cell = read(name, page.values, at);
          if (cell && cell.sequence >= (found.get(key)?.sequence ?? 0)) found.set(key, cell);
        }
      }
      return found;
    },
  };
}

type ShownCell = CellAfter & { readonly sequence: number };

const emptyPage = (number: number): Page => ({
  number,
  names: [],
  packedNames: null,
  values: new Float64Array(CELLS_PER_PAGE * VALUES_PER_CELL),
  sequence: 0,
  dirty: false,
});

function pageFrom({ _id: key, sequence, names, values }: PageDocument): Page {
  const page = emptyPage(Number(key.split(':')[1]));
  page.names.push(...(JSON.parse(names) as Name[]));
  // Copied first: where it lies in its message no double may begin.
  const bytes = Uint8Array.from(values.buffer);
  page.values.set(new Float64Array(bytes.buffer));
  page.sequence = sequence;
  return page;
}

/** The record that changed a cell last. */
const recordOf = ({ values }: Page, at: number): number => values[at * VALUES_PER_CELL + 3] ?? 0;

function addPage(book: Book, page: Page): void {
  const position = book.pages.push(page) - 1;
  for (const [at, name] of page.names.entries()) {
    const key = keyOfName(name);
    const slot = book.slots.get(key);
    const other = slot === undefined ? undefined : book.pages[Math.floor(slot / CELLS_PER_PAGE)];
    // A former writer may have left a cell on two pages; the later record counts.
    if (
      !other ||
      slot === undefined ||
      recordOf(other, slot % CELLS_PER_PAGE) < recordOf(page, at)
    ) {
      book.slots.set(key, position * CELLS_PER_PAGE + at);
    }
  }
}

function show(book: Book, { sequence, cells, values: after }: RecordEffects): void {
  let from = 0;
  for (const cell of cells) {
    const slot = slotOf(book, cell);
    const page = book.pages[Math.floor(slot / CELLS_PER_PAGE)];
    const at = slot % CELLS_PER_PAGE;
    if (page && recordOf(page, at) < sequence) {
      const { values } = page;
      const first = at * VALUES_PER_CELL;
      values[first] = after[from] ?? 0;
      values[first + 1] = after[from + 1] ?? 0;
      values[first + 2] = after[from + 2] ?? 0;
      values[first + 3] = sequence;
      page.sequence = Math.max(page.sequence, sequence);
      page.dirty = true;
    }
    from += VALUES_OF_CELL;
  }
}

function slotOf(book: Book, cell: CellName): number {
  const { number } = cell;
  if (number === undefined) return slotByName(book, cell);
  // Another replica of the partition may have become the writer's.
  if (book.cells[number] === cell) return book.slotOfCell[number] ?? 0;
  const slot = slotByName(book, cell);
  book.cells[number] = cell;
  book.slotOfCell[number] = slot;
  return slot;
}

function slotByName(book: Book, cell: CellName): number {
  const key = cellKeyOf(cell);
  const existing = book.slots.get(key);
  if (existing !== undefined) return existing;
  let page = book.pages.at(-1);
  if (!page || page.names.length >= CELLS_PER_PAGE) {
    page = emptyPage((page?.number ?? 0) + 1);
    book.pages.push(page);
  }
  const at = page.names.push([cell.sellerId, placeKey(cell.place), cell.goodsId, cell.kind]) - 1;
  page.packedNames = null;
  const slot = (book.pages.length - 1) * CELLS_PER_PAGE + at;
  book.slots.set(key, slot);
  return slot;
}

/** A writer that has lost the partition is behind, so its pages never replace a successor's. */
async function replaceUnlessNewer(
  pages: Collection<PageDocument>,
  partition: string,
  some: readonly Page[],
): Promise<void> {
  const writes = some.map((page) => {
    const { number, names, values, sequence } = page;
    const key = `${partition}:${String(number).padStart(6, '0')}`;
    page.packedNames ??= JSON.stringify(names);
    const bytes = new Uint8Array(values.buffer, 0, names.length * BYTES_PER_CELL);
    const shown = { names: page.packedNames, values: new Binary(bytes) };
    const replacement = { partition, sequence, ...shown };
    const filter = { _id: key, sequence: { $lte: sequence } };
    return { replaceOne: { filter, replacement, upsert: true } };
  });
  try {
    await pages.bulkWrite(writes, { ordered: false });
  } catch (error) {
    // There is a page under the key that shows more already.
    if (!isDuplicateKey(error)) throw error;
  }
}

function read(name: Name, values: Float64Array, at: number): ShownCell | null {
  const [sellerId, where, goodsId, kind] = name;
  const place = placeFromKey(where);
  if (!place) return null;
  const [quantity = 0, held = 0, unreported = 0, sequence = 0] = values.subarray(
    at * VALUES_PER_CELL,
  );
  return { cell: { sellerId, place, goodsId, kind }, quantity, held, unreported, sequence };
}
