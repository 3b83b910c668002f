import { PROCUREMENT_CALLS } from '../../../domain/procurement/faults.ts';
import { Tokens } from '../../../domain/procurement/tokens.ts';
import type { Account } from './account.ts';
import { createBooks } from './account.ts';
import { WaitingMessages } from '../../../domain/procurement/messages.ts';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { BadRequest, bodyAs, textOfBody } from '../control-request.ts';
import { BOOKS } from './books.ts';
import type { ProcurementDeps } from './gateway.ts';
import { memberOf } from './json.ts';
import { MESSAGE_KINDS, messageIds, messageOf } from './messages.ts';
import { askBefore, pushMessage } from './push.ts';
import type { PushAnswer, PushDeps, PushOptions } from './push.ts';

export type ProcurementControlDeps = ProcurementDeps & PushDeps;

const Digits = Type.String({ pattern: '^[1-9]\\d{0,18}$' });
const AccountSchema = Type.Object({
  sellerId: Type.String({ minLength: 1 }),
  appKey: Type.String({ minLength: 1 }),
  secret: Type.String({ minLength: 1 }),
  memberId: Type.String({ minLength: 1 }),
  refreshToken: Type.String({ minLength: 1 }),
  /** How long access tokens are good; the document's ten hours when it is left out. */
  tokenSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_000_000 })),
  rotatesRefreshToken: Type.Optional(Type.Boolean()),
});
const TokenSchema = Type.Object({
  sellerId: Type.String(),
  action: Type.Enum(['issue', 'expire', 'revoke']),
});
const SecretSchema = Type.Object({
  sellerId: Type.String(),
  secret: Type.String({ minLength: 1 }),
});
const wrongWays = {
  /** Signs with this secret instead of the account's. */
  secret: Type.Optional(Type.String({ minLength: 1 })),
  /** Changes a byte after it was signed. */
  isTampered: Type.Optional(Type.Boolean()),
  /** Path and query at the gateway; the one of its door when it is left out. */
  path: Type.Optional(Type.String({ pattern: '^/' })),
};
const MessageSchema = Type.Object({
  sellerId: Type.String(),
  kind: Type.Optional(Type.Enum([...MESSAGE_KINDS])),
  id: Type.Optional(Digits),
  action: Type.Optional(Type.Enum(['CREATE', 'CANCEL', 'EDIT', 'REJECT', 'CONFIRM'])),
  /** The whole message, instead of kind and id. */
  json: Type.Optional(Type.String()),
  messageId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** Not pushed: it waits among those that were not taken. */
  isHeld: Type.Optional(Type.Boolean()),
  ...wrongWays,
});
const PrecheckSchema = Type.Object({
  sellerId: Type.String(),
  /** The JSON of the form field, to the byte. */
  json: Type.String(),
  ...wrongWays,
});
const isMade = Type.Optional(Type.Boolean());
const FaultsSchema = Type.Object({
  sellerId: Type.String(),
  api: Type.Enum([...PROCUREMENT_CALLS]),
  faults: Type.Array(
    Type.Union([
      Type.Object({ kind: Type.Literal('answer') }),
      Type.Object({
        kind: Type.Literal('late'),
        ms: Type.Integer({ minimum: 0, maximum: 60_000 }),
      }),
      Type.Object({ kind: Type.Literal('lost'), isMade }),
      Type.Object({
        kind: Type.Literal('status'),
        status: Type.Integer({ minimum: 200, maximum: 599 }),
        retryAfter: Type.Optional(Type.Integer({ minimum: 0 })),
        body: Type.Optional(Type.String()),
        isMade,
      }),
      Type.Object({
        kind: Type.Enum(['refusal', 'gateway']),
        code: Type.String(),
        message: Type.Optional(Type.String()),
        isMade,
      }),
      Type.Object({ kind: Type.Literal('text'), text: Type.String(), isMade }),
    ]),
    { maxItems: 100 },
  ),
});
const TOKEN_SECONDS = 36_000;
/** Where the gateway hears messages and pre-checks. */
export const CALLBACK_PATH = '/1688/message';
const PRECHECK_PATH = '/1688/precheck';

type Query = { Querystring: { sellerId?: string; api?: string } };

/** Control of the procurement platform: accounts, books, messages, faults. Records are the document's JSON. */
export function registerProcurementControl(
  app: FastifyInstance,
  deps: ProcurementControlDeps,
): void {
  registerAccounts(app, deps);
  registerBooks(app, deps);
  registerPushes(app, deps);
  app.put('/control/procurement/faults', async (request) => {
    const { sellerId, api, faults } = bodyAs(FaultsSchema, request);
    deps.script.set(accountOf(deps, sellerId).appKey, api, faults);
    return { sellerId, api, faults: faults.length };
  });
  app.get<Query>('/control/procurement/calls', async ({ query }) =>
    deps.script.callsOf(accountOf(deps, query.sellerId).appKey, query.api),
  );
}

