import type { OrderRef, Place } from '@astrolabe/kernel';
import { isOpen, placeKey, timeRange } from '@astrolabe/kernel';

/** A store as the platform knows it: what the merchant has told it (商户中心). */
export type KnownStore = {
  readonly storeId: string;
  readonly name: string;
  readonly status: 'NORMAL' | 'HOLD' | 'CLOSE';
  /** HH:MM, Asia/Shanghai; empty where it was not told. */
  readonly startTime: string;
  readonly endTime: string;
};

/** What our router goes by, of one way to the buyer. */
export type FlowLoad = {
  /** "09:00-12:00"; empty: nothing is set. */
  readonly workingTime: string;
  /** Orders a day; null without a cap. */
  readonly threshold: number | null;
  /** Null where the rules do not count orders under caps: nobody knows. */
  readonly taken: number | null;
};

export type StoreLoad = {
  readonly storeId: string;
  readonly deliver: FlowLoad;
  readonly collect: FlowLoad;
};

export type Reason = { readonly code: string; readonly count: number; readonly givenBack: number };

/** What a place has answered, and what waits for it. Counts are of orders (docs/adr/0089). */
export type Work = {
  readonly asked: number;
  readonly answered: number;
  readonly accepted: number;
  readonly refused: number;
  readonly reasons: readonly Reason[];
  readonly inTime: number;
  readonly acceptSeconds: {
    readonly p50: number;
    readonly p90: number;
    readonly longest: number;
  } | null;
  readonly unanswered: number;
  readonly oldest: { readonly since: Date; readonly orderRef: OrderRef } | null;
};

export type PlaceWork = Work & { readonly place: Place };

/** One row of the page; null is what is not known, which is no zero. */
export type PlaceRow = {
  readonly place: Place;
  readonly name: string;
  readonly status: KnownStore['status'] | null;
  /** As the platform knows them. */
  readonly hours: { readonly startTime: string; readonly endTime: string } | null;
  readonly deliver: FlowLoad | null;
  readonly collect: FlowLoad | null;
  /** Whether orders may go there at this instant. */
  readonly open: boolean | null;
  readonly work: Work | null;
};

/** What was read of each service; null for what is away. */
export type Parts = {
  readonly stores: readonly KnownStore[] | null;
  readonly work: readonly PlaceWork[] | null;
  readonly loads: readonly StoreLoad[] | null;
};

const NO_WORK: Work = {
  asked: 0,
  answered: 0,
  accepted: 0,
  refused: 0,
  reasons: [],
  inTime: 0,
  acceptSeconds: null,
  unanswered: 0,
  oldest: null,
};

/** Every store that is known, and every place that was asked or is set, as one row each. */
export function placeRows({ stores, work, loads }: Parts, atMs: number): readonly PlaceRow[] {
  const known = new Map(stores?.map((store) => [store.storeId, store]));
  const works = new Map(work?.map((one) => [placeKey(one.place), one]));
  const set = new Map(loads?.map((load) => [load.storeId, load]));
  const places = new Map(
    [
      ...[...known.keys()].map((id): Place => ({ type: 'STORE', id })),
      ...(work ?? []).map(({ place }) => place),
      // What is set of a store that is gone is no store.
      ...(stores ? [] : [...set.keys()].map((id): Place => ({ type: 'STORE', id }))),
    ].map((place) => [placeKey(place), place]),
  );
  return [...places].map(([key, place]): PlaceRow => {
    const isStore = place.type === 'STORE';
    const store = isStore ? known.get(place.id) : undefined;
    const load = isStore ? set.get(place.id) : undefined;
    const { place: _place, ...told } = works.get(key) ?? { ...NO_WORK, place };
    return {
      place,
      name: store?.name ?? '',
      status: store?.status ?? null,
      hours: hoursOf(store),
      deliver: load?.deliver ?? null,
      collect: load?.collect ?? null,
      open: store ? isOpenNow(store, loads ? (load?.deliver ?? null) : undefined, atMs) : null,
      work: work ? told : null,
    };
  });
}

