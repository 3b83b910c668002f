import { placeFromMessage, stockKindFromMessage } from '@astrolabe/contracts';
import type { Place } from '@astrolabe/contracts/common';
import type { Cell, HistoryEntry, Hold } from '@astrolabe/contracts/inventory';
import { formatShanghai, piecesFromMilli, placeKey } from '@astrolabe/kernel';
import { beforeOf, freeOf } from '../../../domain/stock.ts';
import type { Backends } from './backends.ts';
import { bounded } from './csv.ts';
import { cellsOf, countedOf, historyPage, openHolds, orderOfEntry } from './stock-reads.ts';
import type { Number } from './stock-reads.ts';

type Row = readonly string[];
type Inventory = Backends['inventory'];

const PAGE_SIZE = 500;

export const PLACE_COLUMNS: Row = [
  '地点 Place',
  '库存类型 Kind',
  '在库 On hand',
  '占用 Held',
  '安全库存 Buffer',
  '可用 Free',
  '未回传销售 Unreported sales',
  '最近盘点 Reported at',
];

export const HISTORY_COLUMNS: Row = [
  '时间 At',
  '动作 What',
  '在库前 On hand before',
  '变动 Change',
  '在库后 On hand after',
  '占用前 Held before',
  '占用变动 Change of held',
  '占用后 Held after',
  '原因 Cause',
  '订单 Order',
  '操作者 By',
];

export const HOLD_COLUMNS: Row = [
  '占用 Hold',
  '渠道 Channel',
  '占用时间 Held since',
  '到期 Expires',
  '子订单 Line',
  '数量 Quantity',
  '确定性占用于 Certain at',
  '非确定性占用于 Shared at',
];

const placeText = (place: Place | undefined): string => {
  const known = placeFromMessage(place);
  return known ? placeKey(known) : '';
};

const timeText = (ms: bigint): string => (ms === 0n ? '' : formatShanghai(new Date(Number(ms))));

function placeRow(cell: Cell): Row {
  const counted = countedOf(cell);
  return [
    placeText(cell.place),
    stockKindFromMessage(cell.kind) ?? '',
    piecesFromMilli(cell.quantityMilli),
    piecesFromMilli(cell.heldMilli),
    piecesFromMilli(cell.keptBackMilli ?? 0n),
    counted ? piecesFromMilli(freeOf(counted)) : '',
    piecesFromMilli(cell.unreportedMilli),
    timeText(cell.reportedAtMs ?? 0n),
  ];
}

/** The numbers of goods at every place. */
export const placeRows = (inventory: Inventory, sellerId: string, goodsId: string) =>
  bounded(
    (async function* rows(): AsyncGenerator<Row> {
      for await (const cells of cellsOf(inventory, sellerId, goodsId)) yield* cells.map(placeRow);
    })(),
  );

function historyRow(sellerId: string, entry: HistoryEntry): Row {
  const before = beforeOf(entry);
  const order = orderOfEntry(sellerId, entry);
  return [
    timeText(entry.atMs),
    entry.verb,
    piecesFromMilli(before.quantityMilli),
    piecesFromMilli(entry.quantityDeltaMilli),
    piecesFromMilli(entry.quantityMilli),
    piecesFromMilli(before.heldMilli),
    piecesFromMilli(entry.heldDeltaMilli),
    piecesFromMilli(entry.heldMilli),
    entry.cause,
    order ? `${order.channel}/${order.number}` : '',
    entry.actor,
  ];
}

/** The entries of one number, newest first. */
export const historyRows = (inventory: Inventory, number: Number) =>
  bounded(
    (async function* rows(): AsyncGenerator<Row> {
      let token = '';
      do {
        const page = await historyPage(inventory, number, { size: PAGE_SIZE, token });
        yield* page.entries.map((entry) => historyRow(number.sellerId, entry));
        token = page.nextToken;
      } while (token !== '');
    })(),
  );

const holdRowsOf = ({ holdRef, channel, heldSinceMs, expiresAtMs, lines }: Hold): Row[] =>
  lines.map((line) => [
    holdRef,
    channel,
    timeText(heldSinceMs),
    timeText(expiresAtMs),
    line.lineId,
    piecesFromMilli(line.quantityMilli),
    placeText(line.certainPlace),
    placeText(line.sharedPlace),
  ]);

/** What holds something of the goods, oldest first. */
export const holdRows = (inventory: Inventory, sellerId: string, goodsId: string) =>
  bounded(
    (async function* rows(): AsyncGenerator<Row> {
      let token = '';
      do {
        const page = await openHolds(inventory, sellerId, goodsId, token);
        yield* page.holds.flatMap(holdRowsOf);
        token = page.next;
      } while (token !== '');
    })(),
  );
