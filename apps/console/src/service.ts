import { resolve } from 'node:path';
import { TOPICS } from '@astrolabe/contracts';
import { createDestinations, createHttpClient } from '@astrolabe/http';
import { registerPages } from '@astrolabe/http/pages';
import type { Clock } from '@astrolabe/kernel';
import { httpServer, openService, systemClock as clock, watchCalls } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { createWorkQueue } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { adminService } from './adapters/grpc/admin-service.ts';
import { connectFulfillment } from './adapters/grpc/fulfillment.ts';
import { connectReceivers } from './adapters/grpc/receivers.ts';
import { connectSellers } from './adapters/grpc/sellers.ts';
import { connectStock } from './adapters/grpc/stock.ts';
import { connectWaybills } from './adapters/grpc/waybills.ts';
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
import { createPushDevices } from './adapters/mongo/push-devices.ts';
import { createSessions } from './adapters/mongo/sessions.ts';
import { createTries } from './adapters/mongo/tries.ts';
import { createIdentityProvider } from './adapters/oidc/provider.ts';
import { createPasswords, newPassword, newToken } from './adapters/node/passwords.ts';
import { createPushService } from './adapters/push/service.ts';
import { makeClerks } from './application/clerks.ts';
import { makeFindPickup, makeHandOver } from './application/pickup.ts';
import { makeProviderLogout } from './application/provider-logout.ts';
import { makeProviderSignIn } from './application/provider-sign-in.ts';
import { makeSendPush, makeSubscribe, makeTellDevices } from './application/push.ts';
import { makeReportAction } from './application/report-action.ts';
import { makeLookAtReceiver } from './application/receiver.ts';
import {
  makeDisableUser,
  makeListUsers,
  makePutUser,
  makeSignIn,
  makeWhoIs,
} from './application/sign-in.ts';
import type { AuditLog } from './application/audit-ports.ts';
import type { SessionNames, Sessions } from './application/sign-in-ports.ts';
import type { Feeds } from './application/store-ports.ts';
import { groupGrantsOf } from './domain/identity.ts';
import { pushPolicy } from './domain/push.ts';
import type { Config } from './config.ts';

const NAME = 'console';
const BODY_LIMIT_BYTES = 64 * 1024;
/** A person waits longer than a program. */
const ANSWER_WITHIN_MS = 10_000;
const HOUR_SECONDS = 3_600;
const MINUTE_MS = 60_000;
const PUSH_CONNECT_MS = 3_000;
const PUSH_ANSWER_MS = 7_000;
const PUSH_CONNECTIONS_MAX = 32;
const PUSH_ANSWER_BYTES_MAX = 16 * 1024;
const PUSH_RETRY_MS = 2_000;

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
  const waybills = connectWaybills(config.FULFILLMENT_ADDRESS);
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
  const push = await pushOf(db, config, { logger, feeds, sessions: accounts.sessions });
  const routes = createRoutes(http.app, { whoIs, audit, cookies });
  live.register(routes);
  registerApi(routes, {
    signIn: makeSignIn(accounts),
    findPickup: makeFindPickup({ fulfillment }),
    lookAtReceiver: makeLookAtReceiver({ fulfillment, receivers, audit }),
    handOver: makeHandOver({ fulfillment, journal, clock }),
    reportAction: makeReportAction({ fulfillment, stock, journal, clock }),
    sessions: withDevices(accounts.sessions, push.devices),
    push,
    waybills,
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
    clients: [fulfillment, stock, waybills, receivers, sellers, backends, push.client],
    work: [push.queue],
    contracts: [adminService({ ...usersOf(accounts), audit })],
    http,
    loops: [live.component],
    consumers: [
      {
        group: NAME,
        topics: [TOPICS.fulfillmentEvents],
        handle: fulfillmentHandler({ feeds, told: live.wake, tellDevices: push.tell }),
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

/** Messages to clerks' browsers: what is due is sent beside the calls and consumers. */
async function pushOf(
  db: OpenedService['db'],
  config: Config,
  { logger, feeds, sessions }: { logger: Logger; feeds: Feeds; sessions: SessionNames },
) {
  const destinations = createDestinations(config.PUSH_ALLOWED_NETWORKS);
  const client = createHttpClient({
    name: 'push',
    connectTimeoutMs: PUSH_CONNECT_MS,
    responseTimeoutMs: PUSH_ANSWER_MS,
    maxConnections: PUSH_CONNECTIONS_MAX,
    maxResponseBytes: PUSH_ANSWER_BYTES_MAX,
    destinations,
  });
  const service = createPushService(
    { key: config.PUSH_KEY, contact: config.PUSH_CONTACT, allowHttp: config.PUSH_ALLOW_HTTP },
    { http: client, destinations },
  );
  const devices = await createPushDevices(db);
  const policy = pushPolicy(PUSH_RETRY_MS, 2 * (PUSH_CONNECT_MS + PUSH_ANSWER_MS));
  const watch = watchCalls('push', logger);
  const queue = createWorkQueue<string>({
    name: 'push',
    work: makeSendPush({ devices, sessions, feeds, service, clock, policy, watch }),
    due: (now, limit) => devices.due(now, limit),
    clock,
    keyOf: (id) => id,
    onError: (id, err) => logger.error({ err, device: id }, 'a message could not be sent'),
    onSweepError: (err) => logger.warn({ err, queue: 'push' }, 'a sweep failed'),
  });
  return {
    client,
    devices,
    service,
    queue: queue.component,
    subscribe: makeSubscribe({ devices, service, clock }),
    tell: makeTellDevices({ devices, clock, wake: queue.add }),
  };
}

/** A session that ends takes its browser along. */
const withDevices = (
  sessions: Pick<Sessions, 'end'> & Pick<SessionNames, 'idOf'>,
  devices: Awaited<ReturnType<typeof createPushDevices>>,
): typeof sessions => ({
  idOf: sessions.idOf,
  end: async (token) => {
    await sessions.end(token);
    await devices.removeOf(sessions.idOf(token));
  },
});

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
