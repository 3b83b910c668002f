import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { NotNow, channelErrors, channelOf } from '@astrolabe/door';
import type { Clock } from '@astrolabe/kernel';
import { createKeyedMutex } from '@astrolabe/mongo';
import { httpServer, openService, systemClock } from '@astrolabe/runtime';
import { isUnavailable } from '@astrolabe/service';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer, verifyGovToken } from '@astrolabe/signing';
import { adminService } from './adapters/grpc/admin.ts';
import { connectMoney } from './adapters/grpc/money.ts';
import { connectOffers } from './adapters/grpc/offers.ts';
import { connectOrders } from './adapters/grpc/orders.ts';
import { connectCatalog, connectInventory } from './adapters/grpc/peers.ts';
import { connectSupplies } from './adapters/grpc/supplies.ts';
import { extraRows } from './adapters/http/extra-rows.ts';
import { goodsRows } from './adapters/http/goods-rows.ts';
import { moneyRows } from './adapters/http/money-rows.ts';
import { orderRows } from './adapters/http/order-rows.ts';
import { mallTables } from './adapters/http/mall-tables.ts';
import { mallProtocol } from './adapters/http/routes.ts';
import { reading } from './adapters/http/row.ts';
import type { Row } from './adapters/http/row.ts';
import { stockRow } from './adapters/http/stock-row.ts';
import { createAccounts } from './adapters/mongo/accounts.ts';
import { createFailedTries } from './adapters/mongo/failed-tries.ts';
import { createGrants } from './adapters/mongo/grants.ts';
import { createTokens } from './adapters/mongo/tokens.ts';
import { digest } from './adapters/node/digest.ts';
import { newPassword } from './adapters/node/new-password.ts';
import { createTokenFor } from './adapters/node/token-for.ts';
import { makeAuthorise } from './application/authorise.ts';
import { makeFindArea } from './application/find-area.ts';
import { makeGrantToken } from './application/grant-token.ts';
import { makePatience } from './application/patience.ts';
import { makeQueryStock } from './application/query-stock.ts';
import { makeReturnGoods } from './application/return-goods.ts';
import { makeTakeOrder } from './application/take-order.ts';
import type { Config } from './config.ts';

const BODY_LIMIT_BYTES = 256 * 1024;
/** Callers of the family wait 15 s, and ask three times (field E5). */
const ANSWER_WITHIN_MS = 12_000;

/** Everything of the adapter, wired but not started. `overrides` let a test hold the clock. */
export async function createService(
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const { config, logger } = context;
  const service = await openService('govmall-adapter', context);
  const accounts = createAccounts(service.db, createSealer(config.RAW_BODY_KEY));
  const tokens = await createTokens(service.db);
  const peers = connectPeers(config);
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
      authorise: makeAuthorise({
        grants: createGrants(service.db),
        clock,
        isSame: isDeepStrictEqual,
      }),
      rows: rowsOf(peers, { clock, skusMax: config.SKUS_MAX }),
      tables: mallTables(config.MALLS),
      patience: makePatience({
        passes: (error) => error instanceof NotNow || isUnavailable(error),
        ticks: () => performance.now(),
        pause: async (ms) => await pause(ms),
        onAway: (error) => logger.warn({ err: error }, 'what was asked could not be decided'),
      }),
    }),
  );
  const http = await httpServer(context, {
    bodyLimitBytes: BODY_LIMIT_BYTES,
    readsGzip: true,
    answerWithinMs: ANSWER_WITHIN_MS,
    errorResponder: channelErrors([mall]),
  });
  mall.serve(http.app, { now: () => clock().getTime() });
  return service.of({
    reseals: [accounts.reseal],
    clients: Object.values(peers),
    contracts: [adminService({ accounts, tokens, clock, newPassword })],
    http,
  });
}

const connectPeers = (config: Config) => ({
  catalog: connectCatalog(config.CATALOG_ADDRESS),
  offers: connectOffers(config.CATALOG_ADDRESS),
  inventory: connectInventory(config.INVENTORY_ADDRESS),
  orders: connectOrders(config.ORDER_ADDRESS),
  supplies: connectSupplies(config.FULFILLMENT_ADDRESS),
  money: connectMoney(config.SETTLEMENT_ADDRESS),
});

/** Every interface behind a token, and who answers it. */
function rowsOf(
  { catalog, offers, inventory, orders, supplies, money }: ReturnType<typeof connectPeers>,
  { clock, skusMax }: { readonly clock: Clock; readonly skusMax: number },
): readonly Row[] {
  const regions = offers;
  return [
    ...goodsRows({ offers, skusMax }).map(reading),
    ...extraRows({ offers, regions, findArea: makeFindArea({ regions }), skusMax }).map(reading),
    reading(
      stockRow({ offers, skusMax, queryStock: makeQueryStock({ catalog, inventory, regions }) }),
    ),
    ...orderRows({
      offers,
      orders,
      supplies,
      money,
      takeOrder: makeTakeOrder({ orders, regions }),
      returnGoods: makeReturnGoods({ orders, supplies, clock, digest }),
    }),
    ...moneyRows({ orders, money }),
  ];
}
