import { placeFromMessage, stockKindFromMessage } from '@astrolabe/contracts';
import type { Place as PlaceMessage } from '@astrolabe/contracts/common';
import type {
  GetHoldRequest,
  GetHoldResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  GetSellableRequest,
  GetSellableResponse,
  ListHistoryRequest,
  ListHistoryResponse,
  ListHoldsRequest,
  ListHoldsResponse,
  QueryRequest,
  QueryResponse,
} from '@astrolabe/contracts/inventory';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { Place } from '@astrolabe/kernel';
import type { CellsFrom } from '../../domain/read.ts';
import type { HistoryToken } from '../../application/audit/history.ts';
import { historyToMessage, holdToMessage, standingToMessage } from './messages.ts';
import { rulesToMessages } from './policies.ts';
import type { ServiceDeps } from './deps.ts';
import { invalid, left, valueOf } from './refusals.ts';

const GOODS_MAX = 1_000;
const PLACES_MAX = 1_000;
const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;

export function reads({ inventory, listHistory }: ServiceDeps) {
  return {
    query: unary('Query', async (request: QueryRequest, context) => {
      const from = cellsFrom(request.pageToken);
      const asked = { ...stockAsked(request), from };
      const { atLeast } = request;
      const position = atLeast && { ...atLeast, sequence: Number(atLeast.sequence) };
      const found = valueOf(await inventory.query(asked, position ?? null, left(context)));
      const { partition, sequence } = found.position;
      return {
        cells: found.cells.map(standingToMessage),
        position: { partition, sequence: BigInt(sequence) },
        nextToken: found.next ? `${found.next.goods}.${found.next.cells}` : '',
      } satisfies QueryResponse;
    }),
    getSellable: unary('GetSellable', async (request: GetSellableRequest, context) => {
      const asked = { ...stockAsked(request), channel: request.channel };
      const found = valueOf(await inventory.sellable(asked, left(context)));
      if (request.inOrder) return { sellable: [], sellableMilli: found.map(BigInt) };
      const sellable = found.map((milli, at) => ({
        goodsId: request.goodsIds[at] ?? '',
        sellableMilli: BigInt(milli),
      }));
      return { sellable, sellableMilli: [] } satisfies GetSellableResponse;
    }),
    getHold: unary('GetHold', async ({ sellerId, holdRef }: GetHoldRequest, context) => {
      const hold = valueOf(await inventory.hold(sellerId, holdRef, left(context)));
      if (!hold) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_HOLD' });
      return { hold: holdToMessage(hold) } satisfies GetHoldResponse;
    }),
    getPolicy: unary('GetPolicy', async ({ sellerId }: GetPolicyRequest, context) => {
      const policy = valueOf(await inventory.policy(sellerId, left(context)));
      return { rules: rulesToMessages(policy) } satisfies GetPolicyResponse;
    }),
    listHolds: unary('ListHolds', async (request: ListHoldsRequest, context) => {
      const { sellerId, goodsId, page } = request;
      const after = page?.token ? wholeNumber(page.token) : -1;
      const asked = { sellerId, goodsId, after, size: sizeOf(page?.size) };
      const found = valueOf(await inventory.holds(asked, left(context)));
      return {
        holds: found.holds.map(holdToMessage),
        nextToken: found.next === null ? '' : String(found.next),
      } satisfies ListHoldsResponse;
    }),
    listHistory: unary('ListHistory', async (request: ListHistoryRequest, context) => {
      const place = placeFromMessage(request.place);
      const kind = stockKindFromMessage(request.kind);
      if (!place || !kind) throw invalid('MALFORMED');
      const cell = { sellerId: request.sellerId, goodsId: request.goodsId, place, kind };
      const { page } = request;
      const from = page?.token ? tokenFrom(page.token) : null;
      const found = valueOf(await listHistory(cell, from, sizeOf(page?.size), left(context)));
      return {
        entries: found.lines.map(historyToMessage),
        nextToken: found.next ? `${found.next.sequence}.${found.next.nth}` : '',
      } satisfies ListHistoryResponse;
    }),
  };
}

function stockAsked(request: {
  sellerId: string;
  goodsIds: readonly string[];
  places: readonly PlaceMessage[];
}): { sellerId: string; goodsIds: readonly string[]; places: readonly Place[] } {
  const { sellerId, goodsIds } = request;
  if (goodsIds.length > GOODS_MAX || request.places.length > PLACES_MAX) {
    throw invalid('TOO_MANY_GOODS');
  }
  const places = request.places.flatMap((place) => placeFromMessage(place) ?? []);
  if (places.length < request.places.length) throw invalid('MALFORMED');
  return { sellerId, goodsIds, places };
}

const sizeOf = (asked: number | undefined): number =>
  asked && asked > 0 ? Math.min(asked, PAGE_MAX) : PAGE_DEFAULT;

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw invalid('BAD_PAGE_TOKEN');
  return Number(text);
}

function tokenFrom(token: string): HistoryToken {
  const [sequence, nth] = twoNumbers(token);
  return { sequence, nth };
}

function cellsFrom(token: string): CellsFrom {
  const [goods, cells] = token === '' ? [0, 0] : twoNumbers(token);
  return { goods, cells };
}

function twoNumbers(token: string): [number, number] {
  const [first = '', second = ''] = token.split('.');
  return [wholeNumber(first), wholeNumber(second)];
}
