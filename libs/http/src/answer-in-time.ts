import type { FastifyInstance } from 'fastify';
import { TimeIsUp } from './failures.ts';

/**
 * Lets every route that is added from now on answer within `ms`, or be answered for. The work that
 * hangs is left behind, bounded by the limits of the drivers that it waits for.
 */
export function answerInTime(app: FastifyInstance, ms: number): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = async function inTime(request, reply): Promise<unknown> {
      const { promise, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new TimeIsUp(`no answer within ${ms} ms`)), ms);
      try {
        const work = async (): Promise<unknown> => await handler.call(this, request, reply);
        return await Promise.race([work(), promise]);
      } finally {
        clearTimeout(timer);
      }
    };
  });
}
