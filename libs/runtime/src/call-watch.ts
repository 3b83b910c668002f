import type { CallWatch } from '@astrolabe/outbound';
import type { Logger } from '@astrolabe/service';
import { attemptsOf } from '@astrolabe/telemetry';

/** Counts the attempts of one kind of durable call, and logs the errors that they end with. */
export const watchCalls = (call: string, logger: Logger): CallWatch => ({
  attempted: attemptsOf(call),
  threw: (err) => logger.error({ err, call }, 'a call ended with an error'),
});
