import { createRequire } from 'node:module';

/** The fields of kafkajs 2.2.4 `src/network/requestQueue/index.js` that the patch touches. */
type RequestQueue = {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  readonly enforceRequestTimeout: boolean;
  readonly inflight: ReadonlyMap<number, SocketRequest>;
  requestTimeoutIntervalId: NodeJS.Timeout | null;
  isConnected(): boolean;
  destroy(): void;
};
type SocketRequest = {
  readonly sentAt: number;
  readonly requestTimeout: number;
  timeoutRequest(): void;
};
type RequestQueuePrototype = {
  scheduleCheckPendingRequests(this: RequestQueue): void;
  scheduleRequestTimeoutCheck(this: RequestQueue): void;
};

const CHECK_INTERVAL_MS = 10;
/** Requests have thirty seconds and more. */
const LATE_INTERVAL_MS = 1_000;

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

function scheduleRequestTimeoutCheck(this: RequestQueue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  this.requestTimeoutIntervalId = setInterval(() => {
    for (const request of this.inflight.values()) {
      if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
    }
    if (!this.isConnected()) this.destroy();
  }, LATE_INTERVAL_MS);
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
 * (tulios/kafkajs issue 1751; the fixes 1755 and 1768 are not merged), and from looking ten times a second on each
 * connection for requests that are late.
 *
 * @throws Error when the installed kafkajs no longer has the methods that are replaced.
 */
export function patchIdlePoll(): void {
  const prototype = prototypeOf();
  const replacements = { scheduleCheckPendingRequests, scheduleRequestTimeoutCheck };
  for (const name of ['scheduleCheckPendingRequests', 'scheduleRequestTimeoutCheck'] as const) {
    if (typeof prototype[name] !== 'function') {
      throw new Error(`kafkajs has changed: ${name} is gone, review the patch`);
    }
    prototype[name] = replacements[name];
  }
}

/** Whether the running kafkajs has the patch. */
export function isIdlePollPatched(): boolean {
  const prototype = prototypeOf();
  return (
    prototype.scheduleCheckPendingRequests === scheduleCheckPendingRequests &&
    prototype.scheduleRequestTimeoutCheck === scheduleRequestTimeoutCheck
  );
}
