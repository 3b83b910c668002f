import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Only our own files and inline styles (the component library makes them) may run in the pages. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Serves the built pages; every answer carries the headers that protect them. */
export async function registerPages(app: FastifyInstance, root: string): Promise<void> {
  app.addHook('onSend', async (request, reply) => {
    void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
    // Orders of a store must not stay in a till's cache after the clerk has left.
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  await app.register(fastifyStatic, { root });
}
