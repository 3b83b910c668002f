/** What a run of load came to; operations per second and milliseconds. */
export type Figures = {
  readonly offered: number;
  readonly achieved: number;
  readonly dropped: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

export type Load = {
  /** Sends one request; resolves when it is answered. */
  readonly send: () => Promise<void>;
  /** Operations of one request. */
  readonly weight: number;
  /** Requests that may be unanswered at a time. */
  readonly inFlight: number;
};

const TICK_MS = 1;

/**
 * Open loop: requests arrive on schedule whether or not the system keeps up, and latency counts from
 * the moment of arrival. One that finds all slots busy waits for the next free one; when as many
 * wait already as there are slots, it is dropped. What waits when the time is over is not sent.
 */
export async function openLoop(
  load: Load,
  operationsPerSecond: number,
  seconds: number,
): Promise<Figures> {
  const perMs = operationsPerSecond / load.weight / 1_000;
  const latencies: number[] = [];
  const waiting: number[] = [];
  let isOver = false;
  let inFlight = 0;
  let arrived = 0;
  let dropped = 0;
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  const { promise: finished, resolve: finish, reject: fail } = Promise.withResolvers<void>();
  const send = (arrivedMs: number): void => {
    inFlight += 1;
    void load.send().then(() => {
      inFlight -= 1;
      latencies.push(performance.now() - arrivedMs);
      if (!isOver) dispatch();
      else if (inFlight === 0) finish();
    }, fail);
  };
  const dispatch = (): void => {
    const due = Math.floor((Math.min(performance.now(), endMs) - startMs) * perMs);
    while (waiting.length > 0 && inFlight < load.inFlight) send(waiting.shift() ?? startMs);
    for (; arrived < due; arrived += 1) {
      const arrivedMs = startMs + arrived / perMs;
      if (inFlight < load.inFlight) send(arrivedMs);
      else if (waiting.length < load.inFlight) waiting.push(arrivedMs);
      else dropped += 1;
    }
  };
  const timer = setInterval(dispatch, TICK_MS);
  setTimeout(() => {
    isOver = true;
    dropped += waiting.length;
    clearInterval(timer);
    if (inFlight === 0) finish();
  }, seconds * 1_000);
  await finished;
  latencies.sort((a, b) => a - b);
  const tookSeconds = (performance.now() - startMs) / 1_000;
  return {
    offered: Math.round((arrived * load.weight) / seconds),
    achieved: Math.round((latencies.length * load.weight) / tookSeconds),
    dropped: Math.round((dropped * load.weight) / seconds),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

/** Closed loop: every slot sends its next request as soon as it is answered. Operations per second. */
export async function capacity(load: Load, seconds: number): Promise<number> {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  let answered = 0;
  const slot = async (): Promise<void> => {
    while (performance.now() < endMs) {
      await load.send();
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: load.inFlight }, slot));
  return (answered * load.weight * 1_000) / (performance.now() - startMs);
}

function percentile(sorted: readonly number[], share: number): number {
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return Math.round((sorted[at] ?? 0) * 100) / 100;
}
