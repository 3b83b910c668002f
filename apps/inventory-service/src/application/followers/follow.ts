import type { JournalRecord } from '../journal/record.ts';
import type { Follower, Meters, Notes, Projections, Timing } from '../ports.ts';
import type { Window } from './tail.ts';

const RECORDS_AT_ONCE = 256;
/** Who is further behind than this goes on without a pause. */
const BEHIND_RECORDS = 64;
const RETRY_MS = 200;
const RETRY_MAX_MS = 5_000;

export type FollowDeps = {
  readonly partition: string;
  readonly follower: Follower;
  readonly window: Window;
  readonly projections: Projections;
  readonly timing: Timing;
  readonly notes: Notes;
  readonly meters: Pick<Meters, 'followed'>;
  /** Journal clock: epoch milliseconds. */
  readonly now: () => number;
  /**
   * Pause after a round of so many bytes that came to the end: one costs the same for one record or for many.
   */
  readonly lingerMs: (bytes: number) => number;
  /** Most bytes of bodies in one round. */
  readonly bytesAtOnce: number;
  /** Must be idempotent: after a crash the last records come again. */
  readonly take: (records: readonly JournalRecord[]) => Promise<void>;
};

/** A reader of the journal that keeps its position in the database. */
export type Following = {
  /** Ends when stopped; a failure is tried again. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Goes back to the first record, after `prepare`, between two rounds; resolves when it stands there.
   */
  rewind(prepare: () => Promise<void>): Promise<void>;
  /** Sequence of the last record processed. */
  position(): number;
  /** Resolves when it has come to `sequence`. */
  reached(sequence: number): Promise<void>;
};

export function follow(deps: FollowDeps): Following {
  let position = 0;
  let waiting: { sequence: number; resolve: () => void }[] = [];

  const moveTo = (sequence: number): void => {
    position = sequence;
    const arrived = waiting.filter((wait) => wait.sequence <= position);
    waiting = waiting.filter((wait) => wait.sequence > position);
    for (const { resolve } of arrived) resolve();
  };
  const rewinds: { prepare: () => Promise<void>; done: () => void }[] = [];
  let wake = (): void => {};

  /** The position is removed first: after a crash here all records are processed again. */
  const goBack = async (): Promise<void> => {
    for (let next = rewinds[0]; next; next = rewinds[0]) {
      await deps.projections.forgetPlace(deps.partition, deps.follower);
      await next.prepare();
      position = 0;
      rewinds.shift();
      next.done();
    }
  };
  const step = async (signal: AbortSignal): Promise<void> => {
    await goBack();
    const records = upTo(deps.bytesAtOnce, await deps.window.after(position, RECORDS_AT_ONCE));
    const last = records.at(-1);
    if (!last) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      return await Promise.race([deps.window.grown(signal), woken]);
    }
    await deps.take(records);
    await deps.projections.keepPlace(deps.partition, deps.follower, last.sequence);
    moveTo(last.sequence);
    for (const { timeMs } of records) {
      deps.meters.followed(deps.partition, deps.follower, Math.max(0, deps.now() - timeMs) / 1_000);
    }
    const behind = deps.window.sequence - position;
    if (behind >= BEHIND_RECORDS) return;
    const bytes = records.reduce((sum, { body }) => sum + body.length, 0);
    await deps.timing.delay(deps.lingerMs(bytes), signal);
  };
  return {
    position: () => position,
    rewind: (prepare) =>
      new Promise((done) => {
        rewinds.push({ prepare, done });
        wake();
      }),
    reached: (sequence) =>
      sequence <= position
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ sequence, resolve })),
    run: async (signal) => {
      let isPositioned = false;
      for (let wait = RETRY_MS; !signal.aborted;) {
        try {
          if (!isPositioned) moveTo(await deps.projections.place(deps.partition, deps.follower));
          isPositioned = true;
          await step(signal);
          wait = RETRY_MS;
        } catch (error) {
          const { partition, follower } = deps;
          deps.notes.warn(
            { err: error, partition, follower, place: position },
            'following is delayed',
          );
          await deps.timing.delay(wait, signal);
          wait = Math.min(wait * 2, RETRY_MAX_MS);
        }
      }
    },
  };
}

/** The first records that have so many bytes together; at least one if there is any. */
function upTo(limit: number, records: readonly JournalRecord[]): readonly JournalRecord[] {
  let bytes = 0;
  for (const [at, record] of records.entries()) {
    bytes += record.body.length;
    if (bytes > limit) return records.slice(0, Math.max(1, at));
  }
  return records;
}
