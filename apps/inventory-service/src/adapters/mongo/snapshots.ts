import { setImmediate as nextTurn } from 'node:timers/promises';
import { Binary } from 'mongodb';
import type { Collection, Db } from 'mongodb';
import { compress, decompress } from './compressed.ts';
import { recordKey } from '../../application/journal/record.ts';
import type { SnapshotHead, Snapshots } from '../../application/ports.ts';

type SnapshotDocument = {
  _id: string;
  format: number;
  partition: string;
  sequence: number;
  epoch: number;
  time: Date;
  hash: string;
  operations: number;
  parts: number;
};

type PartDocument = { _id: string; snapshot: string; bytes: Binary; z: boolean };

/** Far above any part: the largest is a list of operations. */
const PART_MAX_BYTES = 16_777_216;
/** A page of holds with its tag, and a little. */
const USUAL_PART_BYTES = 278_528;
const PARTS_PER_READ = 32;

const KEPT = 2;

const partKey = (snapshot: string, at: number): string =>
  `${snapshot}:${String(at).padStart(6, '0')}`;

const partsOf = (snapshot: string) => ({ $gt: `${snapshot}:`, $lt: `${snapshot};` });

/** A snapshot's parts are written first: only one whose head is there counts. */
export function createSnapshots(db: Db): Snapshots {
  const heads = db.collection<SnapshotDocument>('snapshots');
  const parts = db.collection<PartDocument>('snapshot_parts');
  const forget = async (key: string): Promise<void> => {
    await heads.deleteOne({ _id: key });
    await parts.deleteMany({ _id: partsOf(key) });
  };
  return {
    newest: async (partition, format) => {
      const found = heads.find({ partition, format }).sort({ sequence: -1 }).limit(1);
      const [head] = await found.toArray();
      if (!head) return null;
      return { ...fromHead(head), parts: partsFrom(parts, head) };
    },
    keep: async (snapshot) => {
      const key = recordKey(snapshot.partition, snapshot.sequence);
      await forget(key);
      let at = 0;
      for (const bytes of snapshot.parts) {
        const stored = await compress(bytes);
        await parts.insertOne({
          _id: partKey(key, at),
          snapshot: key,
          bytes: new Binary(stored.bytes),
          z: stored.compressed,
        });
        at += 1;
      }
      const { format, partition, sequence, epoch, timeMs, hash, operations } = snapshot;
      await heads.insertOne({
        _id: key,
        format,
        partition,
        sequence,
        epoch,
        time: new Date(timeMs),
        hash,
        operations,
        parts: at,
      });
      const older = await heads.find({ partition }).sort({ sequence: -1 }).skip(KEPT).toArray();
      for (const { _id: old } of older) await forget(old);
    },
  };
}

/** The parts in their order; the next ones are read while these are taken in. */
async function* partsFrom(
  parts: Collection<PartDocument>,
  { _id: key, parts: count }: SnapshotDocument,
): AsyncGenerator<Uint8Array> {
  const read = async (from: number): Promise<Uint8Array[]> => {
    if (from >= count) return [];
    const range = { $gte: partKey(key, from), $lt: partKey(key, from + PARTS_PER_READ) };
    const found = await parts.find({ _id: range }).sort({ _id: 1 }).toArray();
    return await Promise.all(
      found.map(async ({ bytes, z }) =>
        z ? await decompress(bytes.buffer, PART_MAX_BYTES, USUAL_PART_BYTES) : bytes.buffer,
      ),
    );
  };
  let reading = read(0);
  for (let from = 0; from < count; from += PARTS_PER_READ) {
    const found = await reading;
    reading = read(from + PARTS_PER_READ);
    // Not awaited when the taker stops; it must not count as unhandled then.
    reading.catch(() => {});
    if (found.length !== Math.min(PARTS_PER_READ, count - from)) {
      throw new Error(`${key}: parts are missing`);
    }
    for (const bytes of found) {
      yield bytes;
      // Between two parts what was read meanwhile arrives, and others of this process are served.
      await nextTurn();
    }
  }
}

const fromHead = (head: SnapshotDocument): SnapshotHead => ({
  format: head.format,
  partition: head.partition,
  sequence: head.sequence,
  epoch: head.epoch,
  timeMs: head.time.getTime(),
  hash: head.hash,
  operations: head.operations,
});
