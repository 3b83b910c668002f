import { logLevel } from 'kafkajs';
import type { LogEntry, logCreator } from 'kafkajs';
import type { MessagingLogger, TopicPartition } from '../kafka-port.ts';

/** Noise of a group that forms or of a broker that restarts; kafkajs retries all of it itself. */
const PASSING =
  /rebalanc|coordinator|not the leader|leadership|does not host this topic|Connection (error|timeout)|Closed connection|ECONNREFUSED|ECONNRESET|Failed to connect|Restarting the consumer|re-joining/i;

/** What kafkajs 2.2.4 (src/consumer/consumerGroup.js) says of it; there is no event. */
const RESET = 'Offset out of range, resetting to default offset';

function reportReset(
  { groupId, topic, partition }: Readonly<Record<string, unknown>>,
  onReset: (group: string, at: TopicPartition) => void,
): void {
  if (typeof groupId !== 'string' || typeof topic !== 'string') return;
  onReset(groupId, { topic, partition: Number(partition) });
}

/**
 * Writes kafkajs' log lines to our logger. kafkajs logs errors that it retries at ERROR; those are
 * warnings here, because an alert must mean that somebody has to act. Crashes stay errors.
 */
export function logTo(
  logger: MessagingLogger,
  onReset: (group: string, at: TopicPartition) => void,
): logCreator {
  return () =>
    ({ namespace, level, log }: LogEntry) => {
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } = log;
      if (message.startsWith(RESET)) reportReset(fields, onReset);
      const detail = { kafkajs: namespace, ...fields };
      const error = typeof fields['error'] === 'string' ? fields['error'] : '';
      if (level === logLevel.ERROR && !PASSING.test(`${message} ${error}`))
        logger.error(detail, message);
      else if (level === logLevel.ERROR || level === logLevel.WARN) logger.warn(detail, message);
      else logger.debug(detail, message);
    };
}
