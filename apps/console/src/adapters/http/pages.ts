import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Only our own files and inline styles (the component library makes them) may run in the pages. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Serves the built pages from a folder, and every answer with the headers that protect them. */
export async function registerPages(app: FastifyInstance, root: string): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
  });
  await app.register(fastifyStatic, { root });
}
