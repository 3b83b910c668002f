import { randomBytes } from 'node:crypto';
import { Role, User } from '@astrolabe/contracts/console';
import type { ConsoleAdminServiceClient } from '@astrolabe/contracts/console';
import { pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { userDisable, withUsers } from './user.ts';

type Client = GrpcClient<ConsoleAdminServiceClient>;

const PASSWORD_BYTES = 12;
const isOfStore = (role: Role): boolean => role === Role.CLERK || role === Role.MANAGER;

/** Every account of clerks and managers, by login. */
async function* clerksOf(client: Client): AsyncGenerator<User> {
  for await (const { users } of pagesOf((token) => client.call('listUsers', { token }))) {
    yield* users.filter(({ grants }) => grants.some(({ role }) => isOfStore(role)));
  }
}

async function find(client: Client, login: string): Promise<User | null> {
  for await (const user of clerksOf(client)) if (user.login === login) return user;
  return null;
}

export const newPassword = (): string => randomBytes(PASSWORD_BYTES).toString('base64url');

/** `clerk create`: an account for one store, with a password that is printed once. */
async function clerkCreate(invocation: Invocation): Promise<void> {
  const { words, option, flag, output } = invocation;
  const role = flag('manager') ? Role.MANAGER : Role.CLERK;
  const sellerId = required(option('seller'), '--seller');
  const storeId = required(option('store'), '--store');
  const user = {
    login: required(words[0], 'LOGIN'),
    name: required(option('name'), '--name'),
    grants: [{ role, sellerId, storeId, allSellers: false }],
  };
  await withUsers(invocation, async (client) => {
    if (await find(client, user.login)) throw new Error(`${user.login} is there already`);
    const password = newPassword();
    await client.call('putUser', { ...user, password });
    output.row({ ...shown({ ...user, enabled: true }), password });
  });
}

/** `clerk list`: accounts of stores, of one seller or of all. */
async function clerkList(invocation: Invocation): Promise<void> {
  const sellerId = invocation.option('seller');
  await withUsers(invocation, async (client) => {
    for await (const user of clerksOf(client)) {
      const isAsked = user.grants.some((grant) => grant.sellerId === sellerId);
      if (sellerId === undefined || isAsked) invocation.output.row(shown(user));
    }
  });
}

/** `clerk rotate`: a new password, printed once; sessions of the old one end. Enables the account again. */
async function clerkRotate(invocation: Invocation): Promise<void> {
  const login = required(invocation.words[0], 'LOGIN');
  await withUsers(invocation, async (client) => {
    const user = await find(client, login);
    if (!user) throw new Error(`${login} is no clerk`);
    const { name, grants } = user;
    const password = newPassword();
    await client.call('putUser', { login, name, grants, password });
    invocation.output.row({ login, password });
  });
}

const shown = (user: User): object => ({ ...(User.toJSON(user) as object) });

/** Its part of the command line. */
export const CLERK_COMMANDS: readonly Command[] = [
  {
    name: 'clerk create',
    words: ['<LOGIN>'],
    summary: 'an account for one store; its password is shown here and never again',
    needs: ['name', 'seller', 'store'],
    takes: ['manager'],
    variables: ['CONSOLE_ADMIN_ADDRESS'],
    examples: ['clerk create chen --name 小陈 --seller 21230 --store 1342'],
    changes: true,
    run: clerkCreate,
  },
  {
    name: 'clerk list',
    summary: 'accounts of stores, by login',
    takes: ['seller'],
    variables: ['CONSOLE_ADMIN_ADDRESS'],
    examples: ['clerk list --seller 21230'],
    run: clerkList,
  },
  {
    name: 'clerk rotate',
    words: ['<LOGIN>'],
    summary: 'a new password, shown once; sessions of the old one end',
    variables: ['CONSOLE_ADMIN_ADDRESS'],
    examples: ['clerk rotate chen'],
    changes: true,
    run: clerkRotate,
  },
  {
    name: 'clerk disable',
    words: ['<LOGIN>'],
    summary: 'ends an account and its sessions; clerk rotate enables it again',
    variables: ['CONSOLE_ADMIN_ADDRESS'],
    examples: ['clerk disable chen'],
    changes: true,
    run: userDisable,
  },
];
