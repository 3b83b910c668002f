import type { HashRecord, JournalRecord } from '../journal/record.ts';
import { ARCHIVE_RUN, FIRST_HASH, JournalBroken } from '../journal/record.ts';
import type { Archive, Journal, Meters, Notes, Projections, Timing } from '../ports.ts';

export type ArchiveDeps = {
  readonly partition: string;
  readonly journal: Journal;
  readonly archive: Archive;
  readonly projections: Pick<Projections, 'place' | 'keepPlace'>;
  readonly hashOf: HashRecord;
  readonly meters: Pick<Meters, 'archived'>;
  /** Records younger than this stay; milliseconds. */
  readonly keepMs: number;
  /** Journal clock: epoch milliseconds. */
  readonly now: () => number;
  /** Sequence up to which snapshot, projections and relay need the journal no more. */
  readonly doneUpTo: () => Promise<number>;
};

/** The archive does not give back what was put into it. */
export class ArchiveDiffers extends Error {
  override readonly name = 'ArchiveDiffers';
}

/**
 * Moves the next run of old records from the journal into the archive: copies it, reads the copy back,
 * and only then empties the originals. Whoever dies between two steps leaves nothing half done: the
 * run is moved again, from wherever its records lie. False: nothing is old enough.
 *
 * Throws JournalBroken, naming the record, when the chain of hashes does not hold: what is broken is
 * not moved away.
 */
export async function archiveNext(deps: ArchiveDeps): Promise<boolean> {
  const { partition, journal, archive, projections } = deps;
  const place = await projections.place(partition, 'archive');
  if ((await deps.doneUpTo()) < place + ARCHIVE_RUN) return false;
  const run = await journal.readAfter(partition, place, ARCHIVE_RUN);
  const last = run.at(-1);
  if (!last || run.length < ARCHIVE_RUN || last.sequence !== place + ARCHIVE_RUN) {
    throw new JournalBroken({ partition, sequence: place + run.length + 1 }, 'it is missing');
  }
  if (last.timeMs > deps.now() - deps.keepMs) return false;
  const before = place === 0 ? null : await journal.read(partition, place);
  checkChain(before?.hash ?? FIRST_HASH, run, deps.hashOf);
  await archive.keep(run);
  checkCopy(run, await archive.runOf(partition, last.sequence));
  await archive.empty(run);
  await projections.keepPlace(partition, 'archive', last.sequence);
  deps.meters.archived(partition, run.length);
  return true;
}

function checkChain(first: string, run: readonly JournalRecord[], hashOf: HashRecord): void {
  let previous = first;
  for (const record of run) {
    const { epoch, timeMs, body, hash } = record;
    if (hashOf(previous, epoch, timeMs, body) !== hash) {
      throw new JournalBroken(record, 'its hash does not follow from the record before');
    }
    previous = hash;
  }
}

const TOLD = [
  'partition',
  'sequence',
  'epoch',
  'owner',
  'timeMs',
  'operations',
  'version',
  'hash',
] as const satisfies readonly (keyof JournalRecord)[];

function checkCopy(run: readonly JournalRecord[], copy: readonly JournalRecord[]): void {
  const isSame = copy.length === run.length && run.every((record, at) => isCopy(record, copy[at]));
  if (!isSame) throw new ArchiveDiffers(`${run[0]?.partition}: the copy of a run differs`);
}

const isCopy = (record: JournalRecord, copy: JournalRecord | undefined): boolean =>
  copy !== undefined &&
  TOLD.every((key) => copy[key] === record[key]) &&
  Buffer.compare(copy.body, record.body) === 0;

/** Between two looks when nothing was old enough, and between two runs: others come first. */
const LOOK_MS = 5_000;
const PAUSE_MS = 10;
const RETRY_MAX_MS = 300_000;

/** Archives until stopped. A failure is tried again, later each time; the partition goes on. */
export async function keepArchive(
  deps: ArchiveDeps & { readonly timing: Timing; readonly notes: Notes },
  signal: AbortSignal,
): Promise<void> {
  let retryMs = LOOK_MS;
  while (!signal.aborted) {
    let waitMs = LOOK_MS;
    try {
      if (await archiveNext(deps)) waitMs = PAUSE_MS;
      retryMs = LOOK_MS;
    } catch (error) {
      deps.notes.error({ err: error, partition: deps.partition }, 'the journal is not archived');
      waitMs = retryMs;
      retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
    }
    await deps.timing.delay(waitMs, signal);
  }
}
