import { placeFromKey, placeKey } from '@astrolabe/kernel';
import { isDuplicateKey } from '@astrolabe/mongo';
import type { Collection } from 'mongodb';
import type { CellAfter, CellName } from '../../application/journal/record.ts';
import { VALUES_OF_CELL } from '../../application/journal/record.ts';
import type { RecordEffects } from '../../application/ports.ts';

/** So many cells, shown as they were after the record `sequence`. */
export type PageDocument = {
  _id: string;
  partition: string;
  sequence: number;
  /** JSON: seller, place, goods, kind, quantity, held, unreported and the cell's record, of each. */
  cells: string;
};

type Shown = [string, string, string, CellName['kind'], number, number, number, number];

type Page = { readonly number: number; readonly cells: Shown[]; dirty: boolean };

/** Where a cell is shown. */
type Slot = { readonly page: Page; readonly at: number };

/** The pages of one partition, as its writer knows them. */
type Book = {
  readonly pages: Page[];
  readonly slots: Map<string, Slot>;
  /** The same for cells of the writer's replica, by their numbers: their names need not be read. */
  readonly numbered: ({ readonly cell: CellName; readonly slot: Slot } | undefined)[];
};

/**
 * A document for each cell costs the database a write for each cell that changed, and a flash sale
 * over many goods changes all of them all the time. A page costs about what one cell costs.
 */
const CELLS_PER_PAGE = 256;
/** What one write takes of the writer's thread is what operations wait for. */
const PAGES_AT_ONCE = 8;

const cellKeyOf = (cell: CellName): string =>
  `${cell.sellerId}|${placeKey(cell.place)}|${cell.goodsId}|${cell.kind}`;

const keyOfShown = ([seller, place, goods, kind]: Shown): string =>
  `${seller}|${place}|${goods}|${kind}`;

/** The stock of a partition in pages; the writer keeps a copy, so a page is written without a read. */
export function createStockPages(pages: Collection<PageDocument>) {
  const books = new Map<string, Book>();

  const open = async (partition: string): Promise<Book> => {
    const known = books.get(partition);
    if (known) return known;
    const book: Book = { pages: [], slots: new Map(), numbered: [] };
    for await (const { _id: key, cells: packed } of pages.find({ partition }).sort({ _id: 1 })) {
      const number = Number(key.split(':')[1]);
      const cells = JSON.parse(packed) as Shown[];
      addPage(book, { number, cells, dirty: false });
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
    cells: async (
      partition: string,
    ): Promise<Map<string, CellAfter & { readonly sequence: number }>> => {
      const found = new Map<string, CellAfter & { readonly sequence: number }>();
      for await (const document of pages.find({ partition })) {
        for (const shown of JSON.parse(document.cells) as Shown[]) {
          const key = keyOfShown(shown);
          const cell = read(shown);
          if (cell && cell.sequence >= (found.get(key)?.sequence ?? 0)) found.set(key, cell);
        }
      }
      return found;
    },
  };
}

function addPage(book: Book, page: Page): void {
  book.pages.push(page);
  for (const [at, shown] of page.cells.entries()) {
    const key = keyOfShown(shown);
    const known = book.slots.get(key);
    const other = known?.page.cells[known.at];
    // A former writer may have left a cell on two pages; the later record counts.
    if (!other || other[7] < shown[7]) book.slots.set(key, { page, at });
  }
}

function show(book: Book, { sequence, cells, values }: RecordEffects): void {
  let at = 0;
  for (const cell of cells) {
    const { page, at: line } = slotOf(book, cell);
    const shown = page.cells[line];
    if (shown && shown[7] < sequence) {
      shown[4] = values[at] ?? 0;
      shown[5] = values[at + 1] ?? 0;
      shown[6] = values[at + 2] ?? 0;
      shown[7] = sequence;
      page.dirty = true;
    }
    at += VALUES_OF_CELL;
  }
}

function slotOf(book: Book, cell: CellName): Slot {
  const { number } = cell;
  if (number === undefined) return slotByName(book, cell);
  const known = book.numbered[number];
  // Another replica of the partition may have become the writer's.
  if (known?.cell === cell) return known.slot;
  const slot = slotByName(book, cell);
  book.numbered[number] = { cell, slot };
  return slot;
}

function slotByName(book: Book, cell: CellName): Slot {
  const key = cellKeyOf(cell);
  const known = book.slots.get(key);
  if (known) return known;
  let page = book.pages.at(-1);
  if (!page || page.cells.length >= CELLS_PER_PAGE) {
    page = { number: (page?.number ?? 0) + 1, cells: [], dirty: false };
    book.pages.push(page);
  }
  const names = [cell.sellerId, placeKey(cell.place), cell.goodsId, cell.kind] as const;
  const slot = { page, at: page.cells.push([...names, 0, 0, 0, 0]) - 1 };
  book.slots.set(key, slot);
  return slot;
}

/** A writer that has lost the partition is behind, so its pages never replace a successor's. */
async function replaceUnlessNewer(
  pages: Collection<PageDocument>,
  partition: string,
  some: readonly Page[],
): Promise<void> {
  const writes = some.map(({ number, cells }) => {
    const key = `${partition}:${String(number).padStart(6, '0')}`;
    const sequence = Math.max(...cells.map((shown) => shown[7]));
    const replacement = { partition, sequence, cells: JSON.stringify(cells) };
    const filter = { _id: key, sequence: { $lte: sequence } };
    return { replaceOne: { filter, replacement, upsert: true } };
  });
  try {
    await pages.bulkWrite(writes, { ordered: false });
  } catch (error) {
    // The key is taken by a page that shows more already.
    if (!isDuplicateKey(error)) throw error;
  }
}

function read(shown: Shown): (CellAfter & { readonly sequence: number }) | null {
  const [sellerId, where, goodsId, kind, quantity, held, unreported, sequence] = shown;
  const place = placeFromKey(where);
  if (!place) return null;
  return { cell: { sellerId, place, goodsId, kind }, quantity, held, unreported, sequence };
}
