/** Where messages of `topic` wait that `group` could not handle yet; without prefix. */
export const retryTopic = (topic: string, group: string): string => `${topic}.retry.${group}`;

/** Where messages of `topic` end that `group` cannot handle; without prefix. */
export const deadLetterTopic = (topic: string, group: string): string => `${topic}.dlq.${group}`;
