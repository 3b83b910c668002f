import { setTimeout as delay } from 'node:timers/promises';
import type { MessagingLogger } from './kafka-port.ts';
import type { OutboxSource, Trim } from './outbox-source.ts';

/** Takes published events out of their outboxes, beside the publication of the next ones. */
export type OutboxTrimmer = {
  /** Resolves at once unless too much waits already. A failure is left to the recovery scan. */
  add(trims: readonly Trim[]): Promise<void>;
  /** Highest sequence that is published and on its way out of the outbox. */
  publishedOf(id: string): bigint;
  /** Resolves when nothing is left to trim. */
  idle(): Promise<void>;
};

const WAITING_MAX = 2_000;
/** An aggregate that goes on telling is trimmed once for all that it told meanwhile. */
const LINGER_MS = 500;

/**
 * One write at a time for everything that has been published since the last one, after a pause: the
 * trims of many batches become one, and publishing never waits for the database to forget.
 */
export function createOutboxTrimmer(source: OutboxSource, logger: MessagingLogger): OutboxTrimmer {
  let waiting = new Map<string, bigint>();
  let writing = new Map<string, bigint>();
  /** Kept for reads that began before the last write ended. */
  let written = new Map<string, bigint>();
  let running: Promise<void> | undefined;
  let hurry = new AbortController();

  const write = async (): Promise<void> => {
    while (waiting.size > 0) {
      await delay(LINGER_MS, undefined, { signal: hurry.signal }).catch(() => undefined);
      writing = waiting;
      waiting = new Map();
      const trims = [...writing].map(([id, upToSequence]) => ({ id, upToSequence }));
      try {
        if (source.trimMany !== undefined) await source.trimMany(trims);
        else for (const { id, upToSequence } of trims) await source.trim(id, upToSequence);
        written = writing;
      } catch (error) {
        // Forgotten, so that the recovery scan publishes and trims these again.
        logger.warn({ err: error, topic: source.topic }, 'outbox not trimmed yet');
      }
      writing = new Map();
    }
    running = undefined;
    hurry = new AbortController();
  };
  return {
    add: async (trims) => {
      if (trims.length === 0) return;
      for (const { id, upToSequence } of trims) {
        const known = waiting.get(id) ?? 0n;
        waiting.set(id, known > upToSequence ? known : upToSequence);
      }
      running ??= write();
      if (waiting.size <= WAITING_MAX) return;
      hurry.abort();
      await running;
    },
    publishedOf: (id) => waiting.get(id) ?? writing.get(id) ?? written.get(id) ?? 0n,
    idle: async () => {
      hurry.abort();
      await running;
    },
  };
}
