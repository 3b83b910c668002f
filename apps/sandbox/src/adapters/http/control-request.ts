import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';

/** A control request that does not fit; answered with 400. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly statusCode = 400;
}

export const textOfBody = (request: FastifyRequest): string =>
  Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';

/** The body as the schema has it. */
export function bodyAs<S extends TSchema>(schema: S, request: FastifyRequest): Static<S> {
  let value: unknown;
  try {
    value = JSON.parse(textOfBody(request));
  } catch {
    throw new BadRequest('the body must be JSON');
  }
  const [problem] = Value.Errors(schema, value);
  if (problem) throw new BadRequest(`${problem.instancePath || 'body'}: ${problem.message}`);
  return value as Static<S>;
}
