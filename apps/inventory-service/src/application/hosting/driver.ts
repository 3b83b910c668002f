import type { JournalRecord } from '../journal/record.ts';
import { createLookUps } from './look-ups.ts';
import type { Offer } from '../partition/offers.ts';
import type { Effect, Event, Owner } from '../partition/owner.ts';
import type { Waiting } from '../partition/batch.ts';
import type { Journal, Meters, Timing } from '../ports.ts';

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

/** The partition's owner, connected to the database. */
export type Driver = {
  offer(offer: Offer): void;
  /** Lets a read of memory out when all that it saw is durable. */
  whenDurable(waiting: Waiting): void;
  /** Lets time pass: holds may be overdue. */
  tick(): void;
  /** Accepts no more commands; resolves when those accepted are durable. */
  drain(): Promise<void>;
  stop(): void;
};

/**
 * Commands that are decided before the event loop goes on: what the database has answered meanwhile, and
 * who waits for that, need not wait for all that came together.
 */
const TURN_COMMANDS = 128;
const RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;

export const createDriver = (owner: Owner, deps: DriverDeps): Driver =>
  new OwnerDriver(owner, deps);

class OwnerDriver implements Driver {
  private readonly owner: Owner;
  private readonly deps: DriverDeps;
  private readonly lookUp: ReturnType<typeof createLookUps>;
  private isPumping = false;
  private isTurnComing = false;
  private stopped = false;

  constructor(owner: Owner, deps: DriverDeps) {
    this.owner = owner;
    this.deps = deps;
    this.lookUp = createLookUps({
      partition: owner.replica.partition,
      journal: deps.journal,
      timing: deps.timing,
      found: (asked, decided) => this.guarded(() => owner.lookedUp(asked, decided, deps.now())),
      failed: (why) => this.end(why),
    });
  }

  offer(offer: Offer): void {
    this.guarded(() => this.owner.offer(offer));
  }

  whenDurable(waiting: Waiting): void {
    this.owner.whenDurable(waiting);
  }

  tick(): void {
    this.work();
  }

  drain(): Promise<void> {
    return new Promise((resolve) => this.drainUntilIdle(resolve));
  }

  stop(): void {
    this.stopped = true;
    this.owner.end();
  }

  private drainUntilIdle(done: () => void): void {
    this.work();
    const again = (): void => this.drainUntilIdle(done);
    this.owner.whenDurable({
      release: () => (this.owner.isIdle ? done() : this.deps.timing.soon(again)),
      abandon: done,
    });
  }

  private work(most?: number): void {
    this.guarded(() => this.owner.work(this.deps.now(), most));
  }

  private guarded(run: () => void): void {
    try {
      run();
      // Together, so that a record is read once: with the last of what waits, or with the next record.
      if (!this.owner.hasWork) this.readJournal();
      this.turnSoon();
      if (this.owner.hasDecided) this.kick();
    } catch (error) {
      this.end(error);
    }
  }

  private readJournal(): void {
    this.lookUp(this.owner.takeLookUps());
  }

  private turnSoon(): void {
    if (this.isTurnComing || this.stopped || !this.owner.hasWork) return;
    this.isTurnComing = true;
    this.deps.timing.soon(() => {
      this.isTurnComing = false;
      this.work(TURN_COMMANDS);
    });
  }

  /** Whatever arrives in one turn of the event loop goes into one batch. */
  private kick(): void {
    if (this.isPumping || this.stopped) return;
    this.isPumping = true;
    this.deps.timing.soon(() => void this.pump());
  }

  private async pump(): Promise<void> {
    const { owner } = this;
    try {
      for (let effect = this.next(); effect && !owner.isEnded; effect = this.next()) {
        await carryOut(owner, effect, this.deps);
        if (owner.isEnded) {
          return this.end(new Fenced('another owner has written to the journal'));
        }
      }
    } catch (error) {
      this.end(error);
    } finally {
      this.isPumping = false;
    }
  }

  /** What was sealed makes room for more. */
  private next(): Effect | null {
    const effect = this.owner.next();
    if (effect) this.readJournal();
    this.turnSoon();
    return effect;
  }

  private end(why: unknown): void {
    if (this.stopped) return;
    this.stop();
    this.deps.ended(why);
  }
}

/**
 * One append to its end, however many attempts and reads it takes. While the database is away it waits:
 * the process is unready, refuses once its lease has run out, and goes on when the database answers.
 */
async function carryOut(owner: Owner, first: Effect, deps: DriverDeps): Promise<void> {
  const startedMs = deps.timing.monotonicMs();
  let wait = RETRY_MS;
  for (let effect: Effect | null = first; effect;) {
    const event = await perform(effect, deps.journal);
    const tookMs = deps.timing.monotonicMs() - startedMs;
    if (event.came === 'UNKNOWN') {
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
