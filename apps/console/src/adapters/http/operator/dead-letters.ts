import type { FastifyReply } from 'fastify';
import { COUNTED_BRIEFLY, createBriefAnswers } from '@astrolabe/service';
import { ALL_TOPICS } from '@astrolabe/contracts';
import type { DeadLetter, DeadLetters } from '@astrolabe/messaging';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';

const PAGE_SIZE = 50;
/** Groups whose first letter is looked at; there are fewer. */
const GROUPS_MAX = 100;

/**
 * What the services gave up on: how many by topic and group, and one page of a group, oldest first.
 * Read-only, and without contents. They are of every seller, so they are for who looks after all.
 */
export function registerDeadLetters(
  routes: Routes,
  letters: Pick<DeadLetters, 'count' | 'list'>,
): void {
  // Kafka is asked about every topic: once for all who look.
  const counted = createBriefAnswers({
    ...COUNTED_BRIEFLY,
    most: 1,
    keyOf: () => '',
    read: (topics: typeof ALL_TOPICS) => letters.count(topics),
  });
  routes.platform('GET', '/api/deadletters', 'platform.read', async (_caller, _request, reply) =>
    unlessAway(reply, async () => ({ counts: await counted.of(ALL_TOPICS) })),
  );
  routes.platform(
    'GET',
    '/api/deadletters/oldest',
    'platform.read',
    async (_caller, _request, reply) =>
      unlessAway(reply, async () => {
        const counts = (await counted.of(ALL_TOPICS)).slice(0, GROUPS_MAX);
        const pages = await Promise.all(
          counts.map(({ topic, group }) => letters.list({ topic, group, limit: 1 })),
        );
        const times = pages.flatMap((page) => page.letters.map(({ failedAt }) => +failedAt));
        return times.length === 0 ? {} : { oldestSince: new Date(Math.min(...times)) };
      }),
  );
  routes.platform(
    'GET',
    '/api/deadletters/:topic/:group',
    'platform.read',
    async (_caller, request, reply) => {
      const { topic = '', group = '' } = pathOf(request);
      const spec = ALL_TOPICS.find(({ name }) => name === topic);
      if (!spec?.consumers.includes(group)) {
        return refuse(reply, 404, 'NOT_FOUND', { message: 'no such topic and group' });
      }
      const { token = '' } = queryOf(request);
      if (!/^\d{0,18}$/.test(token)) {
        return refuse(reply, 400, 'INVALID_PAGE_TOKEN', { message: token });
      }
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
    return refuse(reply, 503, 'SERVICE_UNAVAILABLE', { message: 'Kafka does not answer' });
  }
}
