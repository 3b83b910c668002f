/** A route that reads a body and answers, and does nothing else: what the gateway is compared with. */
import { fastify } from 'fastify';

const app = fastify();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/', async (request) => ({ bytes: (request.body as Buffer).length }));
await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.((app.server.address() as { port: number }).port);
process.on('disconnect', () => process.exit());
