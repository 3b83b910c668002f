import { setTimeout as delay } from 'node:timers/promises';
import { percentiles } from '../../domain/latencies.ts';
import type { Percentiles } from '../../domain/latencies.ts';
import type { Seller } from '../../domain/seller.ts';
import { redeliver } from './redeliver.ts';
import type { Pos } from './pos.ts';
import { exampleLine } from './tmall.ts';
import type { Tmall, Trade } from './tmall.ts';

export type LoadRequest = {
  orders: number;
  ratePerSecond: number;
  timeoutMs: number;
  /** How many messages of Tmall are under way; as many as usual when absent. */
  callsAtOnce?: number | undefined;
};

export type LoadReport = {
  orders: number;
  ratePerSecond: number;
  /** Orders per second that were sent, and that were completed, over the run. */
  offered: number;
  achieved: number;
  /** Not taken, not completed, or not in time. */
  dropped: number;
  /** Why those that ended did not complete; the other dropped ones were not done in time. */
  failures: Record<string, number>;
  paidToNotifiedMs: Percentiles;
  endToEndMs: Percentiles;
};

export type LoadDeps = {
  tmall: Tmall;
  pos: Pos;
  ticks: () => number;
  newTradeId: () => string;
  remember: (trade: Trade) => void;
  /** Lets Tmall have so many calls under way; without a number as many as usual. */
  allow: (callsAtOnce?: number) => void;
  /** Calls back when the autopilot is through with a trade. */
  onCompleted: (listener: (tid: string, failure: string | null) => void) => () => void;
};

type Progress = {
  paidAt: number;
  notifiedAt: number | null;
  doneAt: number | null;
  failure: string | null;
  isOver: boolean;
};

/**
 * Open-loop load: trades are paid at a fixed rate whatever the platform does, so a slow platform
 * shows as latency and drops, not as a lower offer. The seller's store answers by itself.
 */
export async function runLoad(
  deps: LoadDeps,
  seller: Seller,
  { orders, ratePerSecond, timeoutMs, callsAtOnce }: LoadRequest,
): Promise<LoadReport> {
  const progress = new Map<string, Progress>();
  const pushes: Promise<void>[] = [];
  let open = 0;
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const settle = (one: Progress | undefined): void => {
    if (!one || one.isOver) return;
    one.isOver = true;
    open -= 1;
    if (open === 0 && pushes.length === orders) finish();
  };
  const stopNotified = deps.pos.onAllocation(({ tid, receivedAtMs }) => {
    const one = progress.get(tid);
    if (one && one.notifiedAt === null) one.notifiedAt = receivedAtMs;
  });
  const stopCompleted = deps.onCompleted((tid, failure) => {
    const one = progress.get(tid);
    // A store that was told twice answers twice.
    if (!one || one.isOver) return;
    if (failure === null) one.doneAt = deps.ticks();
    else one.failure = failure;
    settle(one);
  });

  deps.allow(callsAtOnce);
  const startedAt = deps.ticks();
  for (let n = 0; n < orders; n += 1) {
    const wait = startedAt + (n * 1000) / ratePerSecond - deps.ticks();
    if (wait > 1) await delay(wait);
    open += 1;
    const tid = deps.newTradeId();
    const one: Progress = {
      paidAt: deps.ticks(),
      notifiedAt: null,
      doneAt: null,
      failure: null,
      isOver: false,
    };
    progress.set(tid, one);
    pushes.push(
      pay(deps, seller, tid).then((taken) => {
        if (taken) return;
        one.failure = 'payment not taken';
        settle(one);
      }),
    );
  }
  const offeredFor = (deps.ticks() - startedAt) / 1000;
  const abort = new AbortController();
  await Promise.race([
    finished,
    delay(timeoutMs, undefined, { signal: abort.signal }).catch(() => {}),
  ]);
  abort.abort();
  stopNotified();
  stopCompleted();
  deps.allow();
  return reportOf([...progress.values()], { orders, ratePerSecond, startedAt, offeredFor });
}

async function pay(deps: LoadDeps, seller: Seller, tid: string): Promise<boolean> {
  const line = exampleLine((BigInt(tid) + 1n).toString());
  const trade = { tid, lines: [{ ...line, num: 1 }], paidAt: new Date() };
  deps.remember(trade);
  const tell = () => deps.tmall.tell(seller, trade, 'paid');
  return await redeliver(tell, ({ taken }) => taken)
    .then(({ taken }) => taken)
    .catch(() => false);
}

function reportOf(
  all: readonly Progress[],
  run: { orders: number; ratePerSecond: number; startedAt: number; offeredFor: number },
): LoadReport {
  const done = all.flatMap(({ paidAt, doneAt }) => (doneAt === null ? [] : [doneAt - paidAt]));
  const notified = all.flatMap(({ paidAt, notifiedAt }) =>
    notifiedAt === null ? [] : [notifiedAt - paidAt],
  );
  const lastDone = Math.max(run.startedAt, ...all.map(({ doneAt }) => doneAt ?? 0));
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return {
    orders: run.orders,
    ratePerSecond: run.ratePerSecond,
    offered: rounded(run.orders / Math.max(run.offeredFor, 0.001)),
    achieved: rounded(done.length / Math.max((lastDone - run.startedAt) / 1000, 0.001)),
    dropped: run.orders - done.length,
    failures: countsOf(all.flatMap(({ failure }) => (failure === null ? [] : [failure]))),
    paidToNotifiedMs: percentiles(notified),
    endToEndMs: percentiles(done),
  };
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
