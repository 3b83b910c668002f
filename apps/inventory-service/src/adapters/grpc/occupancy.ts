import {
  placeFromMessage,
  placeToMessage,
  stockKindFromMessage,
  stockKindToMessage,
} from '@astrolabe/contracts';
import { OccupancyServiceService } from '@astrolabe/contracts/inventory';
import type {
  Divergence,
  ListDivergencesRequest,
  OccupancyItem as ItemMessage,
  OccupancyServiceServer,
} from '@astrolabe/contracts/inventory';
import { unary } from '@astrolabe/grpc';
import type { OccupancyItem } from '../../application/audit/adjust.ts';
import { DIVERGENCES, divergencesOf, proposedFor } from '../../domain/divergence.ts';
import type { DivergenceKind } from '../../domain/divergence.ts';
import type { StandingCell } from '../../domain/read.ts';
import type { OccupancyDeps } from './deps.ts';
import { invalid, left, valueOf } from './refusals.ts';

const PLACES_MAX = 1_000;
const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;
const ITEMS_MAX = 500;
const REQUEST_ID_MAX = 32;

/** OccupancyService: where reports and our own counts do not agree, and what puts it right. */
export function occupancyService({ inventory, adjust }: OccupancyDeps) {
  return [
    OccupancyServiceService,
    {
      countDivergences: unary('CountDivergences', async ({ sellerId }, context) => {
        const places = valueOf(await inventory.reports(sellerId, left(context)));
        return {
          places: places.slice(0, PLACES_MAX).map(({ place, ...of }) => ({
            ...of,
            place: placeToMessage(place),
            reportedAtMs: BigInt(of.reportedAtMs),
            shortMilli: BigInt(of.shortMilli),
            unreportedMilli: BigInt(of.unreportedMilli),
          })),
          morePlaces: places.length > PLACES_MAX,
        };
      }),
      listDivergences: unary('ListDivergences', async (request, context) => {
        const asked = divergencesAsked(request);
        const found = valueOf(await inventory.divergent(request.sellerId, asked, left(context)));
        return {
          divergences: found.cells.map(divergenceTo),
          nextToken: found.next === null ? '' : String(found.next),
        };
      }),
      adjustOccupancy: unary('AdjustOccupancy', async (request, context) => {
        const { requestId, actor, reason, items } = request;
        if (requestId === '' || requestId.length > REQUEST_ID_MAX) throw invalid('BAD_REQUEST_ID');
        if (actor === '') throw invalid('NO_ACTOR');
        if (request.apply && reason === '') throw invalid('NO_REASON');
        if (items.length === 0) throw invalid('NOTHING_TO_DO');
        if (items.length > ITEMS_MAX) throw invalid('TOO_MANY_ITEMS');
        const asked = { ...request, items: items.map(itemFrom) };
        return { outcomes: [...valueOf(await adjust(asked, left(context)))] };
      }),
    } satisfies OccupancyServiceServer,
  ] as const;
}

function divergencesAsked({ kind, place, page }: ListDivergencesRequest) {
  const known = DIVERGENCES.find((one) => one === kind);
  if (kind !== '' && !known) throw invalid('INVALID_KIND');
  const at = place ? placeFromMessage(place) : null;
  if (place && !at) throw invalid('MALFORMED');
  const token = page?.token ?? '';
  if (token !== '' && !/^\d{1,9}$/.test(token)) throw invalid('BAD_PAGE_TOKEN');
  const size = page && page.size > 0 ? Math.min(page.size, PAGE_MAX) : PAGE_DEFAULT;
  return { kind: known ?? (null as DivergenceKind | null), place: at, after: Number(token), size };
}

function divergenceTo(cell: StandingCell): Divergence {
  const proposed = proposedFor(cell);
  return {
    kinds: [...divergencesOf(cell)],
    place: placeToMessage(cell.place),
    goodsId: cell.goodsId,
    stockKind: stockKindToMessage(cell.kind),
    quantityMilli: BigInt(cell.quantity),
    heldMilli: BigInt(cell.held),
    unreportedMilli: BigInt(cell.unreported),
    reportedAtMs: BigInt(cell.reportedAtMs),
    proposedMilli: proposed === null ? undefined : BigInt(proposed),
  };
}

/** @throws GrpcRefusal MALFORMED for an item that names nothing. */
function itemFrom({ item }: ItemMessage): OccupancyItem {
  if (item?.$case === 'releaseHoldRef') return { what: 'RELEASE', holdRef: item.value };
  if (!item) throw invalid('MALFORMED');
  const { value } = item;
  const place = placeFromMessage(value.place);
  const kind = stockKindFromMessage(value.stockKind);
  if (!place || !kind || value.goodsId === '') throw invalid('MALFORMED');
  return {
    what: 'QUANTITY',
    place,
    goodsId: value.goodsId,
    kind,
    expected: {
      quantity: Number(value.expectedQuantityMilli),
      held: Number(value.expectedHeldMilli),
    },
    quantity: Number(value.quantityMilli),
  };
}
