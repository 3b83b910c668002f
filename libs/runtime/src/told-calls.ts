import type { CallsTold, PlatformAccessServiceClient } from '@astrolabe/contracts/ingress';
import type { GrpcClient } from '@astrolabe/grpc';
import type { TrafficOutcome } from '@astrolabe/kernel';

/** What one report holds at most: further codes of further sellers are not told. */
const HELD_MAX = 1_000;
/** Calls of one kind in one report; more are not told. */
const COUNT_MAX = 10_000;
/** A platform may call its errors anything. */
const CODE_MAX = 60;

export type ToldCalls = {
  /** Costs no call: it is told with others, soon. */
  tell(sellerId: string, outcome: TrafficOutcome): void;
  /** Tells what has come since; what could not be told is told with the next. Throws why it was not. */
  flush(): Promise<void>;
};

/**
 * Tells the gateway, which keeps connections to platforms and their figures, what this service's calls came to. They are
 * figures: what a process had not told when it died is gone.
 */
export function createToldCalls(
  gateway: Pick<GrpcClient<PlatformAccessServiceClient>, 'call'>,
  platform: string,
): ToldCalls {
  let held = new Map<string, CallsTold>();
  const add = (told: CallsTold): void => {
    const key = JSON.stringify([told.sellerId, told.code]);
    const before = held.get(key);
    if (!before && held.size >= HELD_MAX) return;
    // What came last stands last: a later answer ends a wait.
    held.delete(key);
    held.set(key, { ...told, count: Math.min((before?.count ?? 0) + told.count, COUNT_MAX) });
  };
  return {
    tell: (sellerId, { code, waitsUntil = null }) =>
      add({
        sellerId,
        code: code.slice(0, CODE_MAX),
        count: 1,
        waitsUntil: waitsUntil ?? undefined,
      }),
    flush: async () => {
      const calls = [...held.values()];
      if (calls.length === 0) return;
      held = new Map();
      try {
        await gateway.call('tellCalls', { platform, calls });
      } catch (error) {
        const since = [...held.values()];
        held = new Map();
        for (const told of [...calls, ...since]) add(told);
        throw error;
      }
    },
  };
}
