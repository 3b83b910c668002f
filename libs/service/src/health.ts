import { METRICS_CONTENT_TYPE, metricsText } from '@astrolabe/telemetry';
import { fastify } from 'fastify';

/** What readiness looks at. A check that throws or takes too long makes the process unready. */
export type Health = {
  addCheck(name: string, check: () => Promise<void> | void): void;
  /** A component's own word on itself; unready as long as one says false. */
  setReady(component: string, ok: boolean): void;
  /** Ends the process with code 1: a part of it is beyond repair (a consumer crashed). */
  fatal(error: unknown): void;
};

const CHECK_TIMEOUT_MS = 2_000;

export type HealthServer = Health & {
  listen(host: string, port: number): Promise<number>;
  /** True between the end of starting and the beginning of stopping. */
  setServing(serving: boolean): void;
  close(): Promise<void>;
};

/** Serves /livez, /readyz and /metrics on a port of their own. */
export function createHealthServer(onFatal: (error: unknown) => void): HealthServer {
  const checks = new Map<string, () => Promise<void>>();
  const unready = new Set<string>();
  let serving = false;
  const app = fastify({ logger: false, forceCloseConnections: true });

  app.get('/livez', async () => ({ live: true }));
  app.get('/readyz', async (_request, reply) => {
    const failed = serving
      ? [...unready, ...(await failedChecks(checks))]
      : ['starting or stopping'];
    return await reply
      .code(failed.length === 0 ? 200 : 503)
      .send({ ready: !failed.length, failed });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(METRICS_CONTENT_TYPE).send(await metricsText()),
  );
  return {
    addCheck: (name, check) => void checks.set(name, singleFlight(check)),
    setReady: (component, ok) => void (ok ? unready.delete(component) : unready.add(component)),
    fatal: onFatal,
    setServing: (value) => {
      serving = value;
    },
    listen: async (host, port) => {
      await app.listen({ host, port });
      const [bound] = app.addresses();
      return typeof bound === 'object' ? bound.port : port;
    },
    close: () => app.close(),
  };
}

/** While a check hangs, later probes wait for the same run instead of starting another one. */
function singleFlight(check: () => Promise<void> | void): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= (async () => await check())().finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function failedChecks(checks: ReadonlyMap<string, () => Promise<void>>): Promise<string[]> {
  const outcomes = await Promise.all(
    [...checks].map(async ([name, check]) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('timed out')), CHECK_TIMEOUT_MS);
      });
      try {
        await Promise.race([check(), late]);
        return null;
      } catch {
        return name;
      } finally {
        clearTimeout(timer);
      }
    }),
  );
  return outcomes.filter((name) => name !== null);
}
