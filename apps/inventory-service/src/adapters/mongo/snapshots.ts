import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDuplicateKey } from '@astrolabe/mongo';
import { Binary } from 'mongodb';
import type { Collection, Db, WithId } from 'mongodb';
import { compress, decompress } from './compressed.ts';
import { recordKey } from '../../application/journal/record.ts';
import type { KeyOfPart } from '../../application/partition/snapshot.ts';
import { SnapshotBroken } from '../../application/ports.ts';
import type { KeptSnapshot, Snapshot, SnapshotHead, Snapshots } from '../../application/ports.ts';

type SnapshotDocument = {
  _id: string;
  format: number;
  partition: string;
  sequence: number;
  epoch: number;
  time: Date;
  hash: string;
  operations: number;
  /** Keys of its parts in their order, `KEY_BYTES` each. */
  keys: Binary;
};

/** A part under partition and key; snapshots share the parts that they have in common. */
type PartDocument = { _id: string; bytes: Binary; z: boolean };

/** Far above any part: the largest is a list of operations. */
const PART_MAX_BYTES = 16_777_216;
/** A page of holds with its tag, and a little. */
const USUAL_PART_BYTES = 278_528;
const PARTS_PER_READ = 32;
const READS_AHEAD = 2;
const PARTS_PER_DELETE = 500;

const KEPT = 2;
const KEY_BYTES = 16;
const KEY_DIGITS = KEY_BYTES * 2;

/** The first half of a SHA-256. */
export const keyOfPart: KeyOfPart = (bytes) =>
  createHash('sha256').update(bytes).digest('hex').slice(0, KEY_DIGITS);

const partId = (partition: string, key: string): string => `${partition}:${key}`;

const partsOf = (partition: string) => ({ $gt: `${partition}:`, $lt: `${partition};` });

function keysOf({ keys }: SnapshotDocument): string[] {
  const digits = Buffer.from(keys.buffer).toString('hex');
  return Array.from({ length: digits.length / KEY_DIGITS }, (_, at) =>
    digits.slice(at * KEY_DIGITS, (at + 1) * KEY_DIGITS),
  );
}

/**
 * Snapshots as heads that list parts by their content: what has not changed since the last snapshot is
 * written once and shared. Parts are written first: only one whose head is there counts.
 */
export function createSnapshots(db: Db): Snapshots {
  const heads = db.collection<SnapshotDocument>('snapshots');
  const parts = db.collection<PartDocument>('snapshot_parts');
  /** Partitions whose parts without a snapshot, left by a process that died, were removed. */
  const swept = new Set<string>();
  const headsOf = async (partition: string, format: number): Promise<SnapshotDocument[]> =>
    await heads.find({ partition, format }).sort({ sequence: -1 }).toArray();

  return {
    newestAt: async (partition, format) => {
      // The list of keys stays where it is.
      const projection = { sequence: 1 };
      const sorted = heads.find({ partition, format }, { projection }).sort({ sequence: -1 });
      const [head] = await sorted.limit(1).toArray();
      return head?.sequence ?? 0;
    },
    newest: async (partition, format, before = Number.MAX_SAFE_INTEGER) => {
      const asked = { partition, format, sequence: { $lt: before } };
      const [head] = await heads.find(asked).sort({ sequence: -1 }).limit(1).toArray();
      return head ? { ...fromHead(head), parts: partsFrom(parts, head) } : null;
    },
    keep: async (snapshot) => {
      const { partition, sequence, format } = snapshot;
      const keptKeys = new Set((await headsOf(partition, format)).flatMap(keysOf));
      if (!swept.has(partition)) await sweep(parts, partition, keptKeys);
      swept.add(partition);
      const { keys, written } = await keepParts(parts, snapshot, keptKeys);
      const head = toHead(snapshot, keys);
      await heads.replaceOne({ _id: recordKey(partition, sequence) }, head, { upsert: true });
      await forgetOlder(heads, parts, partition, format);
      return { parts: keys.length, written };
    },
  };
}

/** Writes the parts that no kept snapshot has. */
async function keepParts(
  parts: Collection<PartDocument>,
  snapshot: Snapshot,
  keptKeys: Set<string>,
): Promise<{ keys: string[]; written: number }> {
  const keys: string[] = [];
  let written = 0;
  for (const { key, bytes } of snapshot.parts) {
    keys.push(key);
    if (keptKeys.has(key)) {
      // Looking at a page takes no time, looking at all of them does.
      await nextTurn();
      continue;
    }
    keptKeys.add(key);
    written += 1;
    const stored = await compress(bytes());
    const part = { bytes: new Binary(stored.bytes), z: stored.compressed };
    await insertOnce(parts, { _id: partId(snapshot.partition, key), ...part });
  }
  return { keys, written };
}

