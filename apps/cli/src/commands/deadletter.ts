import { ALL_TOPICS, EVENTS } from '@astrolabe/contracts';
import { createMessaging } from '@astrolabe/messaging';
import type { DeadLetter, DeadLetterQuery, DeadLetters } from '@astrolabe/messaging';
import { isDryRun } from '../clients.ts';
import type { Command } from '../command.ts';
import { PartlyFailed, UsageError, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const PAGE = 50;
const PAGE_MAX = 500;

/** `deadletter list`: how many there are by group and topic, or one page of those of a group and topic. */
async function deadLetterList(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  if (option('group') === undefined && option('topic') === undefined) {
    const counts = await withLetters(invocation, (letters) => letters.count(ALL_TOPICS));
    for (const count of counts) output.row(count);
    return;
  }
  const page = await withLetters(invocation, (letters) => letters.list(queryOf(invocation)));
  for (const letter of page.letters) output.row(summaryOf(letter));
  if (page.next !== undefined) output.row({ next: page.next });
}

/** `deadletter show OFFSET`: one letter with its content. */
async function deadLetterShow(invocation: Invocation): Promise<void> {
  const { words, output } = invocation;
  const offset = offsetOf(words[0]);
  const place = placeOf(invocation);
  const letter = await withLetters(invocation, (letters) => letters.show({ ...place, offset }));
  output.row({ ...summaryOf(letter), content: contentOf(letter) });
}

/**
 * `deadletter replay`: gives letters back to their group: those whose offsets are named, or one page of
 * a filter. Shows what it would replay; does it with `--apply`.
 */
async function deadLetterReplay(invocation: Invocation): Promise<void> {
  const { words, flag, output } = invocation;
  const place = placeOf(invocation);
  const applied = flag('apply') && !isDryRun(invocation.environment);
  const print = (letter: DeadLetter): void =>
    output.row({ replayed: applied, ...summaryOf(letter) });
  await withLetters(invocation, async (letters) => {
    if (words.length > PAGE_MAX) throw new UsageError(`more than ${PAGE_MAX} offsets`);
    for (const offset of words.map(offsetOf)) {
      const letter = await letters.show({ ...place, offset });
      if (applied) await letters.replay({ ...place, offset });
      print(letter);
    }
    if (words.length > 0) return;
    const query = queryOf(invocation);
    const page = applied
      ? await letters.replayAll(query)
      : { ...(await letters.list(query)), refused: [] };
    for (const letter of page.letters) print(letter);
    for (const { letter, reason } of page.refused) {
      output.row({ replayed: false, refused: reason, ...summaryOf(letter) });
    }
    if (page.next !== undefined) output.row({ next: page.next });
    if (page.refused.length > 0) throw new PartlyFailed(`${page.refused.length} were refused`);
  });
}

async function withLetters<T>(
  { environment }: Invocation,
  use: (letters: DeadLetters) => Promise<T>,
): Promise<T> {
  const silent = (): void => undefined;
  const messaging = createMessaging({
    brokers: required(environment['KAFKA_BROKERS'], 'KAFKA_BROKERS').split(','),
    clientId: 'cli',
    topicPrefix: environment['TOPIC_PREFIX'] ?? '',
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    onFatal: silent,
  });
  await messaging.component.start();
  try {
    return await use(messaging.deadLetters);
  } finally {
    await messaging.component.stop();
  }
}

/** The group and topic of the letters; a topic is named as it is declared. */
function placeOf({ option }: Invocation): { group: string; topic: string } {
  const group = required(option('group'), '--group');
  const topic = required(option('topic'), '--topic');
  const spec = ALL_TOPICS.find(({ name }) => name === topic);
  if (spec === undefined) throw new UsageError(`no such topic: ${topic}`);
  if (!spec.consumers.includes(group)) {
    throw new UsageError(`${topic} has the groups ${spec.consumers.join(', ')}, not ${group}`);
  }
  return { group, topic };
}

function queryOf(invocation: Invocation): DeadLetterQuery {
  const { option } = invocation;
  const limit = Number(option('limit') ?? PAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) {
    throw new UsageError(`--limit is not a whole number from 1 to ${PAGE_MAX}`);
  }
  const [key, type, reason] = [option('key'), option('type'), option('reason')];
  const [from, stackHash] = [option('from'), option('stack')];
  const [since, until] = [timeOf(option('since'), 'since'), timeOf(option('until'), 'until')];
  return {
    ...placeOf(invocation),
    limit,
    ...(from !== undefined && { from: offsetOf(from) }),
    ...(key !== undefined && { key }),
    ...(type !== undefined && { type }),
    ...(reason !== undefined && { reason }),
    ...(stackHash !== undefined && { stackHash }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

function timeOf(text: string | undefined, name: string): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new UsageError(`--${name} is not a time`);
  return time;
}

function offsetOf(text: string | undefined): string {
  if (text === undefined || !/^\d{1,18}$/.test(text)) {
    throw new UsageError(`not the offset of a letter: ${text ?? '(none)'}`);
  }
  return text;
}

/** A letter without its content. */
function summaryOf({ payload, ...letter }: DeadLetter): object {
  return { ...letter, bytes: letter.body?.bytes ?? payload.byteLength };
}

/** The content as JSON where it is what its type says, else its bytes in base64. */
function contentOf({ type, payload }: DeadLetter): unknown {
  const spec = Object.values(EVENTS).find((event) => event.type === type);
  try {
    if (spec !== undefined && payload.byteLength > 0) return printable(spec.decode(payload));
  } catch {
    // Why it lies here, perhaps: shown as it is.
  }
  return { base64: Buffer.from(payload).toString('base64') };
}

const printable = (message: unknown): unknown =>
  JSON.parse(
    JSON.stringify(message, (_name, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  );

/** Which letters of a group and topic. */
const FILTER = ['key', 'type', 'reason', 'stack', 'since', 'until'] as const;
const FROM = ['from', 'OFFSET where the page begins'] as const;

/** Its part of the command line. */
export const DEAD_LETTER_COMMANDS: readonly Command[] = [
  {
    name: 'deadletter list',
    summary:
      'how many messages groups gave up on, or a page of those of one group and topic, oldest first',
    takes: ['group', 'topic', ...FILTER, ['limit', 'a page of at most so many'], FROM],
    variables: ['KAFKA_BROKERS', 'TOPIC_PREFIX'],
    examples: [
      'deadletter list',
      'deadletter list --group settlement --topic order.events --limit 20',
    ],
    run: deadLetterList,
  },
  {
    name: 'deadletter show',
    words: ['<OFFSET>'],
    summary: 'one of them with its content',
    needs: ['group', 'topic'],
    variables: ['KAFKA_BROKERS', 'TOPIC_PREFIX'],
    examples: ['deadletter show 12 --group settlement --topic order.events'],
    run: deadLetterShow,
  },
  {
    name: 'deadletter replay',
    words: ['[OFFSET...]'],
    summary:
      'prints which it would give back to their group; does it with --apply. A message that had its effect has none again',
    needs: ['group', 'topic'],
    takes: [...FILTER, ['limit', 'at most so many'], FROM, 'apply'],
    variables: ['KAFKA_BROKERS', 'TOPIC_PREFIX'],
    examples: ['deadletter replay 12 13 --group settlement --topic order.events --apply'],
    changes: true,
    run: deadLetterReplay,
  },
];
