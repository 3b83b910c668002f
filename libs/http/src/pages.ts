import compress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/**
 * Only our own files and inline styles (the component library makes them) may run in the pages; of them also
 * WebAssembly, which reads codes off a camera's picture, and no text as code. Pictures of goods come from
 * where their channels keep them.
 */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** A name with the hash of what is in it: the file can never change. */
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+(?:\.(?:br|gz))?$/;
const YEAR_SECONDS = 365 * 86_400;
const COMPRESS_FROM_BYTES = 1_024;

const cacheControlOf = (file: string): string =>
  HASHED.test(file.replaceAll('\\', '/'))
    ? `public, max-age=${YEAR_SECONDS}, immutable`
    : // Kept, and asked for with its ETag each time.
      'no-cache';

/** Every parameter of the pages' API is one text; the router would make a list of one that is sent twice. */
class SentTwice extends Error {
  override readonly name = 'SentTwice';
  readonly statusCode = 400;
}

function refuseRepeated({ query }: { query: unknown }): void {
  const values = Object.values(query as Record<string, unknown>);
  if (values.some((value) => Array.isArray(value)))
    throw new SentTwice('A parameter is sent more than once');
}

/**
 * Serves the built pages of a folder and compresses the answers of the JSON API. Files that the build
 * has compressed are sent as they are; hashed ones are kept by browsers for good, the others are asked
 * for with their ETag. Answers under `/api/` are never kept: a till must not show the orders of a clerk
 * who has left. Register it before the routes of the API.
 */
export async function registerPages(app: FastifyInstance, root: string): Promise<void> {
  app.addHook('onSend', async (request, reply) => {
    void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  app.addHook('onRequest', async (request) => refuseRepeated(request));
  await app.register(compress, {
    threshold: COMPRESS_FROM_BYTES,
    encodings: ['br', 'gzip'],
    // Bodies of requests are never compressed (see `createHttpServer`).
    globalDecompression: false,
  });
  await app.register(fastifyStatic, {
    root,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, file) => {
      reply.header('cache-control', cacheControlOf(file));
    },
  });
}
