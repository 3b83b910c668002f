import { status } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { BATCH_BYTES, failureOf } from './ask.ts';
import type { Answer, Ask } from './ask.ts';
import { openLine } from './line.ts';
import type { Line, LineEvents, Waiting } from './line.ts';

/** Carries the calls of one client. */
export type Carrier = {
  /** Resolves in any case; `plain` at once for what is too large, or where the server carries nothing. */
  ask(ask: Ask): Promise<Answer>;
  /** Lets running calls finish, and takes no more into the stream. */
  close(): void;
};

/** A stream without calls is ended after so long: a process that is done must be able to end. */
const IDLE_MS = 1_000;
/** A server that carries nothing is asked again after so long, when it may have been replaced. */
const PLAIN_MS = 60_000;
/** As the library says it; nothing was sent. */
const CLOSED = 'Channel closed before call started';

/**
 * What is asked for in one turn of the event loop goes as one message over one stream: a call by itself costs
 * a stream with its headers, trailers and objects, on both sides, which is ten times what the call says.
 * Deadlines, statuses, refusals and what they mean are those of gRPC.
 */
export function createCarrier(client: Client): Carrier {
  let line: Line | null = null;
  const unsent = new Set<Waiting>();
  let isScheduled = false;
  let idle: NodeJS.Timeout | undefined;
  let plainUntil = 0;

  const endIdle = (): void => {
    if (unsent.size > 0) return;
    line?.end();
    line = null;
  };
  const events: LineEvents = {
    onReady: () => {
      if (unsent.size > 0) schedule();
    },
    onIdle: () => {
      clearTimeout(idle);
      idle = setTimeout(endIdle, IDLE_MS);
      idle.unref();
    },
  };
  /** Null when the client has been closed: the library throws then. */
  const lineNow = (): Line | null => {
    if (line?.isOpen()) return line;
    try {
      line = openLine(client, events);
    } catch {
      line = null;
    }
    return line;
  };
  const flush = (): void => {
    isScheduled = false;
    if (unsent.size === 0) return;
    const open = lineNow();
    if (!open) {
      for (const { settle } of unsent) settle(failureOf(status.UNAVAILABLE, CLOSED));
      unsent.clear();
      return;
    }
    if (!open.isReady()) return;
    clearTimeout(idle);
    const calls = [...unsent];
    unsent.clear();
    open.send(calls);
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  };
  return {
    ask: async (ask) => {
      if (ask.request.length > BATCH_BYTES || performance.now() < plainUntil)
        return { kind: 'plain' };
      const told = inTime(ask, unsent);
      schedule();
      const answer = await told;
      if (answer.kind === 'plain') plainUntil = performance.now() + PLAIN_MS;
      return answer;
    },
    close: () => {
      clearTimeout(idle);
      if (unsent.size > 0) flush();
      line?.end();
      line = null;
    },
  };
}

/** Puts a call among those to be sent; it fails when its time is over, sent or not. */
function inTime(ask: Ask, unsent: Set<Waiting>): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const waiting: Waiting = {
    ask,
    settle: (answer) => {
      clearTimeout(timer);
      resolve(answer);
    },
  };
  const timer = setTimeout(() => {
    unsent.delete(waiting);
    resolve(failureOf(status.DEADLINE_EXCEEDED, 'Deadline exceeded'));
  }, ask.deadline.getTime() - Date.now());
  unsent.add(waiting);
  return promise;
}
