import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { ParkedMessage } from '@astrolabe/contracts/ingress';
import { pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import { isDryRun, peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { PAGE, PartlyFailed, UsageError, instant, printPage, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { withPlatforms } from './platforms.ts';

const SEARCH_PAGE = 500;
/** Messages that `show` looks through; older ones are named in the log of the gateway. */
const SEARCHED_MAX = 10_000;

type Client = GrpcClient<PlatformAdminServiceClient>;

/** A message without what it says, which `inbox show` prints. */
const summaryOf = ({ raw, ...message }: ParkedMessage): object => ({
  ...message,
  characters: raw.length,
});

/** `inbox list`: messages that were signed and could not be understood, newest first. */
const inboxList = (invocation: Invocation): Promise<void> =>
  withPlatforms(invocation, (client) =>
    printPage(
      invocation,
      (page) => client.call('listParkedMessages', { page }),
      ({ messages }) => messages.map(summaryOf),
    ),
  );

async function find(client: Client, parkedId: string): Promise<ParkedMessage> {
  let searched = 0;
  const ask = (token: string) =>
    client.call('listParkedMessages', { page: { size: SEARCH_PAGE, token } });
  for await (const { messages } of pagesOf(ask)) {
    const found = messages.find((message) => message.parkedId === parkedId);
    if (found) return found;
    searched += messages.length;
    if (searched >= SEARCHED_MAX) break;
  }
  throw new Error(`${parkedId} is none of the newest ${searched} messages`);
}

/** `inbox show`: one of them with what was signed, as it came. */
async function inboxShow(invocation: Invocation): Promise<void> {
  const parkedId = required(invocation.words[0], 'MESSAGE');
  invocation.output.row(await withPlatforms(invocation, (client) => find(client, parkedId)));
}

/** A call reads a hundred messages, and asks the broker about each that is taken. */
const REPLAY_DEADLINE_MS = 60_000;
const REPLAY_PAGE = 100;
/** What a kept message came to where nothing is left to be done. */
const DONE: ReadonlySet<string> = new Set(['TAKEN', 'TEST']);

/**
 * `inbox replay`: kept messages that nobody understood are read again, oldest first, through what reads a push, with an outcome for
 * each. What is understood is taken once, however often this is repeated.
 */
async function inboxReplay({ option, environment, output }: Invocation): Promise<void> {
  const platform = required(option('channel'), '--channel');
  if (platform !== PROCUREMENT) {
    throw new UsageError(
      `--channel is ${PROCUREMENT}: callers of other channels repeat their own requests`,
    );
  }
  const since = instant(required(option('since'), '--since'), '--since');
  const askedBy = required(option('actor'), '--actor');
  const dryRun = isDryRun(environment);
  const peer = peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', REPLAY_DEADLINE_MS);
  let [count, left] = [0, 0];
  await withClient(PlatformAdminServiceClient, peer, async (client) => {
    const asked = { platform, since, askedBy, dryRun };
    const ask = (token: string) =>
      client.call('replayParked', { ...asked, page: { size: REPLAY_PAGE, token } });
    for await (const { messages } of pagesOf(ask)) {
      for (const message of messages) {
        const ok = DONE.has(message.outcome);
        output.row({ ...message, ok, ...(dryRun && { dryRun }) });
        count += 1;
        if (!ok) left += 1;
      }
      output.progress(`${count} messages`);
    }
  });
  output.note(`${count} messages: ${count - left} ${dryRun ? 'would be ' : ''}taken, ${left} left`);
  if (left === 0) return;
  const what = `${left} of ${count} messages are not understood`;
  throw left === count ? new Error(what) : new PartlyFailed(what);
}

/** Its part of the command line. */
export const INBOX_COMMANDS: readonly Command[] = [
  {
    name: 'inbox list',
    summary: 'messages of platforms that were signed and could not be understood, newest first',
    takes: [...PAGE],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['inbox list'],
    columns: ['parkedId', 'parkedAt', 'sellerId', 'type', 'reason', 'details'],
    run: inboxList,
  },
  {
    name: 'inbox show',
    words: ['<MESSAGE>'],
    summary: 'one of them with what was signed, as it came',
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['inbox show 674b0c0d9f1e'],
    run: inboxShow,
  },
  {
    name: 'inbox replay',
    summary:
      'reads messages again that could not be understood when they came, and takes those that now can',
    needs: [['channel', 'whose messages: 1688'], 'since', 'actor'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: [
      'inbox replay --channel 1688 --since 2026-11-30T10:00:00+08:00 --actor li --dry-run',
      'inbox replay --channel 1688 --since 2026-11-30T10:00:00+08:00 --actor li',
    ],
    changes: true,
    columns: ['messageId', 'sellerId', 'type', 'outcome', 'details'],
    run: inboxReplay,
  },
];
