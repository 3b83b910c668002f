import type { TopicSpec } from '@astrolabe/contracts';
import { createMessaging } from '../src/index.ts';
import type { Messaging } from '../src/index.ts';

/** What the two processes of `poison.ts` share. */
export const GROUP = 'fulfillment';

export const POISONS = ['malformed', 'near', 'throws', 'unknown', 'beyond'] as const;
export type Kind = 'ordinary' | (typeof POISONS)[number];

/** In place as in production; parked for seconds instead of eleven minutes, so that a run has an end. */
export const RETRIES = {
  inPlaceDelaysMs: [100, 400, 1_600],
  parkedDelaysMs: [1_000, 3_000, 6_000],
} as const;

export type Asked = 'figures' | 'repair' | 'end';

/** Milliseconds from when a message was due to the end of its handling. */
export type Delays = Readonly<Record<'count' | 'p50' | 'p99' | 'max', number>>;

export type Figures = {
  /** Messages that are no poison, each counted once. */
  readonly handled: number;
  /** Processor time of the consumer, in seconds. */
  readonly cpuSeconds: number;
  /** Of keys without poison, or before it. */
  readonly others: Delays;
  /** Behind a poison of their own key: they wait with it. */
  readonly behind: Delays;
  /** Ids of what a replay brought. */
  readonly replays: readonly string[];
};

const silent = (): void => undefined;
export const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

export const topicOf = (name: string): TopicSpec => ({
  name,
  owner: 'bench',
  keyedBy: 'order',
  partitions: 6,
  retentionMs: 3_600_000,
  consumers: [GROUP],
});

export const messagingOf = (brokers: string): Messaging =>
  createMessaging({
    brokers: [brokers],
    clientId: 'bench',
    topicPrefix: '',
    logger: SILENT,
    onFatal: (error) => {
      throw error;
    },
    settings: RETRIES,
  });
