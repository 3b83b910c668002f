import { METRIC, gauge } from '@astrolabe/telemetry';
import { committedOf } from './generation.ts';
import type { Generation, HeldPartition } from './generation.ts';
import { waitFor } from './handling.ts';
import type { KafkaClient, MessagingLogger } from './kafka-port.ts';

/** Measures how far a group is behind: the end of each held partition less what is committed. */
export type LagMeter = {
  /** Measures from now on, also while nothing is fetched, until the generation ends. */
  follow(generation: Generation): void;
  /** Sets the series of one partition. */
  measure(held: HeldPartition): void;
  /** Removes the series of all partitions that the generation held. */
  forget(generation: Generation): void;
};

const EVERY_MS = 10_000;
/** Of partitions that are fetched the end is known by what comes; all are asked for once in so many times. */
const ALL_EVERY = 6;

export function createLagMeter(options: {
  readonly client: KafkaClient;
  readonly group: string;
  readonly topicPrefix: string;
  readonly logger: MessagingLogger;
}): LagMeter {
  const { client, group, topicPrefix, logger } = options;
  const series = gauge(METRIC.consumerLag, 'Messages of a partition that are not committed', [
    'group',
    'topic',
    'partition',
  ]);
  const labels = ({ topic, partition }: HeldPartition) => ({
    group,
    topic: topic.slice(topicPrefix.length),
    partition,
  });
  const measure = (held: HeldPartition): void => {
    const lag = held.high - committedOf(held);
    series.set(labels(held), lag > 0n ? Number(lag) : 0);
  };
  const refresh = async (generation: Generation, all: boolean): Promise<void> => {
    const asked = [...generation.partitions.values()].filter((held) => all || isBehind(held));
    if (asked.length === 0) return;
    const topics = new Set(asked.map(({ topic }) => topic));
    const admin = client.admin();
    try {
      await admin.connect();
      for (const topic of topics) {
        for (const { partition, high } of await admin.ranges(topic)) {
          const held = generation.partitions.get(`${topic}/${partition}`);
          if (held === undefined || generation.ended.signal.aborted) continue;
          held.high = high;
          measure(held);
        }
      }
    } catch (error) {
      logger.debug({ err: error, group }, 'lag not measured');
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  };
  const run = async (generation: Generation): Promise<void> => {
    const { signal } = generation.ended;
    await generation.prepared;
    if (signal.aborted) return;
    for (const held of generation.partitions.values()) measure(held);
    await waitFor(EVERY_MS, signal);
    for (let round = 1; !signal.aborted; round += 1) {
      await refresh(generation, round % ALL_EVERY === 0);
      await waitFor(EVERY_MS, signal);
    }
  };
  return {
    follow: (generation) => {
      // A generation that could not be prepared is reported by whoever began it.
      run(generation).catch(() => undefined);
    },
    measure,
    forget: (generation) => {
      for (const held of generation.partitions.values()) series.remove(labels(held));
    },
  };
}

/** What has come and is not done, or comes and is not fetched: only the brokers know where it ends. */
const isBehind = (held: HeldPartition): boolean => held.paused || committedOf(held) < held.high;
