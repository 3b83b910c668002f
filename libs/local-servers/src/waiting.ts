/** A start that takes long: what is not ready, for how long, and what it waits for, in words. */
export type Waiting = { name: string; elapsedMs: number; waitsFor: string };

/** What is not ready yet, in one line; `reason` is why it may take so long. */
export function waitingInWords(all: readonly Waiting[], reason: string): string {
  const seconds = Math.max(0, ...all.map(({ elapsedMs }) => elapsedMs)) / 1_000;
  const parts = [...Map.groupBy(all, ({ waitsFor }) => waitsFor)].map(([waitsFor, those]) => {
    const names = [...new Set(those.map(({ name }) => name))];
    return `${names.join(', ')} ${names.length > 1 ? 'wait' : 'waits'} for ${waitsFor}`;
  });
  return `not ready after ${seconds.toFixed(0)} s: ${parts.join('; ')}; ${reason}`;
}

/** Starts that go on side by side take long at about the same time. */
const TOGETHER_MS = 2_000;

/** Gathers what several starts report at about the same time, so that it is one line and no flood. */
export function gatherWaiting(
  say: (all: readonly Waiting[]) => void,
  togetherMs = TOGETHER_MS,
): (waiting: Waiting) => void {
  let gathered: Waiting[] = [];
  return (waiting) => {
    gathered.push(waiting);
    if (gathered.length > 1) return;
    setTimeout(() => {
      const all = gathered;
      gathered = [];
      say(all);
    }, togetherMs).unref();
  };
}
