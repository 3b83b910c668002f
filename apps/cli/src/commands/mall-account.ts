import { randomBytes } from 'node:crypto';
import { Account, GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import type { GrpcClient } from '@astrolabe/grpc';
import { peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { UsageError, printList, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const PASSWORD_BYTES = 18;

/** `mall account list`: who may call the mall's door, and what each mall is shown. */
async function list(invocation: Invocation): Promise<void> {
  await administering(invocation, async (client) => {
    await printList(
      invocation,
      async (page) => await client.call('listAccounts', { page, sellerId: '' }),
      ({ accounts }) => accounts.map((account) => Account.toJSON(account)),
    );
  });
}

/** Makes an account, or replaces it whole: a password that was not given is made, and printed once. */
async function put(invocation: Invocation): Promise<void> {
  const { words, option, flag, environment, output } = invocation;
  const username = required(words[0], 'USERNAME');
  const given = environment['MALL_PASSWORD'] ?? '';
  const password = given === '' ? randomBytes(PASSWORD_BYTES).toString('base64url') : given;
  const shown = {
    username,
    sellerId: required(option('seller'), '--seller'),
    enabled: !flag('disabled'),
    mallName: option('name') ?? '',
    agreementNo: option('note') ?? '',
    poolIds: option('pools')?.split(',') ?? [],
    moneyAsText: flag('texts'),
    wireWords: wordsOf(option('words')),
  };
  await administering(invocation, async (client) => {
    await client.call('putAccount', { account: { ...shown, password } });
    output.row(given === '' ? { ...shown, password } : shown);
  });
}

/** `payment=9:5,...`: what this mall writes in a field, and what the family means by it. */
function wordsOf(text: string | undefined): Record<string, string> {
  const entries = (text ?? '').split(',').filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [own = '', theirs = ''] = entry.split(':');
      if (!own.includes('=') || theirs === '') throw new UsageError('--words FIELD=OWN:THEIRS,...');
      return [own, theirs];
    }),
  );
}

async function administering(
  { environment }: Invocation,
  work: (client: GrpcClient<GovmallAdminServiceClient>) => Promise<void>,
): Promise<void> {
  return await withClient(
    GovmallAdminServiceClient,
    peerOf(environment, 'GOVMALL_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );
}

/** Its part of the command line. */
export const MALL_ACCOUNT_COMMANDS: readonly Command[] = [
  {
    name: 'mall account put',
    words: ['<USERNAME>'],
    summary:
      'an account of a government mall, replaced whole; without MALL_PASSWORD a new password is made, and shown once',
    needs: ['seller'],
    takes: [
      ['name', 'the mall'],
      ['note', 'the number of the agreement'],
      'pools',
      'texts',
      'words',
      'disabled',
    ],
    variables: ['GOVMALL_ADMIN_ADDRESS', 'MALL_PASSWORD'],
    examples: [
      'mall account put tjzfcg --seller 21230 --name 天津 --pools A0101 --words payment=9:5',
    ],
    changes: true,
    run: put,
  },
  {
    name: 'mall account list',
    summary: 'accounts by their name, without passwords',
    takes: ['limit', 'from'],
    variables: ['GOVMALL_ADMIN_ADDRESS'],
    examples: ['mall account list'],
    run: list,
  },
];
