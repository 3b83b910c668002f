import { placeFromMessage, stockKindFromMessage } from '@astrolabe/contracts';
import type { Divergence, ListDivergencesRequest } from '@astrolabe/contracts/inventory';
import { pagesOf } from '@astrolabe/grpc';
import { formatShanghai, piecesFromMilli, placeKey } from '@astrolabe/kernel';
import type { Backends } from './backends.ts';
import { bounded } from './csv.ts';

type Row = readonly string[];

const PAGE_SIZE = 500;

export const DIVERGENCE_COLUMNS: Row = [
  '分歧 Divergence',
  '地点 Place',
  '货品 Goods',
  '库存类型 Kind',
  '在库 On hand',
  '占用 Held',
  '未回传销售 Unreported sales',
  '最近回传 Reported at',
  '建议在库 Proposed',
];

function rowOf(of: Divergence): Row {
  const place = placeFromMessage(of.place);
  return [
    of.kinds.join(' '),
    place ? placeKey(place) : '',
    of.goodsId,
    stockKindFromMessage(of.stockKind) ?? '',
    piecesFromMilli(of.quantityMilli),
    piecesFromMilli(of.heldMilli),
    piecesFromMilli(of.unreportedMilli),
    of.reportedAtMs === 0n ? '' : formatShanghai(new Date(Number(of.reportedAtMs))),
    of.proposedMilli === undefined ? '' : piecesFromMilli(of.proposedMilli),
  ];
}

/** The numbers that differ. */
export const divergenceRows = (
  occupancy: Backends['occupancy'],
  asked: Omit<ListDivergencesRequest, 'page'>,
) =>
  bounded(
    (async function* rows(): AsyncGenerator<Row> {
      const ask = (token: string) =>
        occupancy.call('listDivergences', { ...asked, page: { size: PAGE_SIZE, token } });
      for await (const { divergences } of pagesOf(ask)) yield* divergences.map(rowOf);
    })(),
  );
