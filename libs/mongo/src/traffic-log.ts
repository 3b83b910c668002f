import type { Clock, ConnectionTraffic, TrafficLog, TrafficOutcome } from '@astrolabe/kernel';
import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { ensureIndexes, expiryIndex } from './indexes.ts';
import { mongoSpan } from './spans.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Codes of one connection in one hour; further ones count as OTHER. */
const CODES_MAX = 20;
const CODE_LENGTH_MAX = 60;
/** Connections whose figures one process holds until they are written; more are not told. */
const HELD_MAX = 10_000;

type LastDocument = {
  _id: string;
  lastOkAt?: Date;
  lastFailedAt?: Date;
  lastCode?: string;
  waitsUntil?: Date | null;
};
/** What an hour of one connection came to; codes are values, as the other side may call them anything. */
type HourDocument = {
  _id: string;
  connection: string;
  hour: Date;
  code: string;
  count: number;
  expiresAt: Date;
};

type Held = {
  last: Omit<LastDocument, '_id'>;
  /** By hour and code. */
  readonly counts: Map<string, { readonly hour: number; readonly code: string; count: number }>;
};

/** The figures of connections in one database: the last outcomes, and counts by hour that end after two days. */
export async function createTrafficLog(
  db: Db,
  clock: Clock,
): Promise<TrafficLog & { readonly write: () => Promise<void> }> {
  await ensureIndexes(db, [
    {
      collection: 'traffic_hours',
      indexes: [{ key: { connection: 1, hour: 1 }, name: 'connection' }, expiryIndex('expiresAt')],
    },
  ]);
  const lasts = db.collection<LastDocument>('traffic');
  const hours = db.collection<HourDocument>('traffic_hours');
  let held = new Map<string, Held>();
  const tell = (connection: string, outcome: TrafficOutcome): void => {
    const known = held.get(connection);
    if (!known && held.size >= HELD_MAX) return;
    const one = known ?? { last: {}, counts: new Map() };
    held.set(connection, one);
    tellOne(one, outcome, clock());
  };
  return {
    tell,
    write: async () => {
      const taken = held;
      held = new Map();
      if (taken.size === 0) return;
      const writes = [...taken].flatMap(([connection, { counts }]) =>
        [...counts.values()].map((one) => addition(connection, one)),
      );
      await mongoSpan('bulkWrite traffic', {}, () =>
        lasts.bulkWrite(
          [...taken].map(([_id, { last }]) => ({
            updateOne: { filter: { _id }, update: { $set: last }, upsert: true },
          })),
          { ordered: false },
        ),
      );
      await mongoSpan('bulkWrite traffic_hours', {}, () =>
        hours.bulkWrite(writes, { ordered: false }),
      );
    },
    of: async (connections) => {
      const since = new Date(clock().getTime() - HOURS * HOUR_MS);
      const [found, counted] = await Promise.all([
        mongoSpan('find traffic', {}, () =>
          lasts.find({ _id: { $in: [...connections] } }).toArray(),
        ),
        mongoSpan('aggregate traffic_hours', {}, () =>
          hours
            .aggregate<{ _id: { connection: string; code: string }; count: number }>([
              { $match: { connection: { $in: [...connections] }, hour: { $gt: since } } },
              {
                $group: {
                  _id: { connection: '$connection', code: '$code' },
                  count: { $sum: '$count' },
                },
              },
            ])
            .toArray(),
        ),
      ]);
      return connections.map((name) => {
        const last = found.find(({ _id }) => _id === name);
        const counts = counted
          .filter(({ _id }) => _id.connection === name)
          .map(({ _id, count }) => ({ code: _id.code, count }))
          .toSorted((a, b) => b.count - a.count || a.code.localeCompare(b.code));
        return last ? trafficOf(last, counts, clock()) : null;
      });
    },
  };
}

function tellOne(one: Held, { code, waitsUntil = null }: TrafficOutcome, now: Date): void {
  const told = code.slice(0, CODE_LENGTH_MAX);
  one.last =
    code === ''
      ? { ...one.last, lastOkAt: now, waitsUntil: null }
      : { ...one.last, lastFailedAt: now, lastCode: told, waitsUntil };
  const hour = now.getTime() - (now.getTime() % HOUR_MS);
  const key = `${hour}/${told}`;
  const isKnown = one.counts.has(key) || one.counts.size < CODES_MAX;
  const counted = isKnown ? told : 'OTHER';
  const at = one.counts.get(`${hour}/${counted}`) ?? { hour, code: counted, count: 0 };
  at.count += 1;
  one.counts.set(`${hour}/${counted}`, at);
}

function addition(
  connection: string,
  { hour, code, count }: { readonly hour: number; readonly code: string; readonly count: number },
): AnyBulkWriteOperation<HourDocument> {
  const expiresAt = new Date(hour + 2 * HOURS * HOUR_MS);
  return {
    updateOne: {
      filter: { _id: `${connection}/${hour}/${code}` },
      update: {
        $inc: { count },
        $setOnInsert: { connection, hour: new Date(hour), code, expiresAt },
      },
      upsert: true,
    },
  };
}

const trafficOf = (
  { lastOkAt, lastFailedAt, lastCode, waitsUntil }: LastDocument,
  counts: ConnectionTraffic['counts'],
  now: Date,
): ConnectionTraffic => ({
  lastOkAt: lastOkAt ?? null,
  lastFailedAt: lastFailedAt ?? null,
  lastCode: lastCode ?? '',
  waitsUntil: waitsUntil && waitsUntil > now ? waitsUntil : null,
  counts,
});
