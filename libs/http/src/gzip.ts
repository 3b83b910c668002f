import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';

const inflate = promisify(gunzip);

/** Whether a content encoding is gzip. */
export const isPackedAs = (encoding: string): boolean => /^(?:x-)?gzip$/i.test(encoding);

/** Whether a body says that it is packed with gzip. */
export const isPacked = (request: FastifyRequest): boolean =>
  isPackedAs(request.headers['content-encoding'] ?? '');

/** A failure with the status that tells it. */
const refusal = (statusCode: number, message: string): Error & { statusCode: number } =>
  Object.assign(new Error(message), { statusCode });

/**
 * The body that was packed, of at most `limitBytes`; rejects with 413 for a larger one and with 400 for
 * what is no gzip.
 */
export async function unpack(body: Buffer, limitBytes: number): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: limitBytes });
  } catch (error) {
    const isTooLarge = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? refusal(413, 'Request body is too large') : refusal(400, 'Body is no gzip');
  }
}
