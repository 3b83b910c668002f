import { askAgain } from './ask-again.ts';
import type { Decided } from '../journal/unpack.ts';
import { decidedAt, decidedIn } from '../journal/unpack.ts';
import { JournalBroken } from '../journal/record.ts';
import type { LookUp } from '../partition/owner.ts';
import type { Journal, Timing } from '../ports.ts';

export type LookUpDeps = {
  readonly partition: string;
  readonly journal: Pick<Journal, 'read'>;
  readonly timing: Pick<Timing, 'monotonicMs' | 'delay'>;
  readonly found: (lookUp: LookUp, decided: Decided | null) => void;
  /** The record is not there; nothing follows. */
  readonly failed: (why: unknown) => void;
};

const READS_AT_ONCE = 4;

/**
 * Reads what was answered to operations that are asked for again. Each record is read once for all that
 * wait for it, and few at a time: whoever repeats thousands of operations takes no more of the database
 * than the journal has records of them. A read that fails is tried again.
 */
export function createLookUps(deps: LookUpDeps): (lookUps: readonly LookUp[]) => void {
  /** By record, in the order in which they were asked for. */
  const waiting = new Map<number, LookUp[]>();
  let reading = 0;
  let hasFailed = false;

  const pump = (): void => {
    for (const [sequence, lookUps] of waiting) {
      if (reading === READS_AT_ONCE || hasFailed) return;
      waiting.delete(sequence);
      reading += 1;
      void answer(sequence, lookUps);
    }
  };
  const answer = async (sequence: number, lookUps: readonly LookUp[]): Promise<void> => {
    try {
      const decided = await readDecided(sequence, lookUps, deps);
      lookUps.forEach((lookUp, at) => deps.found(lookUp, decided[at] ?? null));
    } catch (error) {
      hasFailed = true;
      deps.failed(error);
    }
    reading -= 1;
    pump();
  };
  return (lookUps) => {
    for (const lookUp of lookUps) {
      const { sequence } = lookUp.position;
      const others = waiting.get(sequence);
      if (others) others.push(lookUp);
      else waiting.set(sequence, [lookUp]);
    }
    pump();
  };
}

/** What a record says of each look-up. */
async function readDecided(
  sequence: number,
  lookUps: readonly LookUp[],
  deps: LookUpDeps,
): Promise<(Decided | null)[]> {
  const { partition, journal, timing } = deps;
  const record = await askAgain(
    () => journal.read(partition, sequence),
    timing,
    // As an append is: without a database this process decides nothing anyway.
    () => true,
  );
  if (!record) throw new JournalBroken({ partition, sequence }, 'record missing');
  const [first, ...others] = lookUps;
  if (first && others.length === 0) return [decidedAt(record, first.position.index)];
  const decided = decidedIn(record);
  return lookUps.map(({ position }) => decided[position.index] ?? null);
}
