import type { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { ParkedMessage } from '@astrolabe/contracts/ingress';
import { pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { PAGE, printPage, required } from '../invocation.ts';
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
];
