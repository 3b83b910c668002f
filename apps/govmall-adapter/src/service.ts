import { createHmac, hkdfSync } from 'node:crypto';
import { channelErrors, channelOf } from '@astrolabe/door';
import { createGrpcServer } from '@astrolabe/grpc';
import { addressList, createHttpServer } from '@astrolabe/http';
import { invariant } from '@astrolabe/kernel';
import type { Clock } from '@astrolabe/kernel';
import { connectMongo, createKeyedMutex, resealAtStart } from '@astrolabe/mongo';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer, sealingKeys, verifyGovToken } from '@astrolabe/signing';
import { adminService } from './adapters/grpc/admin.ts';
import { connectCatalog, connectInventory } from './adapters/grpc/peers.ts';
import { mallProtocol } from './adapters/http/routes.ts';
import { createAccounts } from './adapters/mongo/accounts.ts';
import { createFailedTries } from './adapters/mongo/failed-tries.ts';
import { createTokens } from './adapters/mongo/tokens.ts';
import { makeAuthorise } from './application/authorise.ts';
import { makeGrantToken } from './application/grant-token.ts';
import type { TokenRequest } from './application/grant-token.ts';
import { makeQueryStock } from './application/query-stock.ts';
import type { Config } from './config.ts';

const BODY_LIMIT_BYTES = 256 * 1024;
/** Document 004 names no time; a mall's program waits no longer than a person. */
const ANSWER_WITHIN_MS = 10_000;
const TOKEN_KEY_BYTES = 32;

/** The token of a request, by a key of its own. Letters and digits only: callers join forms by hand. */
function createTokenFor(keysBase64: string): (request: TokenRequest) => string {
  const [root] = sealingKeys(keysBase64);
  invariant(root !== undefined, 'there must be a key');
  const key = Buffer.from(hkdfSync('sha256', root, '', 'govmall-token', TOKEN_KEY_BYTES));
  return ({ username, timestamp, sign }) =>
    createHmac('sha256', key)
      .update(JSON.stringify([username, timestamp, sign.toLowerCase()]))
      .digest('hex');
}

/** Wires the adapter. `overrides` let a test hold the clock. */
export async function createService(
  { config, logger, health }: ServiceContext<Config>,
  overrides: { clock?: Clock } = {},
): Promise<Service> {
  const clock = overrides.clock ?? (() => new Date());
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: 'govmall-adapter',
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });
  health.addCheck('mongo', () => mongo.check());
  const accounts = createAccounts(mongo.db, createSealer(config.RAW_BODY_KEY));
  const tokens = await createTokens(mongo.db);
  const catalog = connectCatalog(config.CATALOG_ADDRESS);
  const inventory = connectInventory(config.INVENTORY_ADDRESS);
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    adminPort: config.ADMIN_PORT,
    services: [adminService(accounts)],
  });
  const mall = channelOf(
    mallProtocol({
      grantToken: makeGrantToken({
        accounts,
        tokens,
        clock,
        failedTries: await createFailedTries(mongo.db),
        tokenFor: createTokenFor(config.RAW_BODY_KEY),
        oneByOne: createKeyedMutex(),
        isSignedBy: ({ username, password }, { timestamp, sign }) =>
          verifyGovToken({ username, timestamp, sign, passwords: [password] }),
      }),
      authorise: makeAuthorise({ accounts, tokens, clock }),
      queryStock: makeQueryStock({ catalog, inventory }),
      stockSkusMax: config.STOCK_SKUS_MAX,
      logger,
    }),
  );
  const http = await createHttpServer({
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    answerWithinMs: ANSWER_WITHIN_MS,
    trustedProxies: addressList(config.TRUSTED_PROXIES),
    errorResponder: channelErrors([mall]),
  });
  mall.serve(http.app, { now: () => clock().getTime() });
  const peers = {
    name: 'peers',
    stop: async () => {
      catalog.close();
      inventory.close();
    },
  };
  return {
    components: [
      mongo.component,
      resealAtStart(logger, [accounts.reseal]),
      peers,
      grpc.component,
      http.component,
    ],
    ports: () => ({ ...grpc.ports(), httpPort: http.port() }),
  };
}
