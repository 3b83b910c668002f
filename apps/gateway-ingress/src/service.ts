import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TOPICS } from '@astrolabe/contracts';
import { channelErrors, channelOf } from '@astrolabe/door';
import type { Channel, ServeDeps, TimeLeft } from '@astrolabe/door';
import type { Clock, TrafficLog } from '@astrolabe/kernel';
import { PROCUREMENT } from '@astrolabe/kernel';
import {
  connectSellerSystems,
  httpServer,
  openService,
  openTraffic,
  systemClock,
} from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { periodic } from '@astrolabe/service';
import type { Component, Logger, Service, ServiceContext } from '@astrolabe/service';
import { TOP_CLOCK_TOLERANCE_MS, createSealer, withinWindow } from '@astrolabe/signing';
import type { Sealer } from '@astrolabe/signing';
import { METRIC, counter, gauge } from '@astrolabe/telemetry';
import type { HttpClient } from '@astrolabe/http';
import { adminService } from './adapters/grpc/admin.ts';
import { appKeyMethods } from './adapters/grpc/app-keys.ts';
import { platformAccessService } from './adapters/grpc/platform-access.ts';
import { platformAdminService, receivedName } from './adapters/grpc/platform-admin.ts';
import { sessionMethods } from './adapters/grpc/sessions.ts';
import { tradeService } from './adapters/grpc/trades.ts';
import { createGoods } from './adapters/grpc/goods.ts';
import { connectPeers } from './adapters/grpc/peers.ts';
import type { Peers } from './adapters/grpc/peers.ts';
import { inventoryMethods } from './channels/qimen/inventory.ts';
import { storeMethods } from './channels/qimen/stores.ts';
import { fenxiaoProtocol } from './channels/fenxiao/protocol.ts';
import { messageProtocol } from './channels/procurement/messages.ts';
import { readProcurementMessage } from './channels/procurement/read-message.ts';
import { precheckProtocol } from './channels/procurement/precheck.ts';
import { qimenProtocol } from './channels/qimen/protocol.ts';
import { serveOpenApi } from './channels/openapi.ts';
import { stockOf } from './adapters/grpc/stock.ts';
import { statusMethods } from './channels/qimen/status-reports.ts';
import { tmallProtocol } from './channels/tmall/protocol.ts';
import { goodsMethods } from './channels/top/goods.ts';
import { pickupMethods } from './channels/top/pickup.ts';
import { tillMethod } from './channels/top/till.ts';
import { tradeMethod } from './channels/top/trade.ts';
import { omniMethods } from './channels/top/omni.ts';
import { letGetHaveBody, topProtocol } from './channels/top/protocol.ts';
import type { TopDeps } from './channels/top/protocol.ts';
import { encodeOrderSeen, encodeParked, encodeSaid } from './adapters/kafka/outgoing.ts';
import { askingForToken, waitingAt } from './adapters/http/platform.ts';
import { createConnections } from './adapters/mongo/connections.ts';
import { createParked } from './adapters/mongo/parked.ts';
import { createSaid } from './adapters/mongo/said.ts';
import { createAppKeys } from './adapters/mongo/app-keys.ts';
import { createAuditLog } from './adapters/mongo/audit-log.ts';
import { createInboundLog } from './adapters/mongo/inbound.ts';
import { createSessions } from './adapters/mongo/sessions.ts';
import { createTrades } from './adapters/mongo/trades.ts';
import { makeAdmission } from './application/admit.ts';
import { makeAccess } from './application/platform/access.ts';
import { makeTakeMessage } from './application/platform/inbox.ts';
import { makeReplay, makeReplaySince } from './application/platform/replay.ts';
import { makeReplayParked } from './application/platform/replay-parked.ts';
import { makeWatch } from './application/platform/watch.ts';
import { createBuckets } from './application/buckets.ts';
import { makeAnswerOnce } from './application/answer-once.ts';
import { makeIssueSession, makeSellerOf } from './application/sessions.ts';
import type {
  AppKeyAdmin,
  AppKeys,
  AuditLog,
  Look,
  Sessions,
  TradeInbox,
} from './application/ports.ts';
import type { Access } from './application/platform/access.ts';
import type { Connections } from './application/platform/ports.ts';
import { connectionId } from './domain/connection.ts';
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
  const appKeys = createAppKeys(db, { sealer, clock });
  const sessions = await createSessions(db);
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
  const { traffic, loop: figuresOfTraffic } = await openTraffic(db, { clock, logger });
  const parts = { config, logger, sealer, clock, ticks, auditLog, traffic };
  const platform = await openPlatform(service, parts);
  const sellerOf = makeSellerOf({ appKeys, sessions, clock });
  const distributionWindowMs = 1_000 * config.DISTRIBUTION_WINDOW_SECONDS;
  const common = { admission, sellerOf, peers, trades, clock, ticks };
  const tables = tablesOf({ peers, trades, clock });
  const signing = {
    admission,
    connections: platform.connections,
    rates: createBuckets(ticks),
    ratePerSecond,
    clock,
    platform: PROCUREMENT,
  };
  const channels = [
    ...channelsOf({ ...common, ...tables, distributionWindowMs }),
    channelOf(messageProtocol({ ...signing, take: platform.take })),
    channelOf(precheckProtocol({ ...signing, peers, ticks })),
  ];
  const http = await httpServer(context, {
    bodyLimitBytes: config.BODY_BYTES_MAX,
    answerWithinMs: ANSWER_WITHIN_MS,
    errorResponder: channelErrors(channels),
  });
  letGetHaveBody(http.app);
  const serving = {
    answerOnce: makeAnswerOnce(inbound),
    now: () => clock().getTime(),
    seen: seenIn(traffic),
  };
  for (const channel of channels) channel.serve(http.app, serving);
  serveOpenApi(http.app, tables);
  return service.of({
    reseals: [appKeys.reseal, platform.connections.reseal],
    clients: [peers, platform.client],
    contracts: [
      adminOf({ appKeys, auditLog, sessions, clock }),
      tradeService({ trades, audit }),
      ...platform.contracts,
    ],
    http,
    loops: [...platform.loops, figuresOfTraffic],
  });
}

