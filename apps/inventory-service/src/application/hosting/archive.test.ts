import { expect, test } from 'vitest';
import { ArchiveDiffers, archiveNext } from './archive.ts';
import type { ArchiveDeps } from './archive.ts';
import type { HashRecord, JournalRecord } from '../journal/record.ts';
import { ARCHIVE_RUN, FIRST_HASH, FORMAT_VERSION, JournalBroken } from '../journal/record.ts';

const hashOf: HashRecord = (previous, epoch, timeMs, body) =>
  `${previous.length}-${previous.slice(-8)}-${epoch}-${timeMs}-${String(body)}`;
const bytes = (text: string) => new TextEncoder().encode(text);

function chain(count: number): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const [epoch, timeMs, body] = [1, 1_000 * sequence, bytes(`body ${sequence}`)] as const;
    const hash = hashOf(records.at(-1)?.hash ?? FIRST_HASH, epoch, timeMs, body);
    const common = { partition: 'p0000', owner: 'a', operations: 1, version: FORMAT_VERSION };
    records.push({ ...common, sequence, epoch, timeMs, hash, body });
  }
  return records;
}

/** A journal and an archive in memory, which die at the n-th call that changes something. */
function world(records: readonly JournalRecord[]) {
  const journal = new Map<number, JournalRecord | 'EMPTIED'>(records.map((r) => [r.sequence, r]));
  const runs = new Map<number, readonly JournalRecord[]>();
  let place = 0;
  let left = Infinity;
  const mayDie = (): void => {
    left -= 1;
    if (left < 0) throw new Error('the process has died');
  };
  const runAt = (sequence: number) => runs.get(Math.ceil(sequence / ARCHIVE_RUN)) ?? [];
  const at = (sequence: number): JournalRecord | undefined => {
    const found = journal.get(sequence);
    if (found !== 'EMPTIED') return found;
    return runAt(sequence).find((record) => record.sequence === sequence);
  };
  const deps: ArchiveDeps = {
    partition: 'p0000',
    hashOf,
    keepMs: 0,
    now: () => 1_000_000,
    doneUpTo: async () => records.length,
    meters: { archived: () => {} },
    journal: {
      append: () => Promise.reject(new Error('nobody appends here')),
      read: async (_, sequence) => at(sequence) ?? null,
      readAfter: async (_, after, limit) =>
        Array.from({ length: limit }, (__, nth) => at(after + 1 + nth)).filter((r) => !!r),
    },
    archive: {
      keep: async (run) => {
        mayDie();
        runs.set(Math.ceil((run[0]?.sequence ?? 0) / ARCHIVE_RUN), run);
      },
      runOf: async (_, sequence) => [...runAt(sequence)],
      empty: async (run) => {
        for (const { sequence } of run) {
          mayDie();
          journal.set(sequence, 'EMPTIED');
        }
      },
    },
    projections: {
      place: async () => place,
      keepPlace: async (_, __, sequence) => {
        mayDie();
        place = sequence;
      },
    },
  };
  const emptied = (): number => [...journal.values()].filter((each) => each === 'EMPTIED').length;
  return { deps, at, emptied, dieAfter: (calls: number) => (left = calls) };
}

test('whoever dies between two steps: no record is ever out of reach, and the next one goes on', async () => {
  const records = chain(2 * ARCHIVE_RUN);
  const STEPS = ARCHIVE_RUN + 2;
  for (let calls = 0; calls < 2 * STEPS; calls += 1) {
    const { deps, at, emptied, dieAfter } = world(records);
    const all = async () => (await archiveNext(deps)) && (await archiveNext(deps));
    dieAfter(calls);
    await expect(all()).rejects.toThrow('died');
    expect(records.map(({ sequence }) => at(sequence))).toEqual(records);
    dieAfter(Infinity);
    while (await archiveNext(deps));
    expect(records.map(({ sequence }) => at(sequence))).toEqual(records);
    expect(emptied()).toBe(records.length);
  }
});

test('what a snapshot, a projection or the relay still needs stays', async () => {
  const { deps, emptied } = world(chain(3 * ARCHIVE_RUN));
  const needed = { ...deps, doneUpTo: async () => 2 * ARCHIVE_RUN - 1 };
  expect(await archiveNext(needed)).toBe(true);
  expect(await archiveNext(needed)).toBe(false);
  expect(emptied()).toBe(ARCHIVE_RUN);
});

test('a run is as young as its last record', async () => {
  const { deps, emptied } = world(chain(ARCHIVE_RUN));
  const now = 1_000 * ARCHIVE_RUN + 500;
  expect(await archiveNext({ ...deps, now: () => now, keepMs: 501 })).toBe(false);
  expect(emptied()).toBe(0);
  expect(await archiveNext({ ...deps, now: () => now, keepMs: 500 })).toBe(true);
});

test('a copy that differs leaves the originals', async () => {
  const { deps, emptied } = world(chain(ARCHIVE_RUN));
  const { archive } = deps;
  const runOf: typeof archive.runOf = async (partition, sequence) =>
    (await archive.runOf(partition, sequence)).map((record) =>
      record.sequence === 7 ? { ...record, body: bytes('body seven') } : record,
    );
  await expect(archiveNext({ ...deps, archive: { ...archive, runOf } })).rejects.toThrow(
    ArchiveDiffers,
  );
  expect(emptied()).toBe(0);
});

test('what is broken is named and not moved away', async () => {
  const altered = chain(2 * ARCHIVE_RUN).map((record) =>
    record.sequence === ARCHIVE_RUN + 1 ? { ...record, body: bytes('more stock') } : record,
  );
  const { deps, emptied } = world(altered);
  expect(await archiveNext(deps)).toBe(true);
  await expect(archiveNext(deps)).rejects.toThrow(
    new JournalBroken(
      { partition: 'p0000', sequence: ARCHIVE_RUN + 1 },
      'its hash does not follow from the record before',
    ),
  );
  expect(emptied()).toBe(ARCHIVE_RUN);

  const { deps: cut } = world(chain(ARCHIVE_RUN).filter(({ sequence }) => sequence !== 9));
  const all = { ...cut, doneUpTo: async () => ARCHIVE_RUN };
  await expect(archiveNext(all)).rejects.toThrow(JournalBroken);
});
