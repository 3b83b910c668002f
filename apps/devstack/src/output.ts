/** Where the run tells its progress. */
export type Output = {
  line(text: string): void;
  heading(text: string): void;
  problem(text: string): void;
  /** Runs a step and tells its name, its outcome and how long it took. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Plain lines: readable in a terminal and in a log alike. */
export function createConsoleOutput(write: (text: string) => void): Output {
  const line = (text: string) => write(`${text}\n`);
  return {
    line,
    heading: (text) => line(`\n== ${text}`),
    problem: (text) => line(`\nPROBLEM: ${text}`),
    step: async (name, work) => {
      const startedAt = performance.now();
      try {
        const result = await work();
        line(`  ok      ${name} (${seconds(performance.now() - startedAt)})`);
        return result;
      } catch (error) {
        line(`  FAILED  ${name} (${seconds(performance.now() - startedAt)})`);
        throw error;
      }
    },
  };
}
