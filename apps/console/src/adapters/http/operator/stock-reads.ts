import { placeToMessage, stockKindFromMessage, stockKindToMessage } from '@astrolabe/contracts';
import type { Cell, HistoryEntry, Hold } from '@astrolabe/contracts/inventory';
import { parseHoldRef, placeFromKey } from '@astrolabe/kernel';
import type { OrderRef, Place, StockKind } from '@astrolabe/kernel';
import { checkHistory } from '../../../domain/stock.ts';
import type { Balance, Counted, HistoryCheck } from '../../../domain/stock.ts';
import type { Backends } from './backends.ts';

/** One number of the stock, by its names. */
export type Number = {
  readonly sellerId: string;
  readonly goodsId: string;
  readonly place: Place;
  readonly kind: StockKind;
};

/** The number that an address names; null when it names none. */
export function numberOf(
  sellerId: string,
  { goods = '', place: key = '', kind }: Partial<Record<string, string>>,
): Number | null {
  const place = placeFromKey(key);
  if (!place || goods === '' || (kind !== 'CERTAIN' && kind !== 'SHARED')) return null;
  return { sellerId, goodsId: goods, place, kind };
}

const asMessage = ({ sellerId, goodsId, place, kind }: Number) => ({
  sellerId,
  goodsId,
  place: placeToMessage(place),
  kind: stockKindToMessage(kind),
});

export const historyPage = async (
  inventory: Backends['inventory'],
  number: Number,
  page: { readonly size: number; readonly token: string },
) => await inventory.call('listHistory', { ...asMessage(number), page });

/** What a cell promises; null for a kind of stock that this process does not know. */
export function countedOf(cell: Cell): Counted | null {
  const kind = stockKindFromMessage(cell.kind);
  if (!kind) return null;
  const { quantityMilli, heldMilli, keptBackMilli = 0n } = cell;
  return { kind, quantityMilli, heldMilli, keptBackMilli };
}

/** The inventory's own pages of cells: goods at more places than this are summed up to here, and it is said. */
const CELL_PAGES_MAX = 5;

/** The cells of goods, the inventory's page after page. */
export async function* cellsOf(
  inventory: Backends['inventory'],
  sellerId: string,
  goodsId: string,
): AsyncGenerator<Cell[]> {
  let pageToken = '';
  do {
    const asked = { sellerId, goodsIds: [goodsId], places: [], pageToken };
    const { cells, nextToken } = await inventory.call('query', asked);
    yield cells;
    pageToken = nextToken;
  } while (pageToken !== '');
}

/** All that is counted of goods, up to a hundred thousand numbers; `isWhole` says whether these are all. */
export async function countedOfGoods(
  inventory: Backends['inventory'],
  sellerId: string,
  goodsId: string,
): Promise<{ readonly counted: readonly Counted[]; readonly isWhole: boolean }> {
  const counted: Counted[] = [];
  let pages = 0;
  for await (const cells of cellsOf(inventory, sellerId, goodsId)) {
    if (pages === CELL_PAGES_MAX) return { counted, isWhole: false };
    pages += 1;
    counted.push(...cells.flatMap((cell) => countedOf(cell) ?? []));
  }
  return { counted, isWhole: true };
}

const CHECK_PAGE = 500;
const CHECK_PAGES_MAX = 4;
/** A number that moves is looked at again so often. */
const CHECK_TRIES = 3;

async function balanceOf(inventory: Backends['inventory'], number: Number): Promise<Balance> {
  const { sellerId, goodsId, place, kind } = number;
  const asked = { sellerId, goodsIds: [goodsId], places: [placeToMessage(place)], pageToken: '' };
  const { cells } = await inventory.call('query', asked);
  const found = cells.find((cell) => stockKindFromMessage(cell.kind) === kind);
  return { quantityMilli: found?.quantityMilli ?? 0n, heldMilli: found?.heldMilli ?? 0n };
}

/** Reads a history back, two thousand entries at the most, and compares it with the number that is shown. */
export async function checkOf(
  inventory: Backends['inventory'],
  number: Number,
): Promise<HistoryCheck & { readonly isWhole: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await balanceOf(inventory, number);
    const entries: HistoryEntry[] = [];
    let token = '';
    for (let page = 0; page < CHECK_PAGES_MAX && (page === 0 || token !== ''); page += 1) {
      const read = await historyPage(inventory, number, { size: CHECK_PAGE, token });
      entries.push(...read.entries);
      token = read.nextToken;
    }
    const isWhole = token === '';
    const after = await balanceOf(inventory, number);
    const check = checkHistory(entries, isWhole, { before, after });
    if (check.outcome !== 'MOVING' || attempt === CHECK_TRIES) return { ...check, isWhole };
  }
}

const OPEN: readonly string[] = ['HELD', 'ROUTED'];
const HOLDS_PAGE = 50;
/** Pages of the inventory that are looked through for one of ours: it looks at 10,000 holds a page. */
const SCANS_MAX = 5;

/** Holds that hold something of the goods, oldest first; `next` is empty at the end. */
export async function openHolds(
  inventory: Backends['inventory'],
  sellerId: string,
  goodsId: string,
  from: string,
): Promise<{ readonly holds: readonly Hold[]; readonly next: string }> {
  const holds: Hold[] = [];
  let token = from;
  for (let scan = 0; scan < SCANS_MAX; scan += 1) {
    const page = { size: HOLDS_PAGE - holds.length, token };
    const found = await inventory.call('listHolds', { sellerId, goodsId, page });
    for (const hold of found.holds) {
      const lines = hold.lines.filter(
        (line) => line.goodsId === goodsId && OPEN.includes(line.state),
      );
      if (lines.length > 0) holds.push({ ...hold, lines });
    }
    token = found.nextToken;
    if (token === '' || holds.length === HOLDS_PAGE) break;
  }
  return { holds, next: token };
}

/** The order that a hold is of, null for a hold of none. */
export const orderOfHold = (sellerId: string, holdRef: string): OrderRef | null =>
  parseHoldRef(sellerId, holdRef)?.orderRef ?? null;

const BILL_VERBS: readonly string[] = ['INITIALISE', 'ADJUST', 'REPAIR_CELL'];

/** The order that caused an entry: its cause is a hold and a line there, and a bill's number where a report did it. */
export function orderOfEntry(sellerId: string, { verb, cause }: HistoryEntry): OrderRef | null {
  if (BILL_VERBS.includes(verb)) return null;
  const [holdRef = ''] = cause.split('/');
  return orderOfHold(sellerId, holdRef);
}
