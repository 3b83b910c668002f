import { randomBytes } from 'node:crypto';
import { placeToMessage } from '@astrolabe/contracts';
import { Acceptor, Allocator } from '@astrolabe/contracts/catalog';
import { Role } from '@astrolabe/contracts/console';
import { pagesOf } from '@astrolabe/grpc';
import { DOCUMENTS_SELLER } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { withKeys } from './app-key.ts';
import { newPassword } from './clerk.ts';
import { isKnownSeller, withCatalog } from './seller.ts';
import { withUsers } from './user.ts';

/** The seller of the documents, whose stores answer in the console: there is no till to answer for them. */
const { sellerId, nick, storeIds, area, appKeys, clerks, operator } = DOCUMENTS_SELLER;
const SELLER = {
  sellerId,
  nick,
  allocator: Allocator.ASTROLABE,
  acceptor: Acceptor.DIANZHANGGUI,
  sellableCountsShared: false,
  merchantCentreStoreIds: storeIds,
};
const WAREHOUSE = { type: 'WAREHOUSE', id: area.warehouse } as const;

const KEYS = Object.entries(appKeys).map(([role, appKey]) => ({ appKey, role }));

const ofStore = (role: Role, storeId: string) => ({ role, sellerId, storeId, allSellers: false });
const ROLES = { manager: Role.MANAGER, clerk: Role.CLERK } as const;
const ACCOUNTS = [
  ...clerks.map(({ login, name, role, storeId }) => ({
    login,
    name,
    grants: [ofStore(ROLES[role], storeId)],
  })),
  { ...operator, grants: [ofStore(Role.OPERATOR, '')] },
];

const SECRET_BYTES = 16;
const newSecret = (): string => randomBytes(SECRET_BYTES).toString('hex');

/**
 * `seller demonstrate`: the seller of the documents with an area, application keys, clerks and an operator. What is
 * there stays as it is, so that it may run at every start. Secrets and passwords are printed once, before they are put:
 * a lost answer leaves nothing that nobody knows, and of two for one name the last counts.
 */
async function sellerDemonstrate(invocation: Invocation): Promise<void> {
  if (!(await isKnownSeller(invocation, sellerId))) await putSeller(invocation);
  await makeKeys(invocation);
  await makeAccounts(invocation);
}

/** The area first: a seller that is there has one. */
async function putSeller(invocation: Invocation): Promise<void> {
  await withCatalog(invocation, async (client) => {
    const { areaId, name } = area;
    const places = [placeToMessage(WAREHOUSE)];
    await client.call('putArea', { sellerId, areaId, name, places });
    await client.call('putSeller', { seller: SELLER });
  });
  invocation.output.row({ sellerId, nick });
}

async function makeKeys(invocation: Invocation): Promise<void> {
  await withKeys(invocation, async (client) => {
    const known = new Set<string>();
    const ask = (token: string) =>
      client.call('listAppKeys', { sellerId, page: { size: 0, token } });
    for await (const { appKeys } of pagesOf(ask)) {
      for (const { appKey } of appKeys) known.add(appKey);
    }
    for (const key of KEYS.filter(({ appKey }) => !known.has(appKey))) {
      const secret = newSecret();
      invocation.output.row({ ...key, sellerId, secret });
      const rest = { sellerIds: [sellerId], signMethods: [], ratePerSecond: 0, enabled: true };
      await client.call('putAppKey', { appKey: { ...key, ...rest, secrets: [secret] } });
    }
  });
}

async function makeAccounts(invocation: Invocation): Promise<void> {
  await withUsers(invocation, async (client) => {
    const known = new Set<string>();
    for await (const { users } of pagesOf((token) => client.call('listUsers', { token }))) {
      for (const { login } of users) known.add(login);
    }
    for (const account of ACCOUNTS.filter(({ login }) => !known.has(login))) {
      const password = newPassword();
      const { login, name } = account;
      invocation.output.row({ login, name, password });
      await client.call('putUser', { ...account, password });
    }
  });
}

/** Its part of the command line. */
export const DEMONSTRATION_COMMANDS: readonly Command[] = [
  {
    name: 'seller demonstrate',
    summary:
      "the documents' seller 21230 with keys, an area, clerks and an operator, whatever of it is missing; secrets that it makes are shown once",
    variables: [
      'CATALOG_ADDRESS',
      'CATALOG_ADMIN_ADDRESS',
      'GATEWAY_ADMIN_ADDRESS',
      'CONSOLE_ADMIN_ADDRESS',
    ],
    examples: ['seller demonstrate'],
    run: sellerDemonstrate,
  },
];
