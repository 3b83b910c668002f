import type { Logger } from './logger.ts';

/**
 * The first try of work that a queue goes on with, for whoever asks for it: they wait for it `withinMs` milliseconds at
 * the most, and a try that fails is a line of the log.
 */
export const firstTry =
  <T>(
    work: (of: T) => Promise<void>,
    { withinMs, logger, failed }: { withinMs: number; logger: Logger; failed: string },
  ) =>
  async (of: T): Promise<void> => {
    const timer = Promise.withResolvers<void>();
    const handle = setTimeout(timer.resolve, withinMs);
    const tried = work(of).catch((err: unknown) => logger.error({ err }, failed));
    try {
      await Promise.race([tried, timer.promise]);
    } finally {
      clearTimeout(handle);
    }
  };
