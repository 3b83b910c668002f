import type { TopicSpec } from '@astrolabe/contracts';
import type { BatchSender } from './batch-sender.ts';
import type { Committer } from './committer.ts';
import type { Generation } from './generation.ts';
import type { Handle } from './handling.ts';
import type { KafkaClient, MessagingLogger, Subscription } from './kafka-port.ts';
import type { LagMeter } from './lag-meter.ts';
import type { Slots } from './lanes.ts';
import type { Outages } from './outages.ts';
import type { Processor, RetrySettings } from './processor.ts';
import type { Turns } from './turns.ts';

export type ConsumerOptions = {
  readonly client: KafkaClient;
  readonly sender: BatchSender;
  readonly group: string;
  readonly topicPrefix: string;
  readonly topics: readonly TopicSpec[];
  readonly handle: Handle;
  /** Handler calls at the same time. */
  readonly concurrency: number;
  /** Fetches what has come in a while, and not each message as it comes. */
  readonly leisurely: boolean;
  readonly retries: RetrySettings;
  readonly logger: MessagingLogger;
  readonly onFatal: (error: unknown) => void;
};

/** One member of a consumer group: its settings, its parts and what it holds now. */
export type Member = {
  readonly options: ConsumerOptions;
  readonly subscription: Subscription;
  readonly committer: Committer;
  readonly lag: LagMeter;
  readonly processor: Processor;
  readonly turns: Turns;
  readonly slots: Slots;
  readonly outages: Outages;
  /** Full name of a retry topic to the plain name of its main topic, and the same for main topics. */
  readonly plainOfRetry: ReadonlyMap<string, string>;
  readonly plainOfMain: ReadonlyMap<string, string>;
  generation: Generation | undefined;
  generations: number;
  lastAliveAt: number | undefined;
  stopped: boolean;
};
