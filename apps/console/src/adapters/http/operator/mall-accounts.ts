import { ListAccountsResponse, ListTokensResponse } from '@astrolabe/contracts/govmall';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { findIn, pageOf } from './responses.ts';

const ACCOUNTS = '/api/sellers/:seller/mall/accounts';
const ACCOUNT = `${ACCOUNTS}/:account`;
const TOKENS = `${ACCOUNT}/tokens`;

const NewAccount = Type.Object({
  username: Type.String({ pattern: '^[A-Za-z0-9_.@-]{1,64}$' }),
  mallName: Type.String({ maxLength: 200 }),
  agreementNo: Type.String({ maxLength: 200 }),
  poolIds: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 500 }),
  moneyAsText: Type.Boolean(),
});
const Enabled = Type.Object({ enabled: Type.Boolean() });

const INCOMPLETE = { message: 'a field is missing or not right' };

/**
 * Who of the malls may call for a seller, and with which tokens. A password is made by the adapter and is
 * in the one answer alone. An account of another seller is none.
 */
export function registerMallAccounts(
  routes: Routes,
  { mallAccounts }: Pick<Backends, 'mallAccounts'>,
): void {
  const named = ({ sellerId }: { sellerId: string }, request: FastifyRequest) => ({
    sellerId,
    username: pathOf(request)['account'] ?? '',
  });

  routes.seller('GET', ACCOUNTS, 'seller.read', async ({ sellerId }, request) => {
    const asked = { sellerId, page: pageOf(queryOf(request)) };
    return ListAccountsResponse.toJSON(await mallAccounts.call('listAccounts', asked));
  });
  routes.seller('POST', ACCOUNTS, 'seller.act', async ({ sellerId }, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(NewAccount, sent)) return await refuse(reply, 400, 'BAD_REQUEST', INCOMPLETE);
    const { username, mallName, agreementNo, poolIds, moneyAsText } = sent;
    const told = { username, mallName, agreementNo, poolIds: [...new Set(poolIds)], moneyAsText };
    const account = { ...told, sellerId, enabled: true, password: '', wireWords: {} };
    const { password } = await mallAccounts.call('createAccount', { account });
    // No cache keeps a secret.
    void reply.header('cache-control', 'no-store');
    return { username, password };
  });
  routes.seller('POST', `${ACCOUNT}/rotate`, 'seller.act', async (caller, request, reply) => {
    const name = named(caller, request);
    const { password } = await mallAccounts.call('rotatePassword', name);
    void reply.header('cache-control', 'no-store');
    return { username: name.username, password };
  });
  routes.seller(
    'POST',
    `${ACCOUNT}/enable`,
    'seller.act',
    async (caller, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Enabled, sent)) return await refuse(reply, 400, 'BAD_REQUEST', INCOMPLETE);
      await mallAccounts.call('setAccountEnabled', { ...named(caller, request), ...sent });
      return { enabled: sent.enabled };
    },
    async (caller, request) => {
      const { sellerId, username } = named(caller, request);
      const account = await findIn(
        async (page) => {
          const { accounts, nextToken } = await mallAccounts.call('listAccounts', {
            sellerId,
            page,
          });
          return { items: accounts, nextToken };
        },
        (one) => one.username === username,
      );
      return account && { enabled: account.enabled };
    },
  );
  routes.seller('GET', TOKENS, 'seller.read', async (caller, request) =>
    ListTokensResponse.toJSON(await mallAccounts.call('listTokens', named(caller, request))),
  );
  routes.seller('POST', `${TOKENS}/revoke`, 'seller.act', async (caller, request) =>
    mallAccounts.call('revokeTokens', { ...named(caller, request), tokenId: '' }),
  );
  routes.seller('POST', `${TOKENS}/:id/revoke`, 'seller.act', async (caller, request) => {
    const tokenId = pathOf(request)['id'] ?? '';
    return await mallAccounts.call('revokeTokens', { ...named(caller, request), tokenId });
  });
}
