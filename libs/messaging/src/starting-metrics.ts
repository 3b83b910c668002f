import { METRIC, counter } from '@astrolabe/telemetry';

const OUTCOMES = ['done', 'transient', 'rejected'] as const;

/** The counters of a group stand at 0 before its first message, so that its first dead letter is an increase. */
export function startConsumerMetrics(group: string, topics: readonly string[]): void {
  const sets = topics.map((topic) => ({ group, topic }));
  counter(METRIC.consumerRetries, 'Repeated handler calls', ['group', 'topic'], sets);
  counter(METRIC.consumerParked, 'Messages moved to a retry topic', ['group', 'topic'], sets);
  counter(METRIC.deadLetters, 'Messages moved to a dead-letter topic', ['group', 'topic'], sets);
  const handled = OUTCOMES.flatMap((outcome) => sets.map((set) => ({ ...set, outcome })));
  const labels = ['group', 'topic', 'outcome'] as const;
  counter(METRIC.consumerHandled, 'Handler calls by outcome', labels, handled);
}

/** The same for what a relay publishes. */
export function startRelayMetrics(topic: string): void {
  counter(METRIC.outboxPublished, 'Events published', ['topic'], [{ topic }]);
}
