import { metricsText } from '@astrolabe/telemetry';
import { fastify } from 'fastify';

/** What readiness looks at. A check that throws or takes too long makes the process unready. */
export type Health = {
  addCheck(name: string, check: () => Promise<void> | void): void;
  /** Ends the process with code 1: a part of it is beyond repair (a consumer crashed). */
  fatal(error: unknown): void;
};

const CHECK_TIMEOUT_MS = 2_000;

export type HealthServer = Health & {
  listen(host: string, port: number): Promise<number>;
  setReady(ready: boolean): void;
  close(): Promise<void>;
};

/** Serves /livez, /readyz and /metrics on a port of their own. */
export function createHealthServer(onFatal: (error: unknown) => void): HealthServer {
  const checks = new Map<string, () => Promise<void> | void>();
  let ready = false;
  const app = fastify({ logger: false, forceCloseConnections: true });

  app.get('/livez', async () => ({ live: true }));
  app.get('/readyz', async (_request, reply) => {
    const failed = ready ? await failedChecks(checks) : ['starting or stopping'];
    return await reply
      .code(failed.length === 0 ? 200 : 503)
      .send({ ready: !failed.length, failed });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(await metricsText()),
  );
  return {
    addCheck: (name, check) => void checks.set(name, check),
    fatal: onFatal,
    setReady: (value) => {
      ready = value;
    },
    listen: async (host, port) => {
      await app.listen({ host, port });
      const [bound] = app.addresses();
      return typeof bound === 'object' ? bound.port : port;
    },
    close: () => app.close(),
  };
}

async function failedChecks(
  checks: ReadonlyMap<string, () => Promise<void> | void>,
): Promise<string[]> {
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