const hoursOf = (store: KnownStore | undefined): PlaceRow['hours'] =>
  store && store.startTime !== '' && store.endTime !== ''
    ? { startTime: store.startTime, endTime: store.endTime }
    : null;

/** Open by what the platform knows and by what the router goes by; null while the router is away. */
function isOpenNow(
  { status, startTime, endTime }: KnownStore,
  deliver: FlowLoad | null | undefined,
  atMs: number,
): boolean | null {
  if (status !== 'NORMAL' || !isOpen(startTime, endTime, atMs)) return false;
  if (deliver === undefined) return null;
  const range = deliver && timeRange(deliver.workingTime);
  return !range || isOpen(range.startTime, range.endTime, atMs);
}

/** Orders that may still come today; null without a cap, or where it is not known. */
export const leftToday = ({ deliver }: Pick<PlaceRow, 'deliver'>): number | null =>
  deliver?.threshold == null || deliver.taken === null
    ? null
    : Math.max(0, deliver.threshold - deliver.taken);

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Of the answers of a place, how many were a no; null without an answer. */
export const refuseRate = ({ work }: Pick<PlaceRow, 'work'>): number | null =>
  work && ratio(work.refused, work.answered);

/** Of the answers of a place, how many came in time; null without an answer. */
export const inTimeRate = ({ work }: Pick<PlaceRow, 'work'>): number | null =>
  work && ratio(work.inTime, work.answered);

/** What a list may be sorted by: the worst first, what is not known last. */
const SORTS = {
  oldest: ({ work }: PlaceRow) => work?.oldest?.since.getTime() ?? null,
  unanswered: ({ work }: PlaceRow) => (work ? -work.unanswered : null),
  refused: (row: PlaceRow) => negative(refuseRate(row)),
  slowest: ({ work }: PlaceRow) => negative(work?.acceptSeconds?.p90 ?? null),
  inTime: inTimeRate,
  left: leftToday,
} as const;

const negative = (value: number | null): number | null => (value === null ? null : -value);

export type PlaceSort = keyof typeof SORTS;

export const isPlaceSort = (text: string): text is PlaceSort => Object.hasOwn(SORTS, text);

const FILTERS = {
  waiting: ({ work }: PlaceRow) => (work?.unanswered ?? 0) > 0,
  refusing: ({ work }: PlaceRow) => (work?.refused ?? 0) > 0,
  silent: ({ work }: PlaceRow) => work !== null && work.asked > 0 && work.answered === 0,
  full: (row: PlaceRow) => leftToday(row) === 0,
  open: ({ open }: PlaceRow) => open === true,
  closed: ({ open }: PlaceRow) => open === false,
} as const;

export type PlaceFilter = keyof typeof FILTERS;

export const isPlaceFilter = (text: string): text is PlaceFilter => Object.hasOwn(FILTERS, text);

/** What is looked for: a part of a name or an id, and one state. */
export type PlacesAsked = {
  readonly text: string;
  readonly only: PlaceFilter | null;
  /** Null: by id. */
  readonly sort: PlaceSort | null;
};

/** The rows that fit, in their order. */
export function shownPlaces(
  rows: readonly PlaceRow[],
  { text, only, sort }: PlacesAsked,
): readonly PlaceRow[] {
  const wanted = text.trim().toLowerCase();
  const fits = rows.filter(
    (row) =>
      (wanted === '' || `${row.place.id}\n${row.name}`.toLowerCase().includes(wanted)) &&
      (only === null || FILTERS[only](row)),
  );
  const valueOf = sort ? SORTS[sort] : () => 0;
  const keyed = fits.map((row) => ({ row, value: valueOf(row) ?? Number.POSITIVE_INFINITY }));
  return keyed
    .toSorted((a, b) => (a.value === b.value ? byPlace(a.row, b.row) : a.value - b.value))
    .map(({ row }) => row);
}

const IDS = new Intl.Collator('en', { numeric: true });

const byPlace = ({ place: a }: PlaceRow, { place: b }: PlaceRow): number =>
  a.type === b.type ? IDS.compare(a.id, b.id) : a.type === 'STORE' ? -1 : 1;
