import { ANYWHERE, createDestinations, createHttpClient } from '@astrolabe/http';
import type { HttpClient } from '@astrolabe/http';
import PQueue from 'p-queue';

/** Systems that call the platform, each over connections of its own. */
export type Party = 'erp' | 'mall' | 'pos' | 'procurement' | 'tmall';

/** News of what the platform does not know yet may wait; what concerns its work in hand goes first. */
export type Urgency = 'new' | 'known';

/** The connections of one party. */
export type Lane = {
  /** Makes a call when a connection is free, and not before: a call that waits runs out of no time. */
  run<T>(urgency: Urgency, call: (http: HttpClient) => Promise<T>): Promise<T>;
  /** Has so many calls under way from now on, up to `CONNECTIONS_MAX`; without a number as many as usual. */
  allow: (callsAtOnce?: number) => void;
};

export type Lanes = Readonly<Record<Party, Lane>> & { close(): Promise<void> };

/** More calls of one party are never under way. */
export const CONNECTIONS_MAX = 256;

/**
 * How many calls a party has under way unless a run asks for more. Tmall hands its messages to an application a few at a
 * time and waits for answers; each store is a system of its own.
 */
const CALLS_USUAL = {
  erp: 16,
  mall: 8,
  pos: 64,
  procurement: 8,
  tmall: 8,
} as const satisfies Record<Party, number>;
const PRIORITY = { new: 0, known: 1 } as const satisfies Record<Urgency, number>;

export function createLanes(maxResponseBytes: number): Lanes {
  const clients = {
    erp: clientOf('erp', maxResponseBytes),
    mall: clientOf('mall', maxResponseBytes),
    pos: clientOf('pos', maxResponseBytes),
    procurement: clientOf('procurement', maxResponseBytes),
    tmall: clientOf('tmall', maxResponseBytes),
  };
  return {
    erp: laneOf('erp', clients.erp),
    mall: laneOf('mall', clients.mall),
    pos: laneOf('pos', clients.pos),
    procurement: laneOf('procurement', clients.procurement),
    tmall: laneOf('tmall', clients.tmall),
    close: async () => {
      await Promise.all(Object.values(clients).map((client) => client.close()));
    },
  };
}

const clientOf = (party: Party, maxResponseBytes: number): HttpClient =>
  createHttpClient({
    name: party,
    connectTimeoutMs: 2_000,
    responseTimeoutMs: 10_000,
    maxConnections: CONNECTIONS_MAX,
    maxResponseBytes,
    destinations: createDestinations(ANYWHERE),
  });

function laneOf(party: Party, client: HttpClient): Lane {
  const queue = new PQueue({ concurrency: CALLS_USUAL[party] });
  return {
    run: async (urgency, call) =>
      await queue.add(async () => await call(client), { priority: PRIORITY[urgency] }),
    allow: (callsAtOnce = CALLS_USUAL[party]) => {
      queue.concurrency = Math.min(callsAtOnce, CONNECTIONS_MAX);
    },
  };
}
