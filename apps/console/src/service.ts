import { resolve } from 'node:path';
import { TOPICS } from '@astrolabe/contracts';
import { registerPages } from '@astrolabe/http/pages';
import type { Clock } from '@astrolabe/kernel';
import { httpServer, openService, systemClock as clock } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { adminService } from './adapters/grpc/admin-service.ts';
import { connectFulfillment } from './adapters/grpc/fulfillment.ts';
import { connectReceivers } from './adapters/grpc/receivers.ts';
import { connectSellers } from './adapters/grpc/sellers.ts';
import { connectStock } from './adapters/grpc/stock.ts';
import { connectBackends } from './adapters/grpc/backends.ts';
import { registerApi } from './adapters/http/api.ts';
import { createLive } from './adapters/http/live.ts';
import { registerOperator } from './adapters/http/operator/api.ts';
import type { SignInByProvider } from './adapters/http/provider.ts';
import { createRoutes } from './adapters/http/routes.ts';
import { createCookies } from './adapters/http/session.ts';
import { fulfillmentHandler } from './adapters/kafka/incoming.ts';
import { createAccounts } from './adapters/mongo/accounts.ts';
import { createAuditLog } from './adapters/mongo/audit-log.ts';
import { DEVICE_SECONDS, createDevices } from './adapters/mongo/devices.ts';
import { createFeeds } from './adapters/mongo/feeds.ts';
import { createLogoutTokens } from './adapters/mongo/logout-tokens.ts';
import { createJournal } from './adapters/mongo/journal.ts';
import { createSessions } from './adapters/mongo/sessions.ts';
import { createTries } from './adapters/mongo/tries.ts';
import { createIdentityProvider } from './adapters/oidc/provider.ts';
import { createPasswords, newPassword, newToken } from './adapters/node/passwords.ts';
import { makeClerks } from './application/clerks.ts';
import { makeFindPickup, makeHandOver } from './application/pickup.ts';
import { makeProviderLogout } from './application/provider-logout.ts';
import { makeProviderSignIn } from './application/provider-sign-in.ts';
import { makeReportAction } from './application/report-action.ts';
import { makeLookAtReceiver } from './application/receiver.ts';
import {
  makeDisableUser,
  makeListUsers,
  makePutUser,
  makeSignIn,
  makeWhoIs,
} from './application/sign-in.ts';
import type { AuditLog, Feeds } from './application/ports.ts';
import { groupGrantsOf } from './domain/identity.ts';
import type { Config } from './config.ts';

const NAME = 'console';
const BODY_LIMIT_BYTES = 64 * 1024;
/** A person waits longer than a program. */
const ANSWER_WITHIN_MS = 10_000;
const HOUR_SECONDS = 3_600;
const MINUTE_MS = 60_000;

/** Everything of the console, wired but not started. */
export async function createService(context: ServiceContext<Config>): Promise<Service> {
  const { config, logger } = context;
  const service = await openService(NAME, context);
  const { db } = service;
  const audit = await createAuditLog(db, clock);
  const accounts = await accountsOf(db, config, { clock, audit });
  const feeds = await createFeeds(db);
  const journal = await createJournal(db);
  const fulfillment = connectFulfillment(config.FULFILLMENT_ADDRESS);
  const stock = connectStock(config.CATALOG_ADDRESS, config.INVENTORY_ADDRESS);
  const receivers = connectReceivers(config.GATEWAY_ADDRESS);
  const sellers = connectSellers(config.CATALOG_ADDRESS);
  const backends = connectBackends(config);
  const whoIs = makeWhoIs({ ...accounts, idleMs: config.SESSION_IDLE_MINUTES * MINUTE_MS });
  const cookies = createCookies(config.COOKIE_SECURE);
  const http = await httpServer(context, {
    bodyLimitBytes: BODY_LIMIT_BYTES,
    answerWithinMs: ANSWER_WITHIN_MS,
  });
  // The pages' headers go with every answer.
  await registerPages(http.app, resolve(config.WEB_DIST));
  const live = liveOf(feeds, whoIs, logger);
  const routes = createRoutes(http.app, { whoIs, audit, cookies });
  live.register(routes);
  registerApi(routes, {
    signIn: makeSignIn(accounts),
    findPickup: makeFindPickup({ fulfillment }),
    lookAtReceiver: makeLookAtReceiver({ fulfillment, receivers, audit }),
    handOver: makeHandOver({ fulfillment, journal, clock }),
    reportAction: makeReportAction({ fulfillment, stock, journal, clock }),
    sessions: accounts.sessions,
    answersHere: (sellerId) => sellers.acceptsHere(sellerId),
    storeName: (store) => sellers.storeName(store),
    feeds,
    fulfillment,
    journal,
    clock,
    cookies,
    byProvider: await providerOf(db, { config, accounts, logger, clock, audit }),
    sessionSeconds: config.SESSION_HOURS * HOUR_SECONDS,
    deviceSeconds: DEVICE_SECONDS,
  });
  registerOperator(routes, {
    backends: backends.clients,
    deadLetters: service.messaging().deadLetters,
    receivers,
    audit,
    clerks: clerksOf(accounts),
    start: startOf(config),
  });
  return service.of({
    clients: [fulfillment, stock, receivers, sellers, backends],
    contracts: [adminService({ ...usersOf(accounts), audit })],
    http,
    loops: [live.component],
    consumers: [
      {
        group: NAME,
        topics: [TOPICS.fulfillmentEvents],
        handle: fulfillmentHandler(feeds, live.wake),
      },
    ],
  });
}

