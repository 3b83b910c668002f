import { setTimeout as sleep } from 'node:timers/promises';
import type { Timing } from '../../application/ports.ts';

export const processTiming: Timing = {
  monotonicMs: () => performance.now(),
  soon: (run) => void setImmediate(run),
  delay: async (ms, signal) => {
    try {
      await sleep(ms, undefined, { ref: false, ...(signal && { signal }) });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
