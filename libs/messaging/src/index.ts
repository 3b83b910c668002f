export { byType } from './by-type.ts';
export { SendQueueFull } from './batch-sender.ts';
export type {
  DeadLetter,
  DeadLetterCount,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterRef,
  DeadLetterReplay,
  DeadLetters,
} from './dead-letters.ts';
export { DeadLetterNotFound } from './dead-letters.ts';
export type { InboundEvent, OutgoingEvent } from './envelope.ts';
export { originOf } from './envelope.ts';
export type { Handle, HandlerOutcome } from './handling.ts';
export { MessageTooLarge } from './kafka-port.ts';
export type { MessagingLogger } from './kafka-port.ts';
export type {
  ConsumerSpec,
  Messaging,
  MessagingComponent,
  MessagingOptions,
  MessagingSettings,
  Publisher,
} from './messaging.ts';
export { MESSAGING_DEFAULTS, createMessaging } from './messaging.ts';
export type { OutboxRelay } from './outbox-relay.ts';
export type { AggregateOutbox, OutboxEvent, OutboxSource } from './outbox-source.ts';
export { TopicsNotReady } from './prepare-generation.ts';
export { deadLetterTopic, retryTopic } from './topic-names.ts';
export type { CreateTopicsOptions } from './topics-job.ts';
export { createTopics } from './topics-job.ts';