/** Where operators' pages open when an address names nothing. */
const startOf = (config: Config) => ({
  sellerId: config.START_SELLER,
  itemId: config.START_ITEM,
  skuId: config.START_SKU,
});

/** What signing in needs. */
async function accountsOf(
  db: OpenedService['db'],
  config: Config,
  { clock, audit }: { clock: Clock; audit: AuditLog },
) {
  const passwords = createPasswords();
  return {
    accounts: createAccounts(db),
    sessions: await createSessions(db),
    devices: await createDevices(db, newToken),
    tries: await createTries(db),
    passwords,
    clock,
    audit,
    newToken,
    nobodysHash: await passwords.hash(newToken()),
    sessionMs: config.SESSION_HOURS * HOUR_SECONDS * 1_000,
  };
}

/**
 * The provider by which people sign in; null where none is configured.
 * @throws TypeError where its configuration is not whole.
 */
async function providerOf(
  db: OpenedService['db'],
  {
    config,
    accounts,
    logger,
    clock,
    audit,
  }: {
    config: Config;
    accounts: Awaited<ReturnType<typeof accountsOf>>;
    logger: Logger;
    clock: Clock;
    audit: AuditLog;
  },
): Promise<SignInByProvider | null> {
  if (config.OIDC_ISSUER === '') return null;
  for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_REDIRECT_URI'] as const) {
    if (config[name] === '') throw new TypeError(`${name} is required with OIDC_ISSUER`);
  }
  const rules = {
    loginClaim: config.OIDC_LOGIN_CLAIM,
    groupsClaim: config.OIDC_GROUPS_CLAIM,
    groupGrants: groupGrantsOf(config.OIDC_GROUP_GRANTS),
  };
  const provider = createIdentityProvider(
    {
      issuer: config.OIDC_ISSUER,
      clientId: config.OIDC_CLIENT_ID,
      clientSecret: config.OIDC_CLIENT_SECRET,
      redirectUri: config.OIDC_REDIRECT_URI,
      scope: config.OIDC_SCOPE,
      claims: [rules.loginClaim, rules.groupsClaim].filter((name) => name !== ''),
      allowHttp: config.OIDC_ALLOW_HTTP,
    },
    logger,
    clock,
  );
  const tokens = await createLogoutTokens(db);
  const logout = makeProviderLogout({ provider, sessions: accounts.sessions, tokens, audit });
  const signIn = makeProviderSignIn({ ...accounts, provider, rules });
  return { name: config.OIDC_NAME, provider, signIn, logout };
}

/** The administration of accounts. */
const usersOf = (accounts: Awaited<ReturnType<typeof accountsOf>>) => ({
  putUser: makePutUser(accounts),
  disableUser: makeDisableUser(accounts),
  listUsers: makeListUsers(accounts),
});

/** What operators do about the accounts of a seller's stores. */
const clerksOf = (accounts: Awaited<ReturnType<typeof accountsOf>>) =>
  makeClerks({
    accounts: accounts.accounts,
    hash: (password) => accounts.passwords.hash(password),
    newPassword,
    putUser: makePutUser(accounts),
    disableUser: makeDisableUser(accounts),
  });

const liveOf = (feeds: Feeds, whoIs: ReturnType<typeof makeWhoIs>, logger: Logger) =>
  createLive({
    feeds,
    whoIs,
    nowMs: () => performance.now(),
    onError: (err) => logger.warn({ err }, 'the feeds could not be read'),
  });
