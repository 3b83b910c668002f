/**
 * A route that reads a body and answers, and does nothing else: what the gateway and the mall are compared with. With `?answers=N` the
 * answer has N bytes, the same text each time, for what a caller has to be sent is sent by the bare route too.
 */
import { fastify } from 'fastify';

const ANSWER_MAX = 10_000_000;
const beginning = (bytes: number): string => `{"bytes":${bytes}`;

const app = fastify();
const answers = new Map<string, string>();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post<{ Querystring: { answers?: string } }>('/', async (request, reply) => {
  const { answers: length = '' } = request.query;
  const start = beginning((request.body as Buffer).length);
  const known = answers.get(length) ?? padded(length);
  answers.set(length, known);
  return await reply.type('application/json; charset=utf-8').send(`${start}${known}`);
});
await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.((app.server.address() as { port: number }).port);
process.on('disconnect', () => process.exit());

/** What comes after the beginning. */
function padded(length: string): string {
  const left = Math.min(Number(length) || 0, ANSWER_MAX) - beginning(1_000).length;
  return left > 12 ? `,"filling":"${'x'.repeat(left - 14)}"}` : '}';
}
