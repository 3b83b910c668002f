import { Role, ConsoleAdminServiceClient, User } from '@astrolabe/contracts/console';
import type { Grant } from '@astrolabe/contracts/console';
import { createGrpcClient, pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { UsageError, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
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

async function withClient(
  { environment }: Invocation,
  work: (client: GrpcClient<ConsoleAdminServiceClient>) => Promise<void>,
): Promise<void> {
  const client = createGrpcClient(
    ConsoleAdminServiceClient,
    peerOf(environment, 'CONSOLE_ADMIN_ADDRESS', DEADLINE_MS),
  );
  try {
    await work(client);
  } finally {
    client.close();
  }
}

/** `user add`: an account with what it may see. The password never stands on the command line. */
export async function userAdd(invocation: Invocation): Promise<void> {
  const { words, option, environment, output } = invocation;
  const login = required(words[0], 'LOGIN');
  const name = required(option('name'), '--name');
  const grants = grantsOf(required(option('grants'), '--grants'));
  const password = required(environment['USER_PASSWORD'], 'USER_PASSWORD');
  await withClient(invocation, async (client) => {
    await client.call('putUser', { login, name, grants, password });
    output.out(JSON.stringify(User.toJSON({ login, name, grants, enabled: true })));
  });
}

/** `user list`: one JSON line per account, by login. */
export async function userList(invocation: Invocation): Promise<void> {
  await withClient(invocation, async (client) => {
    for await (const { users } of pagesOf((token) => client.call('listUsers', { token }))) {
      for (const user of users) invocation.output.out(JSON.stringify(User.toJSON(user)));
    }
  });
}

/** `user disable`: ends an account and what is open under its name. */
export async function userDisable(invocation: Invocation): Promise<void> {
  const login = required(invocation.words[0], 'LOGIN');
  await withClient(invocation, async (client) => {
    await client.call('disableUser', { login });
    invocation.output.out(JSON.stringify({ login, enabled: false }));
  });
}