/** What is there under the key already has the same bytes. */
async function insertOnce(parts: Collection<PartDocument>, part: PartDocument): Promise<void> {
  try {
    await parts.insertOne(part);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/** All but the newest snapshots, those of other formats, and the parts that no other one has. */
async function forgetOlder(
  heads: Collection<SnapshotDocument>,
  parts: Collection<PartDocument>,
  partition: string,
  format: number,
): Promise<void> {
  const all = await heads.find({ partition }).sort({ sequence: -1 }).toArray();
  const kept = all.filter((head) => head.format === format).slice(0, KEPT);
  const older = all.filter((head) => !kept.includes(head));
  if (older.length === 0) return;
  await heads.deleteMany({ _id: { $in: older.map(({ _id: id }) => id) } });
  const needed = new Set(kept.flatMap(keysOf));
  const forgotten = older.filter((head) => head.format === format).flatMap(keysOf);
  const keys = new Set(forgotten.filter((key) => !needed.has(key)));
  await remove(
    parts,
    [...keys].map((key) => partId(partition, key)),
  );
}

/** Takes away the parts that belong to no snapshot. */
async function sweep(
  parts: Collection<PartDocument>,
  partition: string,
  keptKeys: ReadonlySet<string>,
): Promise<void> {
  const ids = parts.find({ _id: partsOf(partition) }).project<WithId<{ _id: string }>>({ _id: 1 });
  const orphans: string[] = [];
  for await (const { _id: id } of ids) {
    if (!keptKeys.has(id.slice(partition.length + 1))) orphans.push(id);
  }
  await remove(parts, orphans);
}

async function remove(parts: Collection<PartDocument>, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += PARTS_PER_DELETE) {
    await parts.deleteMany({ _id: { $in: ids.slice(from, from + PARTS_PER_DELETE) } });
  }
}

/** The parts in their order; the next ones are read while these are processed. */
async function* partsFrom(
  parts: Collection<PartDocument>,
  head: SnapshotDocument,
): KeptSnapshot['parts'] & AsyncGenerator<{ key: string; bytes: Uint8Array }> {
  const keys = keysOf(head);
  const read = async (from: number): Promise<{ key: string; bytes: Uint8Array }[]> => {
    const asked = keys.slice(from, from + PARTS_PER_READ);
    const ids = asked.map((key) => partId(head.partition, key));
    const found = asked.length > 0 ? await parts.find({ _id: { $in: ids } }).toArray() : [];
    const byId = new Map(found.map(({ _id: id, ...part }) => [id, part]));
    return await Promise.all(
      asked.map(async (key, at) => ({ key, bytes: await bytesOf(byId.get(ids[at] ?? ''), key) })),
    );
  };
  // One is expanded while the next one is on its way.
  const reading: ReturnType<typeof read>[] = [];
  const readOn = (from: number): void => {
    const next = read(from);
    // Not awaited when the taker stops; it must not count as unhandled then.
    next.catch(() => {});
    reading.push(next);
  };
  for (let ahead = 0; ahead < READS_AHEAD; ahead += 1) readOn(ahead * PARTS_PER_READ);
  for (let from = 0; from < keys.length; from += PARTS_PER_READ) {
    const found = (await reading.shift()) ?? [];
    readOn(from + READS_AHEAD * PARTS_PER_READ);
    for (const part of found) {
      yield part;
      // Between two parts what was read meanwhile arrives, and others of this process are served.
      await nextTurn();
    }
  }
}

async function bytesOf(
  part: Omit<PartDocument, '_id'> | undefined,
  key: string,
): Promise<Uint8Array> {
  if (!part) throw new SnapshotBroken(`part ${key} is missing`);
  if (!part.z) return part.bytes.buffer;
  try {
    return await decompress(part.bytes.buffer, PART_MAX_BYTES, USUAL_PART_BYTES);
  } catch (error) {
    throw new SnapshotBroken(`part ${key} cannot be expanded: ${String(error)}`);
  }
}

const toHead = (head: SnapshotHead, keys: readonly string[]): Omit<SnapshotDocument, '_id'> => ({
  format: head.format,
  partition: head.partition,
  sequence: head.sequence,
  epoch: head.epoch,
  time: new Date(head.timeMs),
  hash: head.hash,
  operations: head.operations,
  keys: new Binary(Buffer.from(keys.join(''), 'hex')),
});

const fromHead = (head: SnapshotDocument): SnapshotHead => ({
  format: head.format,
  partition: head.partition,
  sequence: head.sequence,
  epoch: head.epoch,
  timeMs: head.time.getTime(),
  hash: head.hash,
  operations: head.operations,
});
