import { parseArgs } from 'node:util';

/** What `npm start` was asked to do. */
export type Options = {
  /** Play the demonstration order after the start. */
  tour: boolean;
  /** End after the tour; the exit code tells whether every step was seen to succeed. */
  once: boolean;
  /** Keep the data of earlier starts instead of beginning with an empty system. */
  keep: boolean;
  kafkaBrokers: string | null;
  mongoUri: string | null;
  portOffset: number;
  otlpEndpoint: string | null;
};

export const USAGE = `npm start -- [--no-tour] [--once] [--keep]
  --no-tour   start everything, play no order
  --once      end after the tour; exit code 0 only if every step was seen to succeed
  --keep      keep the data of the last start (the tour needs a fresh system, so it is left out)
Variables: KAFKA_BROKERS, MONGODB_URI (use servers that run already), ASTROLABE_PORT_OFFSET,
ASTROLABE_CACHE, OTEL_EXPORTER_OTLP_ENDPOINT`;

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
      },
    }));
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const portOffset = Number(env['ASTROLABE_PORT_OFFSET'] ?? '0');
  if (!Number.isInteger(portOffset) || portOffset < 0 || portOffset > 50_000) {
    throw new OptionError('ASTROLABE_PORT_OFFSET is not a whole number from 0 to 50000');
  }
  return {
    tour: !values['no-tour'] && !values.keep,
    once: values.once,
    keep: values.keep,
    kafkaBrokers: env['KAFKA_BROKERS'] || null,
    mongoUri: env['MONGODB_URI'] || null,
    portOffset,
    otlpEndpoint: env['OTEL_EXPORTER_OTLP_ENDPOINT'] || null,
  };
}