/** @throws BadRequest for a seller that is not known. */
export function accountOf({ accounts }: Pick<ProcurementDeps, 'accounts'>, sellerId = ''): Account {
  const account = [...accounts.values()].find((one) => one.sellerId === sellerId);
  if (!account) {
    throw new BadRequest(`seller ${sellerId} is not known: PUT /control/procurement/config`);
  }
  return account;
}

function registerAccounts(app: FastifyInstance, deps: ProcurementControlDeps): void {
  const { accounts, clock } = deps;
  app.put('/control/procurement/config', async (request) => {
    const body = bodyAs(AccountSchema, request);
    const { sellerId, appKey, secret, memberId, refreshToken } = body;
    for (const [key, one] of accounts) if (one.sellerId === sellerId) accounts.delete(key);
    const lifeMs = (body.tokenSeconds ?? TOKEN_SECONDS) * 1_000;
    const tokens = new Tokens({
      prefix: appKey,
      refreshToken,
      lifeMs,
      rotates: body.rotatesRefreshToken ?? false,
    });
    const books = createBooks();
    const waiting = new WaitingMessages();
    accounts.set(appKey, { sellerId, appKey, secret, memberId, tokens, books, waiting });
    return { configured: sellerId, accessToken: tokens.issue(clock()) };
  });
  app.put('/control/procurement/secret', async (request) => {
    const { sellerId, secret } = bodyAs(SecretSchema, request);
    accountOf(deps, sellerId).secret = secret;
    return { sellerId };
  });
  app.put('/control/procurement/tokens', async (request) => {
    const { sellerId, action } = bodyAs(TokenSchema, request);
    const { tokens } = accountOf(deps, sellerId);
    if (action === 'issue') return { sellerId, accessToken: tokens.issue(clock()) };
    tokens[action]();
    return { sellerId };
  });
}

function registerBooks(app: FastifyInstance, deps: ProcurementControlDeps): void {
  const path = '/control/procurement/:book/:id';
  type Params = { Params: { book: string; id: string } };
  const bookOf = (name: string) => {
    const book = BOOKS.get(name);
    if (!book) throw new BadRequest(`there is no book ${name}: ${[...BOOKS.keys()].join(', ')}`);
    return book;
  };
  app.put<Params>(path, async (request, reply) => {
    const { sellerId } = bodyAs(Type.Object({ sellerId: Type.String() }), request);
    const data = memberOf(textOfBody(request), 'data') ?? '{}';
    const { books } = accountOf(deps, sellerId);
    const put = bookOf(request.params.book).put(books, request.params.id, data);
    if (!put.ok) throw new BadRequest(`data: ${put.error}`);
    return await reply.type('application/json').send(put.value);
  });
  app.get<Params & Query>(path, async ({ params, query }, reply) => {
    const { books } = accountOf(deps, query.sellerId);
    const json = bookOf(params.book).get(books, params.id);
    if (json === null) throw new BadRequest(`there is no ${params.id} in ${params.book}`);
    return await reply.type('application/json').send(json);
  });
}

type Pushing = { messageId: string } & Partial<PushAnswer>;

function registerPushes(app: FastifyInstance, deps: ProcurementControlDeps): void {
  const nextMessageId = messageIds(deps.clock);
  app.post('/control/procurement/messages', async (request): Promise<Pushing> => {
    const body = bodyAs(MessageSchema, request);
    const account = accountOf(deps, body.sellerId);
    const message = messageOf(account, body, nextMessageId, deps.clock());
    if (!message.ok) throw new BadRequest(message.error);
    const { messageId } = message.value;
    if (body.isHeld === true) {
      account.waiting.add(message.value);
      return { messageId };
    }
    const options = optionsOf(body, CALLBACK_PATH);
    return { messageId, ...(await pushMessage(deps, account, message.value, options)) };
  });
  app.get<Query>('/control/procurement/waiting', async ({ query }) =>
    accountOf(deps, query.sellerId).waiting.all(),
  );
  app.post('/control/procurement/precheck', async (request) => {
    const body = bodyAs(PrecheckSchema, request);
    const account = accountOf(deps, body.sellerId);
    return await askBefore(deps, account, body.json, optionsOf(body, PRECHECK_PATH));
  });
}

type Wrong = { secret?: string; isTampered?: boolean; path?: string };

const optionsOf = ({ secret, isTampered, path }: Wrong, usual: string): PushOptions => ({
  path: path ?? usual,
  ...(secret !== undefined && { secret }),
  ...(isTampered !== undefined && { isTampered }),
});
