import { channelErrors, channelOf } from '@astrolabe/door';
import type { Clock } from '@astrolabe/kernel';
import { createKeyedMutex } from '@astrolabe/mongo';
import { httpServer, openService, systemClock } from '@astrolabe/runtime';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer, verifyGovToken } from '@astrolabe/signing';
import { adminService } from './adapters/grpc/admin.ts';
import { connectCatalog, connectInventory } from './adapters/grpc/peers.ts';
import { mallProtocol } from './adapters/http/routes.ts';
import { createAccounts } from './adapters/mongo/accounts.ts';
import { createFailedTries } from './adapters/mongo/failed-tries.ts';
import { createTokens } from './adapters/mongo/tokens.ts';
import { createTokenFor } from './adapters/node/token-for.ts';
import { makeAuthorise } from './application/authorise.ts';
import { makeGrantToken } from './application/grant-token.ts';
import { makeQueryStock } from './application/query-stock.ts';
import type { Config } from './config.ts';

const BODY_LIMIT_BYTES = 256 * 1024;
/** Document 004 names no time; a mall's program waits no longer than a person. */
const ANSWER_WITHIN_MS = 10_000;

/** Everything of the adapter, wired but not started. `overrides` let a test hold the clock. */
export async function createService(
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const { config, logger } = context;
  const service = await openService('govmall-adapter', context);
  const accounts = createAccounts(service.db, createSealer(config.RAW_BODY_KEY));
  const tokens = await createTokens(service.db);
  const catalog = connectCatalog(config.CATALOG_ADDRESS);
  const inventory = connectInventory(config.INVENTORY_ADDRESS);
  const mall = channelOf(
    mallProtocol({
      grantToken: makeGrantToken({
        accounts,
        tokens,
        clock,
        failedTries: await createFailedTries(service.db),
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
  const http = await httpServer(context, {
    bodyLimitBytes: BODY_LIMIT_BYTES,
    answerWithinMs: ANSWER_WITHIN_MS,
    errorResponder: channelErrors([mall]),
  });
  mall.serve(http.app, { now: () => clock().getTime() });
  return service.of({
    reseals: [accounts.reseal],
    clients: [catalog, inventory],
    contracts: [adminService(accounts)],
    http,
  });
}
