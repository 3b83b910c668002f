import type { FastifyInstance, FastifyReply } from 'fastify';
import { ALL_TOPICS } from '@astrolabe/contracts';
import type { DeadLetter, DeadLetters } from '@astrolabe/messaging';
import { refuse } from './responses.ts';

const PAGE_SIZE = 50;

type Place = { topic: string; group: string };

/**
 * What the services gave up on: how many by topic and group, and one page of a group, oldest first.
 * Read-only, and without contents: they hold orders of every seller, and this console has no sign-in.
 */
export function registerDeadLetters(
  app: FastifyInstance,
  letters: Pick<DeadLetters, 'count' | 'list'>,
): void {
  app.get('/api/deadletters', async (_request, reply) =>
    unlessAway(reply, async () => ({ counts: await letters.count(ALL_TOPICS) })),
  );
  app.get<{ Params: Place; Querystring: { token?: string } }>(
    '/api/deadletters/:topic/:group',
    async ({ params, query }, reply) => {
      const { topic, group } = params;
      const spec = ALL_TOPICS.find(({ name }) => name === topic);
      if (!spec?.consumers.includes(group)) {
        return refuse(reply, 404, 'NOT_FOUND', 'no such topic and group');
      }
      const { token = '' } = query;
      if (!/^\d{0,18}$/.test(token)) return refuse(reply, 400, 'INVALID_PAGE_TOKEN', token);
      const asked = { topic, group, limit: PAGE_SIZE, ...(token !== '' && { from: token }) };
      return await unlessAway(reply, async () => {
        const page = await letters.list(asked);
        return { letters: page.letters.map(summaryOf), nextToken: page.next ?? '' };
      });
    },
  );
}

const summaryOf = ({ offset, id, type, subject, reason, attempts, failedAt }: DeadLetter) => ({
  offset,
  id,
  type,
  subject,
  reason,
  attempts,
  failedAt: failedAt.toISOString(),
});

async function unlessAway(reply: FastifyReply, read: () => Promise<unknown>): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    const isOfKafka = error instanceof Error && error.name.startsWith('KafkaJS');
    if (!isOfKafka) throw error;
    return refuse(reply, 503, 'SERVICE_UNAVAILABLE', 'Kafka does not answer');
  }
}