const unknownWords = counter(
  METRIC.inboundUnknownWords,
  'Messages with a word of their channel that is not known',
  ['channel', 'field'],
);
const authorisations = gauge(
  METRIC.platformAuthorisation,
  'Seconds until the authorisation of a connection ends and a person has to renew it',
  ['connection'],
);

type PlatformParts = {
  readonly config: Config;
  readonly logger: Logger;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly ticks: () => number;
  readonly auditLog: AuditLog;
  readonly traffic: TrafficLog;
};

/** Verdicts of a request that was taken, or answered as its channel answers. */
const TAKEN: readonly string[] = ['ANSWERED', 'TAKEN', 'TEST'];

/** Tells figures what requests of sellers came to. */
const seenIn =
  (traffic: TrafficLog): NonNullable<ServeDeps['seen']> =>
  ({ channel, sellerId, verdict }) =>
    traffic.tell(receivedName(channel, sellerId), { code: TAKEN.includes(verdict) ? '' : verdict });

/** Sellers' connections to the platforms that they supply: messages, tokens, and what is asked for again. */
async function openPlatform(service: OpenedService, parts: PlatformParts) {
  const { config, logger, sealer, clock, auditLog, traffic } = parts;
  const connections = await createConnections(service.db, sealer);
  const inbox = await service.outbox(TOPICS.ingressProcurement, (outbox) =>
    createSaid({
      ...outbox,
      platform: PROCUREMENT,
      clock,
      encode: encodeSaid,
      publishWithinMs: config.PUBLISH_WITHIN_MS,
    }),
  );
  const parked = await service.outbox(TOPICS.ingressParked, (outbox) =>
    createParked({ ...outbox, clock, sealer, encode: encodeParked }),
  );
  const unknownWord = (field: string): void => unknownWords.inc({ channel: 'procurement', field });
  const take = makeTakeMessage({ inbox, parked, unknownWord });
  const { client, urlRule } = connectSellerSystems(config, {
    name: 'platform',
    connectTimeoutMs: config.PLATFORM_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.PLATFORM_RESPONSE_TIMEOUT_MS,
    maxConnections: 16,
    maxResponseBytes: 4 * 1024 * 1024,
  });
  const access = makeAccess({
    connections,
    clock,
    pause: (ms) => delay(ms),
    ask: askingForToken({ http: client, clock }),
    notStored: (connection, error) =>
      logger.error({ err: error, connection }, 'a new token is used and not stored yet'),
  });
  const audit = async (look: Look): Promise<void> =>
    logger.info({ ...look, ...(await auditLog.append(look)) }, 'a connection was changed');
  const replaying = replayDeps({ ...parts, connections, access, take, http: client });
  const replay = makeReplaySince(replaying);
  return {
    connections,
    take,
    client,
    contracts: [
      platformAccessService(access, traffic),
      platformAdminService({
        connections,
        parked,
        audit,
        clock,
        urlRule,
        replay,
        replayParked: makeReplayParked({ ...replaying, parked }),
        traffic,
      }),
    ],
    loops: platformLoops({ ...parts, connections, access }, replaying),
  };
}

