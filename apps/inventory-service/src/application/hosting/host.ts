import { askAgain } from './ask-again.ts';
import type { Holder, Journal } from '../ports.ts';
import type { Replica } from '../partition/replica.ts';
import { catchUp, loadReplica } from './recover.ts';
import type { Leadership, LeadershipDeps } from './leadership.ts';
import { beginLeadership } from './leadership.ts';

/** One partition in this process: owned, or kept warm to take over. */
export type Host = {
  readonly partition: string;
  /** Runs until stopped; resolves at once when the partition is owned here or another process holds its lease. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * The leadership, once it has begun. Null at once while the lease of another process runs, so that the
   * caller goes there; null after a short wait when it has run out and the take-over is under way.
   */
  leadership(waitMs: number): Promise<Leadership | null>;
  /** The leadership if there is one now. */
  current(): Leadership | null;
  /** Where the partition is served when not here. */
  holder(): Holder | null;
};

const POLL_MS = 250;
const EXPIRY_MARGIN_MS = 20;
/** How long a call waits here for a partition of another process until it is refused. */
const TAKE_OVER_WAIT_MS = 500;

/**
 * Keeps a replica of the partition up to date and takes the partition over when its lease is free.
 * `fatal` is called when a leadership ends by itself: the state is dropped with the process.
 */
export function createHost(
  partition: string,
  owner: string,
  deps: LeadershipDeps & { readonly fatal: (error: unknown) => void },
): Host {
  const stopping = new AbortController();
  let current: Leadership | null = null;
  let holder: Holder | null = null;
  let heldUntilMs = 0;
  let running: Promise<void> = Promise.resolve();
  const begun = Promise.withResolvers<Leadership | null>();
  const settled = Promise.withResolvers<void>();

  const patient = patiently(partition, owner, deps, stopping.signal);
  const standBy = async (replica: Replica): Promise<Leadership | null> => {
    while (!stopping.signal.aborted) {
      await catchUp(replica, patient);
      const { answer, askedAtMs } = await patient.acquire();
      if ('lease' in answer) return await beginLeadership(replica, answer.lease, askedAtMs, deps);
      holder = answer.holder;
      heldUntilMs = askedAtMs + holder.leftMs;
      settled.resolve();
      const wait = Math.min(holder.leftMs + EXPIRY_MARGIN_MS, POLL_MS);
      await deps.timing.delay(wait, stopping.signal);
    }
    return null;
  };
  const run = async (): Promise<void> => {
    try {
      const replica = await loadReplica(partition, deps);
      const startedMs = deps.timing.monotonicMs();
      const loaded = replica.sequence;
      current = await standBy(replica);
      begun.resolve(current);
      settled.resolve();
      if (!current) return;
      holder = null;
      const { sequence, epoch, operations } = replica;
      const seconds = (deps.timing.monotonicMs() - startedMs) / 1_000;
      deps.notes.info({ partition, sequence, epoch, operations, loaded, seconds }, 'owned');
      void current.ended.then((why) => {
        if (!stopping.signal.aborted) deps.fatal(why);
      });
    } catch (error) {
      begun.resolve(null);
      settled.reject(error);
      throw error;
    }
  };
  return {
    partition,
    current: () => current,
    holder: () => holder,
    start: () => {
      running = run();
      running.catch((error: unknown) => {
        if (!stopping.signal.aborted) deps.fatal(error);
      });
      return settled.promise;
    },
    stop: async () => {
      stopping.abort();
      await running.catch(() => {});
      await current?.stop();
    },
    leadership: async (waitMs) => {
      if (current) return current;
      if (holder && deps.timing.monotonicMs() < heldUntilMs) return null;
      const waits = holder ? Math.min(waitMs, TAKE_OVER_WAIT_MS) : waitMs;
      return await Promise.race([begun.promise, deps.timing.delay(waits).then(() => current)]);
    },
  };
}

/** How a stand-by asks: its warm replica outlives the database, and is needed when that comes back. */
function patiently(partition: string, owner: string, deps: LeadershipDeps, signal: AbortSignal) {
  const { journal, leases, timing, notes } = deps;
  const goOn = (err: unknown, tookMs: number): boolean => {
    notes.warn({ err, partition, tookMs }, 'standing by is delayed');
    return !signal.aborted;
  };
  const patient = <T>(ask: () => Promise<T>): Promise<T> => askAgain(ask, timing, goOn, signal);
  return {
    ...deps,
    journal: {
      ...journal,
      readAfter: (...asked: Parameters<Journal['readAfter']>) =>
        patient(() => journal.readAfter(...asked)),
    },
    /** `askedAtMs`: when the answer was asked for, from where a lease counts. */
    acquire: () =>
      patient(async () => {
        const askedAtMs = timing.monotonicMs();
        return { askedAtMs, answer: await leases.acquire(partition, owner, deps.leaseTtlMs) };
      }),
  };
}
