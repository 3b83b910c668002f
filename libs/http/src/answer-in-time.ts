import { withTimeLeft } from '@astrolabe/service';
import type { FastifyInstance } from 'fastify';
import { TimeIsUp } from './failures.ts';

/** Calls run out of time so much earlier than the request, so that their caller can still answer. */
const TO_ANSWER_MS = 100;

/**
 * Lets every route that is added from now on answer within `ms`, or be answered for. The work knows
 * its time (`timeLeftMs`) and so do the calls it makes; what hangs all the same is left behind.
 */
export function answerInTime(app: FastifyInstance, ms: number): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = async function inTime(request, reply): Promise<unknown> {
      const { promise, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new TimeIsUp(`no answer within ${ms} ms`)), ms);
      try {
        const work = async (): Promise<unknown> => await handler.call(this, request, reply);
        return await Promise.race([withTimeLeft(ms - TO_ANSWER_MS, work), promise]);
      } finally {
        clearTimeout(timer);
      }
    };
  });
}