type LoopParts = PlatformParts & {
  readonly connections: Connections;
  readonly access: Access;
  readonly take: ReturnType<typeof makeTakeMessage>;
  readonly http: HttpClient;
};

/** What takes messages that wait at platforms. */
function replayDeps(parts: LoopParts) {
  const { logger, traffic } = parts;
  const note = (sellerId: string, { code, message }: { code: string; message: string }): void =>
    logger.warn({ sellerId, code, message }, 'messages that wait could not be taken');
  return {
    ...parts,
    ...waitingAt({
      ...parts,
      platform: PROCUREMENT,
      note,
      told: (sellerId, outcome) =>
        traffic.tell(connectionId({ platform: PROCUREMENT, sellerId }), outcome),
    }),
    read: readProcurementMessage,
    platform: PROCUREMENT,
  };
}

/** What looks after connections beside requests: their tokens, and messages that could not be pushed. */
function platformLoops(
  parts: Omit<LoopParts, 'take' | 'http'>,
  replaying: ReturnType<typeof replayDeps>,
): readonly Component[] {
  const { config, logger } = parts;
  const watch = makeWatch({
    ...parts,
    platform: PROCUREMENT,
    endsIn: (one, seconds) => authorisations.set({ connection: connectionId(one) }, seconds),
    endIsNear: (one, days) =>
      logger.warn({ connection: connectionId(one), days }, 'an authorisation ends soon'),
  });
  const every = { tokens: config.TOKEN_WATCH_INTERVAL_MS, replay: config.REPLAY_INTERVAL_MS };
  return [
    periodic({ name: 'tokens', everyMs: every.tokens, logger }, watch),
    periodic({ name: 'replay', everyMs: every.replay, logger }, makeReplay(replaying)),
  ];
}

const isCurrent = (timestamp: Date, now: Date): boolean =>
  withinWindow(timestamp, now, TOP_CLOCK_TOLERANCE_MS);

/** The administration of keys and of their sessions. */
const adminOf = (deps: {
  appKeys: AppKeys & AppKeyAdmin;
  auditLog: AuditLog;
  sessions: Sessions;
  clock: Clock;
}) =>
  adminService(
    appKeyMethods(deps.appKeys, deps.clock),
    deps.auditLog,
    sessionMethods({
      ...deps,
      issue: makeIssueSession({
        ...deps,
        secret: () => randomBytes(SESSION_BYTES).toString('base64url'),
      }),
    }),
  );

type TableDeps = { peers: Peers; trades: TradeInbox; clock: Clock };

/** The methods of the two protocols that have one address for all. */
function tablesOf({ peers, trades, clock }: TableDeps) {
  const goods = createGoods(peers);
  const inventory = (left: TimeLeft) => ({
    goods: goods(left),
    stock: stockOf(peers, left),
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
    tillMethod(peers),
  ];
  return { qimen, top };
}

type ChannelDeps = Omit<TopDeps, 'methods'> &
  TableDeps &
  ReturnType<typeof tablesOf> & { distributionWindowMs: number };

/** The channels and what they are served with. */
function channelsOf({
  peers,
  trades,
  clock,
  qimen,
  top,
  distributionWindowMs,
  ...common
}: ChannelDeps): readonly Channel[] {
  return [
    channelOf(qimenProtocol({ ...common, methods: qimen })),
    channelOf(topProtocol({ ...common, methods: top })),
    channelOf(tmallProtocol({ ...common, trades, encode: encodeOrderSeen })),
    channelOf(
      fenxiaoProtocol({
        ...common,
        peers,
        trades,
        clock,
        encode: encodeOrderSeen,
        windowMs: distributionWindowMs,
      }),
    ),
  ];
}
