import type { Clock } from '@astrolabe/kernel';
import { createReadsByTime, mongoSpan } from '@astrolabe/mongo';
import type { ReadsByTime } from '@astrolabe/mongo';
import type { Collection, Db } from 'mongodb';
import type { ReceivableCounts } from '../../application/overview.ts';
import { HOUR_MS, UNMATCHED, hourAt } from '../../domain/billing.ts';
import { NO_SUMS, totalOf, withReceivables } from '../../domain/receivable-sums.ts';
import type { HourSums, Summed } from '../../domain/receivable-sums.ts';
import type { Receivable } from '../../domain/receivable.ts';
import { RECEIVABLES, SELLER } from './receivables.ts';

/** A seller's hours of a year come to some megabytes. */
const SELLERS_KEPT = 20;
const PAGE = 1_000;
/** Queries see a change within seconds of its time, and before the journal forgets it. */
const SEEN_AFTER_MS = 15 * 60_000;
/** An answer waits so long for what has changed, and is otherwise what was known before. */
const PATIENCE_MS = 150;
/** What has changed is looked for so often at the most. */
const LOOK_EVERY_MS = 1_000;

type Stored = {
  _id: string;
  version: bigint;
  createdAt: Date;
  state: Pick<Receivable, 'amountFen' | 'discrepancy' | 'orderRef'> &
    Partial<Pick<Receivable, 'billing'>>;
};
type Row = Pick<Stored, '_id' | 'version' | 'createdAt'>;

const FIELDS = {
  createdAt: 1,
  version: 1,
  'state.orderRef.channel': 1,
  'state.amountFen': 1,
  'state.billing': 1,
  'state.discrepancy.kind': 1,
  'state.discrepancy.differenceFen': 1,
} as const;

/** What is known of a seller: its hours, and when what changed was looked for. */
class Known {
  readonly hours = new Map<number, HourSums>();
  isCounted = false;
  lookedAt: Date | null = null;
  /** Changes that the last look found: the next one finds those of the last minutes again. */
  seen: ReadonlySet<string> = new Set();
  looking: Promise<void> | null = null;
  /** By the clock of the process. */
  readUntil = -Infinity;
}

/**
 * What a seller's receivables come to. Each is read once, the newest first, and added to the sums of the hour that it was
 * recorded in; afterwards what has changed is found by its time, and its hours are summed again. So an answer costs what has
 * changed since the last one, and a sum is never another one than that of the documents. While a process counts a seller
 * for the first time, its answers say that there is more.
 */
export function createReceivableSums(
  db: Db,
  clock: Clock,
  patienceMs = PATIENCE_MS,
): (sellerId: string) => Promise<ReceivableCounts> {
  const documents = db.collection<Stored>(RECEIVABLES);
  const byTime = createReadsByTime(db, RECEIVABLES);
  const sellers = new Map<string, Known>();
  const knownOf = (sellerId: string): Known => {
    const known = sellers.get(sellerId) ?? new Known();
    // Who was asked for longest ago is the first of the map.
    sellers.delete(sellerId);
    sellers.set(sellerId, known);
    for (const longest of [...sellers.keys()].slice(0, -SELLERS_KEPT)) sellers.delete(longest);
    return known;
  };
  const look = async (sellerId: string, known: Known): Promise<void> => {
    if (!known.isCounted) await count(byTime, clock, sellerId, known);
    await recount(documents, clock, sellerId, known);
    known.readUntil = performance.now() + LOOK_EVERY_MS;
  };
  return async (sellerId) => {
    const known = knownOf(sellerId);
    if (known.readUntil < performance.now()) {
      known.looking ??= look(sellerId, known).finally(() => {
        known.looking = null;
      });
      await within(known.looking, patienceMs);
    }
    const isAll = known.isCounted;
    return {
      ...totalOf(known.hours, clock()),
      more: isAll ? [] : UNMATCHED,
      moreDiscrepancies: !isAll,
      isCounting: !isAll,
    };
  };
}

/** Waits for a read, and not for long; what it fails with after that is for who asks next. */
async function within(reading: Promise<void>, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  try {
    await Promise.race([reading, patience]);
  } finally {
    clearTimeout(timer);
    reading.catch(() => undefined);
  }
}

/** Reads all receivables of a seller, page by page. A failure begins anew with the next one who asks. */
async function count(
  byTime: ReadsByTime,
  clock: Clock,
  sellerId: string,
  known: Known,
): Promise<void> {
  known.hours.clear();
  const from = clock();
  let after: { time: Date; id: string } | null = null;
  do {
    const rows = (await mongoSpan(`find ${RECEIVABLES}`, {}, () =>
      byTime.rows({
        filter: { [SELLER]: sellerId },
        sort: { isTime: true, field: 'createdAt', direction: -1 },
        limit: PAGE,
        after,
        projection: FIELDS,
      }),
    )) as Stored[];
    for (const [hour, some] of Map.groupBy(rows, ({ createdAt }) => hourAt(createdAt))) {
      known.hours.set(hour, withReceivables(known.hours.get(hour) ?? NO_SUMS, some.map(summed)));
    }
    const last: Stored | undefined = rows.at(-1);
    after = last && rows.length === PAGE ? { time: last.createdAt, id: idOf(last) } : null;
  } while (after);
  known.lookedAt = from;
  known.isCounted = true;
}

/** Sums the hours again in which something has changed since the last look. */
async function recount(
  documents: Collection<Stored>,
  clock: Clock,
  sellerId: string,
  known: Known,
): Promise<void> {
  const { lookedAt, seen } = known;
  if (!lookedAt) return;
  const from = clock();
  const since = new Date(lookedAt.getTime() - SEEN_AFTER_MS);
  const changed = await mongoSpan(`find ${RECEIVABLES}`, {}, () =>
    documents
      .find({ [SELLER]: sellerId, updatedAt: { $gte: since } })
      .project<Row>({ createdAt: 1, version: 1 })
      .toArray(),
  );
  const fresh = changed.filter((one) => !seen.has(changeOf(one)));
  for (const hour of new Set(fresh.map(({ createdAt }) => hourAt(createdAt)))) {
    known.hours.set(hour, await sumsOfHour(documents, sellerId, hour));
  }
  known.seen = new Set(changed.map(changeOf));
  known.lookedAt = from;
}

async function sumsOfHour(
  documents: Collection<Stored>,
  sellerId: string,
  hour: number,
): Promise<HourSums> {
  const createdAt = { $gte: new Date(hour), $lt: new Date(hour + HOUR_MS) };
  const found = await mongoSpan(`find ${RECEIVABLES}`, {}, () =>
    documents
      .find({ [SELLER]: sellerId, createdAt })
      .project<Stored>(FIELDS)
      .toArray(),
  );
  return withReceivables(NO_SUMS, found.map(summed));
}

const idOf = ({ _id: id }: Row): string => id;
const changeOf = (row: Row): string => `${row.version} ${idOf(row)}`;

const summed = ({ state }: Stored): Summed => ({
  channel: state.orderRef.channel,
  match: state.billing?.match ?? null,
  amountFen: state.amountFen,
  differenceFen: state.billing?.differenceFen ?? 0n,
  discrepancy: state.discrepancy ?? null,
});
