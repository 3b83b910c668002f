import { Role, ConsoleAdminServiceClient, User } from '@astrolabe/contracts/console';
import type { Grant } from '@astrolabe/contracts/console';
import { pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { UsageError, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** A password is hashed, which takes its time on a busy machine. */
const DEADLINE_MS = 15_000;
const EVERY_SELLER = 'all';

const STORE_ROLES: ReadonlyMap<string, Role> = new Map([
  ['clerk', Role.CLERK],
  ['manager', Role.MANAGER],
]);
const SELLER_ROLES: ReadonlyMap<string, Role> = new Map([
  ['operator', Role.OPERATOR],
  ['reader', Role.READER],
]);

/**
 * Grants as words: `clerk@21230/1342`, `operator@21230`, `reader@all`, by commas.
 * @throws UsageError for a word that is none.
 */
export const grantsOf = (words: string): Grant[] => words.split(',').map((word) => grantOf(word));

function grantOf(word: string): Grant {
  const [, name = '', sellerId = '', storeId = ''] =
    /^(\w+)@([^/]+)(?:\/([^/]+))?$/.exec(word.trim()) ?? [];
  const storeRole = STORE_ROLES.get(name);
  const isOfAll = sellerId === EVERY_SELLER;
  if (storeRole !== undefined && storeId !== '' && !isOfAll) {
    return { role: storeRole, sellerId, storeId, allSellers: false };
  }
  const role = SELLER_ROLES.get(name);
  if (role !== undefined && storeId === '') {
    return { role, sellerId: isOfAll ? '' : sellerId, storeId: '', allSellers: isOfAll };
  }
  throw new UsageError(
    `${word} is no grant: clerk@SELLER/STORE, manager@SELLER/STORE, operator@SELLER, reader@SELLER; all is every seller`,
  );
}

/** Runs work with the administration of accounts. */
export async function withUsers(
  { environment }: Invocation,
  work: (client: GrpcClient<ConsoleAdminServiceClient>) => Promise<void>,
): Promise<void> {
  return await withClient(
    ConsoleAdminServiceClient,
    peerOf(environment, 'CONSOLE_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );
}

/** `user add`: an account with what it may see. The password never stands on the command line. */
async function userAdd(invocation: Invocation): Promise<void> {
  const { words, option, environment, output } = invocation;
  const login = required(words[0], 'LOGIN');
  const name = required(option('name'), '--name');
  const grants = grantsOf(required(option('grants'), '--grants'));
  const password = required(environment['USER_PASSWORD'], 'USER_PASSWORD');
  await withUsers(invocation, async (client) => {
    await client.call('putUser', { login, name, grants, password });
    output.row(User.toJSON({ login, name, grants, enabled: true }));
  });
}

/** `user list`: one JSON line per account, by login. */
async function userList(invocation: Invocation): Promise<void> {
  await withUsers(invocation, async (client) => {
    for await (const { users } of pagesOf((token) => client.call('listUsers', { token }))) {
      for (const user of users) invocation.output.row(User.toJSON(user));
    }
  });
}

/** `user disable`: ends an account and what is open under its name. */
export async function userDisable(invocation: Invocation): Promise<void> {
  const login = required(invocation.words[0], 'LOGIN');
  await withUsers(invocation, async (client) => {
    await client.call('disableUser', { login });
    invocation.output.row({ login, enabled: false });
  });
}

/** Its part of the command line. */
export const USER_COMMANDS: readonly Command[] = [
  {
    name: 'user add',
    words: ['<LOGIN>'],
    summary: 'creates an account for the pages, or replaces it and ends its sessions',
    needs: ['name', 'grants'],
    variables: ['CONSOLE_ADMIN_ADDRESS', 'USER_PASSWORD'],
    examples: ['user add li --name 李主管 --grants operator@21230'],
    changes: true,
    run: userAdd,
  },
  {
    name: 'user list',
    summary: 'every account with what it may see, by login',
    variables: ['CONSOLE_ADMIN_ADDRESS'],
    examples: ['user list'],
    run: userList,
  },
  {
    name: 'user disable',
    words: ['<LOGIN>'],
    summary: 'ends an account and its sessions; user add enables it again',
    variables: ['CONSOLE_ADMIN_ADDRESS'],
    examples: ['user disable li'],
    changes: true,
    run: userDisable,
  },
];
