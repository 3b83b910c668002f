import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PORT_OFFSET_MAX } from './server-ports.ts';

/** What `npm start` was asked to do. */
export type Options = {
  /** Play the demonstration order after the start. */
  tour: boolean;
  /** End after the tour; the exit code tells whether every step was seen to succeed. */
  once: boolean;
  /** Keep the data of earlier starts instead of beginning with an empty system. */
  keep: boolean;
  /** Run the services in one process. */
  oneProcess: boolean;
  kafkaBrokers: string | null;
  mongoUri: string | null;
  portOffset: number;
  otlpEndpoint: string | null;
};

/** The help text; `bin/run.mjs` prints the same file before anything is installed. */
export const readUsage = (): string =>
  readFileSync(join(import.meta.dirname, '../USAGE.txt'), 'utf8').trimEnd();

export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Reads the command line and the environment; throws OptionError with what is wrong. */
export function readOptions(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Options {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        'no-tour': { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        'one-process': { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const portOffset = Number(env['ASTROLABE_PORT_OFFSET'] ?? '0');
  if (!Number.isInteger(portOffset) || portOffset < 0 || portOffset > PORT_OFFSET_MAX) {
    throw new OptionError(
      `ASTROLABE_PORT_OFFSET is not a whole number from 0 to ${PORT_OFFSET_MAX}: the highest port would be none`,
    );
  }
  return {
    tour: !values['no-tour'] && !values.keep,
    once: values.once,
    keep: values.keep,
    oneProcess: values['one-process'],
    kafkaBrokers: env['KAFKA_BROKERS'] || null,
    mongoUri: env['MONGODB_URI'] || null,
    portOffset,
    otlpEndpoint: env['OTEL_EXPORTER_OTLP_ENDPOINT'] || null,
  };
}
