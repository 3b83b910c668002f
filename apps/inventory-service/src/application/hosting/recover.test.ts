import { expect, test, vi } from 'vitest';
import { createReplica } from '../partition/replica.ts';
import { freeze } from '../partition/snapshot.ts';
import { SnapshotBroken } from '../ports.ts';
import type { KeptSnapshot, Snapshots } from '../ports.ts';
import type { RecoverDeps } from './recover.ts';
import { loadReplica } from './recover.ts';

const WINDOW = 64;

/** A snapshot at this place; one that is broken says so after `met` was called. */
function snapshotAt(sequence: number, met?: () => void): KeptSnapshot {
  const replica = Object.assign(createReplica('p0000', WINDOW), { sequence });
  const { parts, ...head } = freeze(replica, (bytes) => String(bytes.length));
  return {
    ...head,
    parts: (async function* () {
      if (met) {
        met();
        throw new SnapshotBroken('part 1 is missing');
      }
      for (const { key, bytes } of parts) yield { key, bytes: bytes() };
    })(),
  };
}

function load(kept: KeptSnapshot[]) {
  const warn = vi.fn<RecoverDeps['notes']['warn']>();
  const snapshots: Pick<Snapshots, 'newest'> = {
    newest: async (_partition, _format, before = Number.MAX_SAFE_INTEGER) =>
      kept
        .filter(({ sequence }) => sequence < before)
        .toSorted((a, b) => b.sequence - a.sequence)[0] ?? null,
  };
  const deps = { snapshots, idempotencyWindow: WINDOW, notes: { warn } } as never;
  return { warn, replica: loadReplica('p0000', deps) };
}

test('a snapshot that its owner replaced while it was read: the newer one is loaded', async () => {
  const kept: KeptSnapshot[] = [];
  kept.push(snapshotAt(7, () => kept.splice(0, 1, snapshotAt(9))));
  const { replica, warn } = load(kept);
  expect(await replica).toMatchObject({ sequence: 9 });
  expect(warn).toHaveBeenCalledOnce();
});

test('one that is broken is passed over for the one before it, and that for the journal', async () => {
  const broken = snapshotAt(9, () => {});
  expect(await load([snapshotAt(7), broken]).replica).toMatchObject({ sequence: 7 });
  const both = [snapshotAt(7, () => {}), snapshotAt(9, () => {})];
  const { replica, warn } = load(both);
  expect(await replica).toMatchObject({ sequence: 0 });
  expect(warn).toHaveBeenCalledTimes(2);
});
