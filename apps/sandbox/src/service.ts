import { createHttpServer } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import type { Service, ServiceContext } from '@astrolabe/service';
import { startAutopilot } from './adapters/http/autopilot.ts';
import { registerControl } from './adapters/http/control.ts';
import { registerFenxiao } from './adapters/http/fenxiao.ts';
import { createIsv } from './adapters/http/isv.ts';
import { createLanes } from './adapters/http/lanes.ts';
import { createMall } from './adapters/http/mall.ts';
import type { Lanes } from './adapters/http/lanes.ts';
import { connectPlatform } from './adapters/http/platform.ts';
import { registerPage } from './adapters/http/page/routes.ts';
import { createPos } from './adapters/http/pos.ts';
import { registerKit } from './adapters/http/kit/control.ts';
import { registerSpi } from './adapters/http/spi.ts';
import type { SpiFaults } from './adapters/http/spi.ts';
import { playProcurement } from './adapters/http/procurement/platform.ts';
import { registerTmallRouter } from './adapters/http/tmall-router.ts';
import { createTmall } from './adapters/http/tmall.ts';
import type { Trade } from './adapters/http/tmall.ts';
import type { Config } from './config.ts';
import { DistributionOrders } from './domain/distribution-orders.ts';
import { ExchangeLog } from './domain/exchanges.ts';
import type { Seller } from './domain/seller.ts';
import { TmallTrades } from './domain/tmall-trades.ts';
import { TmallWaybills } from './domain/tmall-waybills.ts';
import type { ShipMode } from './domain/tmall-trades.ts';
import { TillTrades } from './domain/till-trades.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const TRADES_KEPT = 100_000;

/** Wires the counterparties. They keep nothing: a restart forgets sellers and trades. */
export async function createService({ config, logger }: ServiceContext<Config>): Promise<Service> {
  const clock: Clock = () => new Date();
  const ticks = (): number => performance.now();
  const log = new ExchangeLog();
  const sellers = new Map<string, Seller>();
  const trades = new Map<string, Trade>();
  const completed = new Set<Listener>();
  const lanes = createLanes(BODY_LIMIT_BYTES);
  const seen = { clock, ticks, log };
  const platform = connectPlatform({ lanes, gatewayUrl: config.GATEWAY_URL, ...seen });
  const pos = createPos(platform);
  const isv = createIsv();
  const standings = new TmallTrades();
  const shipModes = new Map<string, ShipMode>();
  const tillTrades = new TillTrades();
  const tmall = createTmall(platform, clock, standings);
  const known = { tmall, sellers, trades, shipModes, tillTrades };
  const stopAutopilot = startAutopilot({
    pos,
    tmall,
    sellerOf: (sellerId) => sellers.get(sellerId),
    tradeOf: (tid) => trades.get(tid),
    completed: (tid, failure) => {
      for (const tell of completed) tell(tid, failure);
    },
    onError: (err) => logger.warn({ err }, 'the autopilot could not go on'),
  });
  const http = await createHttpServer({
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
  });
  const spiFaults: SpiFaults = new Map();
  registerSpi(http.app, { faults: spiFaults, pos, isv, sellers, ...seen });
  registerTmallRouter(http.app, {
    ...known,
    standings,
    waybills: new TmallWaybills(),
    ...seen,
    onError: (err) => logger.warn({ err }, 'a shipment could not be told'),
  });
  const distribution = new DistributionOrders();
  registerFenxiao(http.app, { orders: distribution, sellers, ...seen });
  const procurement = playProcurement(http.app, { ...seen, lanes, gatewayUrl: config.GATEWAY_URL });
  const newTradeId = tradeIds(clock);
  const remember = rememberIn(trades);
  const { allow } = lanes.tmall;
  registerPage(http.app, { ...known, spiFaults, newTradeId, remember, ...seen });
  registerKit(http.app, {
    procurement,
    ...known,
    distribution,
    platform,
    pos,
    spiFaults,
    newTradeId,
    mall: createMall({ lanes, mallUrl: config.MALL_URL, ...seen }),
    ...seen,
  });
  registerControl(http.app, {
    distribution,
    platform,
    ...known,
    pos,
    isv,
    log,
    load: { tmall, pos, ticks, newTradeId, remember, allow, onCompleted: listenersOf(completed) },
  });
  const counterparties = counterpartiesOf(stopAutopilot, lanes);
  return { components: [counterparties, http.component], ports: () => ({ httpPort: http.port() }) };
}

type Listener = (tid: string, failure: string | null) => void;

/** Lets somebody hear of completed trades, until what it returns is called. */
const listenersOf =
  (completed: Set<Listener>) =>
  (listener: Listener): (() => void) => {
    completed.add(listener);
    return () => void completed.delete(listener);
  };

const counterpartiesOf = (stopAutopilot: () => void, lanes: Lanes) => ({
  name: 'counterparties',
  stop: async () => {
    stopAutopilot();
    await lanes.close();
  },
});

/** Keeps trades, the newest of them. */
const rememberIn =
  (trades: Map<string, Trade>) =>
  (trade: Trade): void => {
    trades.set(trade.tid, trade);
    const [oldest] = trades.keys();
    if (trades.size > TRADES_KEPT && oldest !== undefined) trades.delete(oldest);
  };

/** Numbers that no other run has used: milliseconds, then a counter; 18 digits, even. */
function tradeIds(clock: Clock): () => string {
  const base = BigInt(clock().getTime()) * 100_000n;
  let next = 0n;
  return () => {
    next += 2n;
    return (base + next).toString();
  };
}
