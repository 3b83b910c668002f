/** What a process has done so far: the bytes of its log and its processor time. */
export type Activity = { logBytes: number; cpuMs: number };

/** When to speak about a start that takes long, and when to give it up; all in ms. */
export type Patience = {
  firstNoticeMs: number;
  noticeEveryMs: number;
  /** A start that does nothing for this long is given up. */
  quietMs: number;
  /** A start that goes on and on is given up. */
  maxMs: number;
};

export const START_PATIENCE: Patience = {
  firstNoticeMs: 10_000,
  noticeEveryMs: 20_000,
  quietMs: 60_000,
  maxMs: 15 * 60_000,
};

/** An idle process with timers needs less than this in the quiet time; one that works, far more. */
const CPU_OF_WORK_MS = 250;

export type Verdict = 'wait' | 'notice' | 'quiet' | 'too long';

/** Follows one start: whether it goes on, and what to do about it. */
export type StartWatch = {
  look(nowMs: number, activity: Activity): Verdict;
};

/** A watch over a start that began at `startMs`. Progress is a log that grows, or processor time. */
export function watchStart(patience: Patience, startMs: number): StartWatch {
  let mark: Activity = { logBytes: 0, cpuMs: 0 };
  let markMs = startMs;
  let noticeMs = startMs + patience.firstNoticeMs;
  return {
    look: (nowMs, activity) => {
      const grown = activity.logBytes !== mark.logBytes;
      if (grown || activity.cpuMs - mark.cpuMs >= CPU_OF_WORK_MS) {
        mark = activity;
        markMs = nowMs;
      }
      if (nowMs - markMs >= patience.quietMs) return 'quiet';
      if (nowMs - startMs >= patience.maxMs) return 'too long';
      if (nowMs < noticeMs) return 'wait';
      noticeMs = nowMs + patience.noticeEveryMs;
      return 'notice';
    },
  };
}
