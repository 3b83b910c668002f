import { orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type { RoutingStore } from '@astrolabe/contracts/catalog';
import { StoreStatus } from '@astrolabe/contracts/catalog';
import type { PlaceWork as WorkMessage } from '@astrolabe/contracts/fulfillment';
import type { FlowLoad as FlowMessage, StoreLoad as LoadMessage } from '@astrolabe/contracts/order';
import { GRPC, GrpcCallError } from '@astrolabe/grpc';
import type {
  FlowLoad,
  KnownStore,
  PlaceRow,
  PlaceWork,
  PlacesAsked,
  StoreLoad,
} from '../../../domain/places.ts';
import { isPlaceFilter, isPlaceSort, placeRows, shownPlaces } from '../../../domain/places.ts';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { sendCsv } from './csv.ts';
import { PLACE_FILE_COLUMNS, placeFileRow } from './place-files.ts';

type Asked = Pick<Backends, 'catalog' | 'routing' | 'taskOverview'>;
type Query = Partial<Record<string, string>>;

const PLACES = '/api/sellers/:seller/places';
const PAGE_SIZE = 50;

/** The stores and warehouses of a seller: how they answer, what waits for them and what they can take today. */
export function registerPlaces(routes: Routes, backends: Asked): void {
  routes.seller('GET', PLACES, 'seller.read', async ({ sellerId }, request, reply) => {
    const query = queryOf(request);
    const asked = askedOf(query);
    const from = Number(query['token'] ?? '0');
    if (!asked || !Number.isSafeInteger(from) || from < 0) {
      return await refuse(reply, 400, 'BAD_REQUEST');
    }
    const { rows, ...told } = await placesOf(backends, sellerId, query);
    const shown = shownPlaces(rows, asked);
    const next = from + PAGE_SIZE;
    return {
      places: shown.slice(from, next),
      count: shown.length,
      nextToken: next < shown.length ? String(next) : '',
      ...told,
    };
  });
  routes.seller('GET', `${PLACES}.csv`, 'seller.read', async ({ sellerId }, request, reply) => {
    const query = queryOf(request);
    const asked = askedOf(query);
    if (!asked) return await refuse(reply, 400, 'BAD_REQUEST');
    const { rows, away } = await placesOf(backends, sellerId, query);
    // A file that is kept must not show what is away as if it were nothing.
    if (away.length > 0) return await refuse(reply, 503, 'SERVICE_UNAVAILABLE');
    const lines = shownPlaces(rows, asked).map(placeFileRow);
    return await sendCsv(reply, `places-${sellerId}`, PLACE_FILE_COLUMNS, linesOf(lines));
  });
}

async function* linesOf(rows: readonly (readonly string[])[]) {
  yield* rows;
}

/** Null for a sort or a filter that there is not. */
function askedOf({ q = '', only = '', sort = '' }: Query): PlacesAsked | null {
  if (only !== '' && !isPlaceFilter(only)) return null;
  if (sort !== '' && !isPlaceSort(sort)) return null;
  return { text: q, only: only === '' ? null : only, sort: sort === '' ? null : sort };
}

/** All rows, and which parts of them are away; each service takes its own part along and no other. */
async function placesOf(
  { catalog, routing, taskOverview }: Asked,
  sellerId: string,
  { from = '', to = '' }: Query,
): Promise<{ rows: readonly PlaceRow[]; away: readonly string[]; isMore: boolean }> {
  const [stores, work, loads] = await Promise.all([
    orAway(catalog.call('listRoutingStores', { sellerId, itemIds: [], all: true })),
    orAway(taskOverview.call('listPlaceWork', { sellerId, fromDay: from, toDay: to })),
    orAway(routing.call('listStoreLoads', { sellerId })),
  ]);
  const parts = {
    stores: stores && stores.stores.flatMap(storeOf),
    work: work && work.places.flatMap(workOf),
    loads: loads && loads.stores.map((load) => loadOf(load, loads.capsCounted)),
  };
  const away = Object.entries(parts).flatMap(([name, part]) => (part === null ? [name] : []));
  return { rows: placeRows(parts, Date.now()), away, isMore: work?.isMore ?? false };
}

/** Null where a service is away; a refusal goes on. */
async function orAway<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && error.code !== GRPC.invalidArgument) return null;
    throw error;
  }
}

const STATUSES = new Map<StoreStatus, KnownStore['status']>([
  [StoreStatus.NORMAL, 'NORMAL'],
  [StoreStatus.HOLD, 'HOLD'],
  [StoreStatus.CLOSE, 'CLOSE'],
]);

function storeOf({ storeId, name, status, startTime, endTime }: RoutingStore): KnownStore[] {
  const known = STATUSES.get(status);
  return known ? [{ storeId, name, status: known, startTime, endTime }] : [];
}

function workOf({ place: at, oldest, acceptSeconds, ...counts }: WorkMessage): PlaceWork[] {
  const place = placeFromMessage(at);
  if (!place) return [];
  const orderRef = orderRefFromMessage(oldest?.orderRef);
  const waits = oldest?.since && orderRef ? { since: oldest.since, orderRef } : null;
  return [{ ...counts, place, oldest: waits, acceptSeconds: acceptSeconds ?? null }];
}

const loadOf = ({ storeId, deliver, collect }: LoadMessage, isCounted: boolean): StoreLoad => ({
  storeId,
  deliver: flowOf(deliver, isCounted),
  collect: flowOf(collect, isCounted),
});

const flowOf = (message: FlowMessage | undefined, isCounted: boolean): FlowLoad => ({
  workingTime: message?.workingTime ?? '',
  threshold: message?.threshold ?? null,
  taken: isCounted ? (message?.taken ?? 0) : null,
});
