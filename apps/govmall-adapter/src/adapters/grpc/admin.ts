import { GovmallAdminServiceService } from '@astrolabe/contracts/govmall';
import type {
  Account as AccountMessage,
  CreateAccountRequest,
  CreateAccountResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  ListTokensRequest,
  ListTokensResponse,
  PutAccountRequest,
  PutAccountResponse,
  RevokeTokensRequest,
  RevokeTokensResponse,
  RotatePasswordRequest,
  RotatePasswordResponse,
  SetAccountEnabledRequest,
  SetAccountEnabledResponse,
} from '@astrolabe/contracts/govmall';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { AccountName, Accounts, ShownAccount, Tokens } from '../../application/ports.ts';

export type AdminDeps = {
  accounts: Accounts;
  tokens: Pick<Tokens, 'live' | 'revoke'>;
  clock: Clock;
  newPassword: () => string;
};

/** A user name that is made here: it stands in forms and addresses. */
const USERNAME = /^[\w.@-]{1,64}$/;

const TEXT_MAX = 200;
const POOLS_MAX = 500;
const WORDS_MAX = 100;
const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;
/** A field of a request, and what the mall writes in it. */
const WORD = /^[A-Za-z_]{1,50}=\S{1,50}$/;

/** The administration of accounts and their tokens, for inside the cluster. */
export const adminService = (deps: AdminDeps): GrpcServerOptions['services'][number] => [
  GovmallAdminServiceService,
  { ...accountMethods(deps), ...tokenMethods(deps) },
];

const accountMethods = ({ accounts, newPassword }: AdminDeps) => ({
  putAccount: unary<PutAccountRequest, PutAccountResponse>('putAccount', async ({ account }) => {
    if (!account?.username || !account.password || !account.sellerId) {
      throw refused('MISSING_FIELD', 'username, password and seller_id are required');
    }
    await accounts.put({ ...account, wireWords: wordsOf(account) });
    return {};
  }),
  listAccounts: unary<ListAccountsRequest, ListAccountsResponse>(
    'listAccounts',
    async ({ page, sellerId }) => {
      const size = Math.min(Math.max(page?.size || PAGE_DEFAULT, 1), PAGE_MAX);
      const found = await accounts.list({ size, token: page?.token ?? '', sellerId });
      const nextToken = found.length < size ? '' : (found.at(-1)?.username ?? '');
      return { accounts: found.map(messageOf), nextToken };
    },
  ),
  createAccount: unary<CreateAccountRequest, CreateAccountResponse>(
    'createAccount',
    async ({ account }) => {
      if (!account?.username || !account.sellerId) {
        throw refused('MISSING_FIELD', 'username and seller_id are required');
      }
      if (account.password !== '') throw refused('INVALID_FIELD', 'the password is made here');
      if (!USERNAME.test(account.username)) {
        throw refused('INVALID_FIELD', 'username has letters, digits and . _ @ -, at most 64');
      }
      const password = newPassword();
      const made = { ...account, password, wireWords: wordsOf(account) };
      if (await accounts.create(made)) return { password };
      throw new GrpcRefusal({ code: GRPC.alreadyExists, reason: 'ACCOUNT_EXISTS' });
    },
  ),
  rotatePassword: unary<RotatePasswordRequest, RotatePasswordResponse>(
    'rotatePassword',
    async (name) => {
      const password = newPassword();
      if (await accounts.rotate(name, password)) return { password };
      throw unknown();
    },
  ),
  setAccountEnabled: unary<SetAccountEnabledRequest, SetAccountEnabledResponse>(
    'setAccountEnabled',
    async ({ enabled, ...name }) => {
      if (await accounts.setEnabled(name, enabled)) return {};
      throw unknown();
    },
  ),
});

const tokenMethods = ({ accounts, tokens, clock }: AdminDeps) => {
  const knownAt = async ({ sellerId, username }: AccountName): Promise<void> => {
    const found = await accounts.find(username);
    if (found?.sellerId !== sellerId) throw unknown();
  };
  return {
    listTokens: unary<ListTokensRequest, ListTokensResponse>('listTokens', async (name) => {
      await knownAt(name);
      return { tokens: [...(await tokens.live(name.username, clock()))] };
    }),
    revokeTokens: unary<RevokeTokensRequest, RevokeTokensResponse>(
      'revokeTokens',
      async ({ tokenId, ...name }) => {
        await knownAt(name);
        return { ended: await tokens.revoke(name.username, tokenId, clock()) };
      },
    ),
  };
};

const unknown = (): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ACCOUNT' });

const refused = (reason: string, details: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });

/** The mall's own numbers, when the settings are within their bounds. */
function wordsOf(account: AccountMessage): ReadonlyMap<string, string> {
  const { mallName, agreementNo, poolIds } = account;
  const words = Object.entries(account.wireWords);
  if (mallName.length > TEXT_MAX || agreementNo.length > TEXT_MAX) {
    throw refused('TOO_LONG', `mall_name and agreement_no have at most ${TEXT_MAX} characters`);
  }
  if (poolIds.length > POOLS_MAX || words.length > WORDS_MAX) {
    throw refused('TOO_MANY', `at most ${POOLS_MAX} pool_ids and ${WORDS_MAX} wire_words`);
  }
  if (words.some(([from]) => !WORD.test(from))) {
    throw refused('INVALID_FIELD', 'wire_words must have the form payment=9');
  }
  return new Map(words);
}

const messageOf = ({ generation: _generation, ...shown }: ShownAccount): AccountMessage => ({
  ...shown,
  password: '',
  poolIds: [...shown.poolIds],
  wireWords: Object.fromEntries(shown.wireWords),
});
