import { randomBytes } from 'node:crypto';
import { TOPICS } from '@astrolabe/contracts';
import { channelErrors, channelOf } from '@astrolabe/door';
import type { Channel, TimeLeft } from '@astrolabe/door';
import type { Clock } from '@astrolabe/kernel';
import { httpServer, openService, systemClock } from '@astrolabe/runtime';
import type { Service, ServiceContext } from '@astrolabe/service';
import { TOP_CLOCK_TOLERANCE_MS, createSealer, withinWindow } from '@astrolabe/signing';
import { adminService } from './adapters/grpc/admin.ts';
import { sessionMethods } from './adapters/grpc/sessions.ts';
import { tradeService } from './adapters/grpc/trades.ts';
import { connectPeers, goodsOf, storesOf } from './adapters/grpc/peers.ts';
import type { Peers } from './adapters/grpc/peers.ts';
import { inventoryMethods } from './channels/qimen/inventory.ts';
import { storeMethods } from './channels/qimen/stores.ts';
import { qimenProtocol } from './channels/qimen/protocol.ts';
import { stockOf } from './adapters/grpc/stock.ts';
import { statusMethods } from './channels/qimen/status-reports.ts';
import { tmallProtocol } from './channels/tmall/protocol.ts';
import { goodsMethods } from './channels/top/goods.ts';
import { pickupMethods } from './channels/top/pickup.ts';
import { tradeMethod } from './channels/top/trade.ts';
import { omniMethods } from './channels/top/omni.ts';
import { letGetHaveBody, topProtocol } from './channels/top/protocol.ts';
import type { TopDeps } from './channels/top/protocol.ts';
import { encodeOrderSeen } from './adapters/kafka/outgoing.ts';
import { createAppKeys } from './adapters/mongo/app-keys.ts';
import { createAuditLog } from './adapters/mongo/audit-log.ts';
import { createInboundLog } from './adapters/mongo/inbound.ts';
import { createSessions } from './adapters/mongo/sessions.ts';
import { createTrades } from './adapters/mongo/trades.ts';
import { makeAdmission } from './application/admit.ts';
import { makeAnswerOnce } from './application/answer-once.ts';
import { makeIssueSession, makeSellerOf } from './application/sessions.ts';
import type { AppKeys, AuditLog, Look, Sessions, TradeInbox } from './application/ports.ts';
import type { Config } from './config.ts';

/** Callers wait three seconds. */
const ANSWER_WITHIN_MS = 2_900;
const SESSION_BYTES = 32;

/** Everything of the gateway, wired but not started. `overrides` let a test hold the clocks. */
export async function createService(
  context: ServiceContext<Config>,
  {
    clock = systemClock,
    ticks = () => performance.now(),
  }: { readonly clock?: Clock; readonly ticks?: () => number } = {},
): Promise<Service> {
  const { config, logger } = context;
  const service = await openService('gateway-ingress', context);
  const { db } = service;
  const sealer = createSealer(config.RAW_BODY_KEY);
  const appKeys = createAppKeys(db, sealer, ticks);
  const sessions = await createSessions(db, ticks);
  const trades = await service.outbox(TOPICS.ingressOrders, (outbox) =>
    createTrades({ ...outbox, sealer, clock, bodiesKeptDays: config.TRADE_BODIES_KEPT_DAYS }),
  );
  const inbound = await createInboundLog(db, {
    sealer,
    clock,
    keptDays: config.INBOUND_KEPT_DAYS,
  });
  const { RATE_PER_SECOND: ratePerSecond } = config;
  const admission = makeAdmission({ appKeys, clock, ticks, ratePerSecond, isCurrent });
  const auditLog = createAuditLog(db, clock);
  // The process's log has the hash too: it shows when entries of the audit log were cut off.
  const audit = async (look: Look): Promise<void> =>
    logger.info({ ...look, ...(await auditLog.append(look)) }, 'a receiver was looked at');
  const peers = connectPeers(config);
  const sellerOf = makeSellerOf({ appKeys, sessions, clock });
  const channels = channelsOf({ admission, sellerOf, peers, trades, clock, ticks });
  const http = await httpServer(context, {
    bodyLimitBytes: config.BODY_BYTES_MAX,
    answerWithinMs: ANSWER_WITHIN_MS,
    errorResponder: channelErrors(channels),
  });
  letGetHaveBody(http.app);
  const serving = { answerOnce: makeAnswerOnce(inbound), now: () => clock().getTime() };
  for (const channel of channels) channel.serve(http.app, serving);
  return service.of({
    reseals: [appKeys.reseal],
    clients: [peers],
    contracts: [adminOf({ appKeys, auditLog, sessions, clock }), tradeService({ trades, audit })],
    http,
  });
}

const isCurrent = (timestamp: Date, now: Date): boolean =>
  withinWindow(timestamp, now, TOP_CLOCK_TOLERANCE_MS);

/** The administration of keys and of their sessions. */
const adminOf = (deps: {
  appKeys: AppKeys;
  auditLog: AuditLog;
  sessions: Sessions;
  clock: Clock;
}) =>
  adminService(
    deps.appKeys,
    deps.auditLog,
    sessionMethods({
      ...deps,
      issue: makeIssueSession({
        ...deps,
        secret: () => randomBytes(SESSION_BYTES).toString('base64url'),
      }),
    }),
  );

type ChannelDeps = Omit<TopDeps, 'methods'> & { peers: Peers; trades: TradeInbox; clock: Clock };

/** The three channels and what they are served with. */
function channelsOf({ peers, trades, clock, ...common }: ChannelDeps): readonly Channel[] {
  const inventory = (left: TimeLeft) => ({
    goods: goodsOf(peers, left),
    stock: stockOf(peers, left),
    stores: storesOf(peers, left),
  });
  const qimen = [
    ...storeMethods(peers),
    ...inventoryMethods(inventory, clock),
    ...statusMethods(peers),
  ];
  const top = [
    ...omniMethods(peers, clock),
    ...pickupMethods(peers),
    ...goodsMethods(peers),
    tradeMethod({ peers, trades }),
  ];
  return [
    channelOf(qimenProtocol({ ...common, methods: qimen })),
    channelOf(topProtocol({ ...common, methods: top })),
    channelOf(tmallProtocol({ ...common, trades, encode: encodeOrderSeen })),
  ];
}
