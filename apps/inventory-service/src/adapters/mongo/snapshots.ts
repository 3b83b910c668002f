import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import { recordKey } from '../../application/journal/record.ts';
import type { SnapshotHead, Snapshots } from '../../application/ports.ts';

type SnapshotDocument = {
  _id: string;
  partition: string;
  sequence: number;
  epoch: number;
  time: Date;
  hash: string;
  operations: number;
  parts: number;
};

type PartDocument = { _id: string; snapshot: string; bytes: Binary };

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
    newest: async (partition) => {
      const [head] = await heads.find({ partition }).sort({ sequence: -1 }).limit(1).toArray();
      if (!head) return null;
      const { _id: key } = head;
      const found = await parts
        .find({ _id: partsOf(key) })
        .sort({ _id: 1 })
        .toArray();
      if (found.length !== head.parts) throw new Error(`${key}: parts are missing`);
      const bytes = found.map((part) => part.bytes.buffer);
      return { ...fromHead(head), parts: bytes };
    },
    keep: async (snapshot) => {
      const key = recordKey(snapshot.partition, snapshot.sequence);
      await forget(key);
      let at = 0;
      for (const bytes of snapshot.parts) {
        await parts.insertOne({ _id: partKey(key, at), snapshot: key, bytes: new Binary(bytes) });
        at += 1;
      }
      const { partition, sequence, epoch, timeMs, hash, operations } = snapshot;
      await heads.insertOne({
        _id: key,
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

const fromHead = (head: SnapshotDocument): SnapshotHead => ({
  partition: head.partition,
  sequence: head.sequence,
  epoch: head.epoch,
  timeMs: head.time.getTime(),
  hash: head.hash,
  operations: head.operations,
});
