import { placeFromKey, placeKey } from '@astrolabe/kernel';
import { isDuplicateKey } from '@astrolabe/mongo';
import type { Collection } from 'mongodb';
import type { CellAfter, CellName } from '../../application/journal/record.ts';
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

/** The pages of one partition, as its writer knows them. */
type Book = { readonly pages: Page[]; readonly cells: Map<string, { page: Page; at: number }> };

/**
 * A document for each cell costs the database a write for each cell that changed, and a flash sale
 * over many goods changes all of them all the time. A page costs about what one cell costs.
 */
const CELLS_PER_PAGE = 256;
const PAGES_AT_ONCE = 100;

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
    const book: Book = { pages: [], cells: new Map() };
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
      for (const { sequence, cells } of effects) {
        for (const after of cells) show(book, after, sequence);
      }
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
    const known = book.cells.get(key);
    const other = known?.page.cells[known.at];
    // A former writer may have left a cell on two pages; the later record counts.
    if (!other || other[7] < shown[7]) book.cells.set(key, { page, at });
  }
}

function show(book: Book, { cell, quantity, held, unreported }: CellAfter, sequence: number): void {
  const key = cellKeyOf(cell);
  const known = book.cells.get(key);
  if (known) {
    const shown = known.page.cells[known.at];
    if (!shown || shown[7] >= sequence) return;
    shown[4] = quantity;
    shown[5] = held;
    shown[6] = unreported;
    shown[7] = sequence;
    known.page.dirty = true;
    return;
  }
  let page = book.pages.at(-1);
  if (!page || page.cells.length >= CELLS_PER_PAGE) {
    page = { number: (page?.number ?? 0) + 1, cells: [], dirty: true };
    book.pages.push(page);
  }
  const names = [cell.sellerId, placeKey(cell.place), cell.goodsId, cell.kind] as const;
  page.cells.push([...names, quantity, held, unreported, sequence]);
  page.dirty = true;
  book.cells.set(key, { page, at: page.cells.length - 1 });
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
