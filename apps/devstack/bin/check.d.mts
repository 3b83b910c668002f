/** The part of a vitest JSON report that is counted. */
type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: 'passed' | 'failed' | 'pending' | 'skipped' | 'todo';
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
};

export function countTests(report: Report): { passed: number; failed: number; skipped: number };
export function outputOfFailed(output: string): string;
export function secondTriesOf(report: Report): { title: string; reason: string }[];
