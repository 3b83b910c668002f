import type { ServerResponse } from 'node:http';
import type { Clerk, Feeds } from '../../application/store-ports.ts';
import { entriesAfter } from '../../domain/feed.ts';
import type { Feed } from '../../domain/feed.ts';
import { clerkOf } from './routes.ts';
import type { Routes, WhoIs } from './routes.ts';
import { refuse } from './session.ts';

const STREAMS_MAX = 1_000;
const LOOK_MS = 500;
/** Below the server's 15 s, after which a silent connection is closed. */
const HEARTBEAT_MS = 5_000;
/** What a slow page may leave unread; it resumes where it was. */
const UNREAD_BYTES_MAX = 64 * 1024;

type Stream = { clerk: Clerk; token: string; to: ServerResponse; last: number; beatAt: number };

export type LiveDeps = {
  feeds: Pick<Feeds, 'load'>;
  whoIs: WhoIs;
  /** Milliseconds of a clock that only goes forward. */
  nowMs: () => number;
  onError: (error: unknown) => void;
};

const storeKey = ({ sellerId, storeId }: Clerk): string => `${sellerId}/${storeId}`;

const messageOf = (id: number, event: string, data: unknown): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The streams that are open, and what is written to them. */
function createStreams({ whoIs, nowMs }: Pick<LiveDeps, 'whoIs' | 'nowMs'>) {
  const streams = new Set<Stream>();
  const drop = (stream: Stream): void => {
    streams.delete(stream);
    stream.to.end();
  };
  const tell = (stream: Stream, feed: Feed): void => {
    const entries = entriesAfter(feed, stream.last);
    if (entries === null) stream.to.write(messageOf(feed.last, 'reset', {}));
    for (const { number, kind, orderRef, allocation, at, operator } of entries ?? []) {
      stream.to.write(messageOf(number, 'news', { kind, orderRef, allocation, at, operator }));
    }
    stream.last = feed.last;
    if (stream.to.writableLength > UNREAD_BYTES_MAX) drop(stream);
  };
  /** Whether the session goes on, and its clerk works at the same store. */
  const isStillAt = async ({ token, clerk }: Stream): Promise<boolean> => {
    const found = await whoIs(token);
    const now = found && clerkOf(found.user);
    return now !== null && storeKey(now) === storeKey(clerk);
  };
  return {
    all: streams,
    drop,
    tell,
    open: (stream: Stream, feed: Feed): void => {
      streams.add(stream);
      stream.to.on('close', () => streams.delete(stream));
      stream.to.on('error', () => streams.delete(stream));
      stream.to.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      stream.to.write(`retry: 2000\n${messageOf(stream.last, 'hello', {})}`);
      tell(stream, feed);
    },
    /** Keeps a quiet line open; logging out, or losing the account, ends it. */
    beat: async (stream: Stream): Promise<void> => {
      if (nowMs() - stream.beatAt < HEARTBEAT_MS) return;
      stream.beatAt = nowMs();
      if (!(await isStillAt(stream))) return drop(stream);
      stream.to.write(': alive\n\n');
    },
  };
}

/**
 * What happens at a store, as server-sent events. The feed is in the database: a page may resume at
 * any process, and entries that are no longer kept are told as `reset`.
 */
export function createLive({ feeds, whoIs, nowMs, onError }: LiveDeps) {
  const streams = createStreams({ whoIs, nowMs });

  const look = async (): Promise<void> => {
    for (const [key, group] of Map.groupBy(streams.all, ({ clerk }) => storeKey(clerk))) {
      const [first] = group;
      if (!first) throw new TypeError(`nobody listens to ${key}`);
      const feed = await feeds.load(first.clerk);
      for (const stream of group) if (streams.all.has(stream)) streams.tell(stream, feed);
    }
    for (const stream of streams.all) await streams.beat(stream);
  };

  let running = Promise.resolve();
  let isRunning = false;
  let isStopped = false;
  /** Looks at the feeds of those who listen; a look that is under way is not doubled. */
  const wake = (): void => {
    if (isRunning || isStopped) return;
    isRunning = true;
    running = look()
      .catch(onError)
      .finally(() => {
        isRunning = false;
      });
  };

  let timer: NodeJS.Timeout | undefined;
  return {
    wake,
    register: (routes: Routes) => {
      routes.store('GET', '/api/live', 'store.work', async ({ clerk, token }, request, reply) => {
        const feed = await feeds.load(clerk);
        if (isStopped || streams.all.size >= STREAMS_MAX) return await refuse(reply, 503, 'BUSY');
        const resumed = Number(request.headers['last-event-id'] ?? Number.NaN);
        const last = Number.isSafeInteger(resumed) ? resumed : feed.last;
        reply.hijack();
        streams.open({ clerk, token, to: reply.raw, last, beatAt: nowMs() }, feed);
        return undefined;
      });
    },
    component: {
      name: 'live',
      start: async () => {
        timer = setInterval(wake, LOOK_MS);
      },
      stop: async () => {
        isStopped = true;
        clearInterval(timer);
        await running;
        for (const stream of streams.all) streams.drop(stream);
      },
    },
  };
}
