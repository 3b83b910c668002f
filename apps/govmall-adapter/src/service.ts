import { randomBytes } from 'node:crypto';
import { createGrpcServer } from '@astrolabe/grpc';
import { createHttpServer } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { connectMongo } from '@astrolabe/mongo';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer, verifyGovToken } from '@astrolabe/signing';
import { adminService } from './adapters/grpc/admin.ts';
import { connectCatalog, connectInventory } from './adapters/grpc/peers.ts';
import { mallError, registerRoutes } from './adapters/http/routes.ts';
import { createAccounts } from './adapters/mongo/accounts.ts';
import { createTokens } from './adapters/mongo/tokens.ts';
import { makeAuthorise } from './application/authorise.ts';
import { makeGrantToken } from './application/grant-token.ts';
import { makeQueryStock } from './application/query-stock.ts';
import type { Config } from './config.ts';

const BODY_LIMIT_BYTES = 256 * 1024;
const TOKEN_BYTES = 32;

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
  });
  health.addCheck('mongo', () => mongo.check());
  const accounts = createAccounts(mongo.db, createSealer(config.RAW_BODY_KEY));
  const tokens = await createTokens(mongo.db);
  const catalog = connectCatalog(config.CATALOG_ADDRESS);
  const inventory = connectInventory(config.INVENTORY_ADDRESS);
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    services: [adminService(accounts)],
  });
  const http = await createHttpServer({
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    errorResponder: mallError,
  });
  registerRoutes(http.app, {
    grantToken: makeGrantToken({
      accounts,
      tokens,
      clock,
      newToken: () => randomBytes(TOKEN_BYTES).toString('base64url'),
      isSignedBy: ({ username, password }, { timestamp, sign }) =>
        verifyGovToken({ username, timestamp, sign, passwords: [password] }),
    }),
    authorise: makeAuthorise({ accounts, tokens, clock }),
    queryStock: makeQueryStock({ catalog, inventory }),
    stockSkusMax: config.STOCK_SKUS_MAX,
    logger,
  });
  const peers = {
    name: 'peers',
    stop: async () => {
      catalog.close();
      inventory.close();
    },
  };
  return {
    components: [mongo.component, peers, grpc.component, http.component],
    ports: () => ({ grpcPort: grpc.port(), httpPort: http.port() }),
  };
}
