import { createRequire } from 'node:module';

/** The fields of kafkajs 2.2.4 `src/network/requestQueue/index.js` that the patch touches. */
type RequestQueue = {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
};
type RequestQueuePrototype = { scheduleCheckPendingRequests(this: RequestQueue): void };

const CHECK_INTERVAL_MS = 10;

/** With nothing to send there is nothing to check: `push` schedules the next check itself. */
function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttledMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledMs > 0 ? throttledMs : CHECK_INTERVAL_MS,
  );
}

const prototypeOf = (): RequestQueuePrototype => {
  const require = createRequire(import.meta.url);
  const queue = require('kafkajs/src/network/requestQueue/index.js') as {
    prototype: RequestQueuePrototype;
  };
  return queue.prototype;
};

/**
 * Stops kafkajs from polling each broker connection every millisecond with a negative time-out,
 * which costs about 3 % of a core in an idle process and prints `TimeoutNegativeWarning` on Node 24
 * (tulios/kafkajs issue 1751; the fixes 1755 and 1768 are not merged).
 *
 * @throws Error when the installed kafkajs no longer has the method that is replaced.
 */
export function patchIdlePoll(): void {
  const prototype = prototypeOf();
  if (typeof prototype.scheduleCheckPendingRequests !== 'function') {
    throw new Error('kafkajs has changed: scheduleCheckPendingRequests is gone, review the patch');
  }
  prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
}

/** Whether the running kafkajs has the patch. */
export function isIdlePollPatched(): boolean {
  return prototypeOf().scheduleCheckPendingRequests === scheduleCheckPendingRequests;
}
