import type { JournalRecord } from './journal/record.ts';
import { createLookUps } from './look-ups.ts';
import type { Offer } from './partition/offers.ts';
import type { Effect, Event, Owner } from './partition/owner.ts';
import type { Waiting } from './partition/batch.ts';
import type { Journal, Meters, Timing } from './ports.ts';

export type DriverDeps = {
  readonly journal: Journal;
  readonly timing: Timing;
  readonly meters: Pick<Meters, 'appended'>;
  /** Journal clock: epoch milliseconds. */
  readonly now: () => number;
  /** The partition is beyond use here: fenced, or a law broke. Called once. */
  readonly ended: (why: unknown) => void;
};

export class Fenced extends Error {
  override readonly name = 'Fenced';
}

export class AppendGivenUp extends Error {
  override readonly name = 'AppendGivenUp';
}

/** The partition's owner, connected to the database. */
export type Driver = {
  offer(offer: Offer): void;
  /** Lets a read of memory out when all that it saw is durable. */
  whenDurable(waiting: Waiting): void;
  /** Lets time pass: holds may be overdue. */
  tick(): void;
  /** Takes no more, and resolves when what was taken is durable. */
  drain(): Promise<void>;
  stop(): void;
};

const RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;
/** Without an answer for this long the process gives up; its successor reads what happened. */
const GIVE_UP_MS = 30_000;

export function createDriver(owner: Owner, deps: DriverDeps): Driver {
  const { timing, now } = deps;
  let pumping = false;
  let stopped = false;

  const end = (why: unknown): void => {
    if (stopped) return;
    stopped = true;
    owner.end();
    deps.ended(why);
  };

  const pump = async (): Promise<void> => {
    try {
      for (let effect = nextEffect(); effect && !owner.isEnded; effect = nextEffect()) {
        await carryOut(owner, effect, deps);
        if (owner.isEnded) return end(new Fenced('another owner has written to the journal'));
      }
    } catch (error) {
      end(error);
    } finally {
      pumping = false;
    }
  };
  const nextEffect = (): Effect | null => {
    owner.work(now());
    readJournal();
    return owner.next();
  };
  const lookUp = createLookUps({
    partition: owner.replica.partition,
    journal: deps.journal,
    timing,
    found: (asked, known) => guarded(() => owner.lookedUp(asked, known, now())),
    failed: end,
  });
  const readJournal = (): void => lookUp(owner.takeLookUps());
  /** Whatever arrives in one turn of the event loop goes into one batch. */
  const kick = (): void => {
    if (pumping || stopped) return;
    pumping = true;
    timing.soon(() => void pump());
  };
  const guarded = (run: () => void): void => {
    try {
      run();
      readJournal();
      if (!owner.isIdle) kick();
    } catch (error) {
      end(error);
    }
  };

  return {
    offer: (offer) => guarded(() => owner.offer(offer, now())),
    whenDurable: (waiting) => owner.whenDurable(waiting),
    tick: () => guarded(() => owner.work(now())),
    drain: () =>
      new Promise((resolve) => {
        owner.whenDurable({ release: resolve, abandon: resolve });
        kick();
      }),
    stop: () => {
      stopped = true;
      owner.end();
    },
  };
}

/** One append to its end, however many attempts and reads it takes. */
async function carryOut(owner: Owner, first: Effect, deps: DriverDeps): Promise<void> {
  const startedMs = deps.timing.monotonicMs();
  let wait = RETRY_MS;
  for (let effect: Effect | null = first; effect;) {
    const event = await perform(effect, deps.journal);
    const tookMs = deps.timing.monotonicMs() - startedMs;
    if (event.came === 'UNKNOWN') {
      if (tookMs > GIVE_UP_MS) throw new AppendGivenUp(`no answer for ${tookMs} ms`);
      await deps.timing.delay(wait);
      wait = Math.min(wait * 2, RETRY_MAX_MS);
    }
    const done: JournalRecord | null = effect.do === 'APPEND' ? effect.record : null;
    effect = owner.on(event);
    if (done && event.came === 'APPENDED') deps.meters.appended(done, tookMs / 1_000);
  }
}

async function perform(effect: Effect, journal: Journal): Promise<Event> {
  if (effect.do === 'APPEND') return { came: await journal.append(effect.record) };
  try {
    const { partition, sequence } = effect;
    return { came: 'RECORD', record: await journal.read(partition, sequence) };
  } catch {
    return { came: 'UNKNOWN' };
  }
}
