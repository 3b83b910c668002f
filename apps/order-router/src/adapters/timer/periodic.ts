/** Something that is started and stopped with the process. */
export type Periodic = { readonly name: string; start(): Promise<void>; stop(): Promise<void> };

/**
 * Runs `work` every `everyMs`, never twice at a time; the first run is at the start, because a crash
 * may have left something behind. A failure is reported and the next run comes as usual. Stopping
 * waits for the run that is under way.
 */
export function periodic(
  name: string,
  everyMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Periodic {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onError(error);
    }
    if (!stopped) timer = setTimeout(begin, everyMs);
  };
  const begin = (): void => {
    running = run();
  };
  return {
    name,
    start: () => {
      begin();
      return Promise.resolve();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
