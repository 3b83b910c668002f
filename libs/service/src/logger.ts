import { currentTraceparent } from '@astrolabe/telemetry';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { hideInText, hideSensitive } from './redaction.ts';

export type { Logger } from 'pino';

/**
 * Standard output, written line by line. pino's default writes in the background: the flush that a
 * fatal line forces then overtakes lines still on their way, and `process.exit` may lose them.
 */
function standardOutput(): DestinationStream {
  return pino.destination({ dest: 1, sync: true });
}

/** The message that pino would take from an error logged without one. */
function messageOf(first: unknown): string[] {
  const error = first instanceof Error ? first : (first as { err?: unknown } | null)?.err;
  return error instanceof Error ? [error.message] : [];
}

/** JSON lines with ISO time, the active trace, and nothing that must stay private. */
export function createLogger(
  options: { service: string; level: string },
  destination: DestinationStream = standardOutput(),
): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => hideSensitive(fields) as Record<string, unknown>,
    },
    hooks: {
      // The message and its arguments do not pass through the formatters.
      logMethod(args: unknown[], method: (...args: unknown[]) => void) {
        const [first, ...rest] = args;
        const head = typeof first === 'string' ? hideInText(first) : first;
        const tail = rest.length > 0 ? rest : messageOf(first);
        method.apply(this, [head, ...tail.map((part) => hideSensitive(part))]);
      },
    },
    serializers: { err: (error: unknown) => error },
    mixin: () => {
      const traceparent = currentTraceparent();
      if (traceparent === undefined) return {};
      const [, trace_id, span_id] = traceparent.split('-');
      return { trace_id, span_id };
    },
  };
  const logger = pino(settings, destination);
  // pino formats the fields of a line, but not those that a child is made with. Children are made
  // from their parent by prototype, so this one method covers every generation.
  const makeChild: unknown = Reflect.get(logger, 'child');
  Object.defineProperty(logger, 'child', {
    value(this: Logger, fields: object, ...rest: []) {
      return Reflect.apply(makeChild as () => Logger, this, [hideSensitive(fields), ...rest]);
    },
  });
  return logger;
}
