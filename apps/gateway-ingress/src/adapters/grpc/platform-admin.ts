import { trafficToMessage } from '@astrolabe/contracts';
import { PlatformAdminServiceService } from '@astrolabe/contracts/ingress';
import type {
  ListConnectionsRequest,
  ListConnectionsResponse,
  ListReceivedRequest,
  ListReceivedResponse,
  ListParkedMessagesRequest,
  ListParkedMessagesResponse,
  ListedConnection,
  PlatformConnection,
  PutConnectionRequest,
  PutConnectionResponse,
  ReplayMessagesRequest,
  ReplayMessagesResponse,
  ReplayParkedRequest,
  ReplayParkedResponse,
  RotateSecretRequest,
  RotateSecretResponse,
  SetConnectionEnabledRequest,
  SetConnectionEnabledResponse,
} from '@astrolabe/contracts/ingress';
import { INNER_ADDRESS_DETAILS, spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcCode, GrpcServerOptions } from '@astrolabe/grpc';
import { PROCUREMENT, readOrderRef } from '@astrolabe/kernel';
import type { Clock, ConnectionTraffic, TrafficLog } from '@astrolabe/kernel';
import type { Connections } from '../../application/platform/ports.ts';
import type { ParkedMessages } from '../../application/platform/inbox.ts';
import type { ReplayRefusal, makeReplaySince } from '../../application/platform/replay.ts';
import type { makeReplayParked } from '../../application/platform/replay-parked.ts';
import type { Look } from '../../application/ports.ts';
import { connectionId } from '../../domain/connection.ts';
import type { Connection, Tokens } from '../../domain/connection.ts';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;
const TEXT_MAX = 200;
const ACTOR_MAX = 100;
/** A token that nobody says the end of (catalogue A.2.3). */
const TOKEN_MS = 10 * 3_600_000;
const OVERLAP_DEFAULT_S = 24 * 3_600;
const OVERLAP_MAX_S = 30 * 24 * 3_600;

export type PlatformAdminDeps = {
  readonly connections: Connections;
  readonly parked: Pick<ParkedMessages, 'list'>;
  /** Keeps who changed what, before it is changed. */
  readonly audit: (look: Look) => Promise<void>;
  readonly clock: Clock;
  readonly urlRule: SpiUrlRule;
  readonly replay: ReturnType<typeof makeReplaySince>;
  readonly replayParked: ReturnType<typeof makeReplayParked>;
  readonly traffic: Pick<TrafficLog, 'of'>;
};

/** The protocols by which messages of sellers come. */
const PROTOCOLS = ['tmall', 'procurement', 'qimen', 'top', 'fenxiao'] as const;

/** What messages of a seller are called by in the figures. */
export const receivedName = (channel: string, sellerId: string): string =>
  `received/${channel}/${sellerId}`;

const invalid = (details: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'INVALID_CONNECTION', details });

const unknown = (): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_CONNECTION' });

const exists = (): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.alreadyExists, reason: 'CONNECTION_EXISTS' });

/** What is wrong with a connection; null when nothing is. */
function wrongWith(connection: PlatformConnection): string | null {
  const { platform, sellerId, appKey, memberId, addressId } = connection;
  if (platform !== PROCUREMENT) return `platform: ${PROCUREMENT}`;
  if (!readOrderRef({ channel: platform, sellerId, number: '1' }).ok) return 'seller_id: not valid';
  if (!/^[\w.-]{1,50}$/.test(appKey)) return 'app_key: 1 to 50 letters';
  if (memberId === '' || memberId.length > TEXT_MAX) return 'member_id: required';
  if (!/^\d{0,20}$/.test(connection.mainUserId)) return 'main_user_id: a number';
  if (connection.loginId.length > TEXT_MAX) return 'login_id: too long';
  if (!/^[\w-]{0,50}$/.test(addressId)) return 'address_id: up to 50 letters, digits, _ and -';
  if (connection.callsPerSecond < 0) return 'calls_per_second: not below 0';
  return connection.ratePerSecond < 0 ? 'rate_per_second: not below 0' : null;
}

/** Who asks, within bounds. */
function personOf(askedBy: string): string {
  if (askedBy === '' || askedBy.length > ACTOR_MAX) {
    throw invalid(`asked_by: 1 to ${ACTOR_MAX} letters`);
  }
  return askedBy;
}

function sizeOf(size: number): number {
  if (size < 0 || size > PAGE_MAX) {
    throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'INVALID_PAGE_SIZE' });
  }
  return size || PAGE_DEFAULT;
}

/** Sellers' connections to platforms, and the messages that could not be understood, for operators alone. */
export const platformAdminService = (
  deps: PlatformAdminDeps,
): GrpcServerOptions['services'][number] => [
  PlatformAdminServiceService,
  { ...changes(deps), ...replays(deps), ...lists(deps) },
];

const changes = ({ connections, audit, clock, urlRule }: PlatformAdminDeps) => ({
  putConnection: unary<PutConnectionRequest, PutConnectionResponse>(
    'putConnection',
    async (request, { caller }) => {
      const { connection, secret, askedBy, onlyNew: isNew } = request;
      const person = personOf(askedBy);
      const wrong = connection ? wrongWith(connection) : 'connection: required';
      if (!connection || wrong !== null) throw invalid(wrong ?? '');
      await checkUrl(connection.gatewayUrl, urlRule);
      const found = await connections.find(connection.platform, connection.sellerId);
      if (isNew && found) throw exists();
      if (!found && secret === '') throw invalid('secret: required of a new connection');
      const target = connectionId(connection);
      await audit({ caller, person, action: 'connection.put', target });
      const tokens = tokensOf(request, found, clock());
      const isDone = await connections.put({
        ...connection,
        gatewayUrl: connection.gatewayUrl.replace(/\/+$/, ''),
        secret: secret || null,
        tokens,
        isNew,
      });
      // Somebody else has made it meanwhile.
      if (!isDone && isNew) throw exists();
      return {};
    },
  ),
  rotateSecret: unary<RotateSecretRequest, RotateSecretResponse>(
    'rotateSecret',
    async ({ secret, overlapSeconds, askedBy, ...key }, { caller }) => {
      const person = personOf(askedBy);
      if (secret === '') throw invalid('secret: required');
      if (overlapSeconds < 0 || overlapSeconds > OVERLAP_MAX_S) throw invalid('overlap_seconds');
      const target = connectionId(key);
      await audit({ caller, person, action: 'connection.rotated', target });
      const overlapMs = (overlapSeconds || OVERLAP_DEFAULT_S) * 1_000;
      const previousEndsAt = new Date(clock().getTime() + overlapMs);
      if (!(await connections.rotate(target, secret, previousEndsAt))) throw unknown();
      return { previousEndsAt };
    },
  ),
  setConnectionEnabled: unary<SetConnectionEnabledRequest, SetConnectionEnabledResponse>(
    'setConnectionEnabled',
    async ({ enabled, askedBy, reason, ...key }, { caller }) => {
      const person = personOf(askedBy);
      if (reason.length > TEXT_MAX) throw invalid(`reason: at most ${TEXT_MAX} letters`);
      const target = connectionId(key);
      const action = enabled ? 'connection.enabled' : 'connection.disabled';
      await audit({ caller, person, action, target });
      const pause = enabled || reason === '' ? null : { reason, by: person, at: clock() };
      if (!(await connections.setEnabled(target, enabled, pause))) throw unknown();
      return {};
    },
  ),
});

const REPLAY_CODES: Readonly<Record<ReplayRefusal, GrpcCode>> = {
  UNKNOWN_CONNECTION: GRPC.notFound,
  CONNECTION_DISABLED: GRPC.failedPrecondition,
  REPLAY_RUNNING: GRPC.failedPrecondition,
};

const REPLAYED_MAX = 100;

const replays = ({ audit, replay, replayParked, clock }: PlatformAdminDeps) => ({
  replayMessages: unary<ReplayMessagesRequest, ReplayMessagesResponse>(
    'replayMessages',
    async ({ sellerId, platform, since, askedBy }, { caller }) => {
      const person = personOf(askedBy);
      if (platform !== PROCUREMENT) throw invalid(`platform: ${PROCUREMENT}`);
      if (!since || since > clock()) throw invalid('since: an instant that has passed');
      const target = connectionId({ platform, sellerId });
      await audit({ caller, person, action: 'connection.replayed', target });
      const replayed = await replay(sellerId, since);
      if (!replayed.ok) {
        throw new GrpcRefusal({ code: REPLAY_CODES[replayed.error], reason: replayed.error });
      }
      return { taken: replayed.value.count, isComplete: replayed.value.isEmpty };
    },
  ),
  replayParked: unary<ReplayParkedRequest, ReplayParkedResponse>(
    'replayParked',
    async ({ platform, since, askedBy, dryRun, page }, { caller }) => {
      const person = personOf(askedBy);
      if (platform !== PROCUREMENT) throw invalid(`platform: ${PROCUREMENT}`);
      if (!since || since > clock()) throw invalid('since: an instant that has passed');
      if (!dryRun) await audit({ caller, person, action: 'parked.replayed', target: platform });
      const limit = Math.min(sizeOf(page?.size ?? 0), REPLAYED_MAX);
      const query = { since, isDry: dryRun, limit, after: page?.token ?? '' };
      const { items, next } = await replayParked(query);
      return { messages: [...items], nextToken: next };
    },
  ),
});

const lists = ({ connections, parked, traffic }: PlatformAdminDeps) => ({
  listConnections: unary<ListConnectionsRequest, ListConnectionsResponse>(
    'listConnections',
    async ({ page, sellerId }) => {
      const size = sizeOf(page?.size ?? 0);
      const of = sellerId === '' ? null : await connections.find(PROCUREMENT, sellerId);
      const found =
        sellerId === ''
          ? await connections.list(size + 1, page?.token ?? '')
          : [of].filter((one) => one !== null);
      const shown = found.slice(0, size);
      const last = shown.at(-1);
      const nextToken = found.length > size && last ? connectionId(last) : '';
      const calls = await traffic.of(shown.map(connectionId));
      return {
        connections: shown.map((one, index) => listed(one, calls[index] ?? null)),
        nextToken,
      };
    },
  ),
  listReceived: unary<ListReceivedRequest, ListReceivedResponse>(
    'listReceived',
    async ({ sellerId }) => {
      if (sellerId === '') throw invalid('seller_id: required');
      const known = await traffic.of(PROTOCOLS.map((channel) => receivedName(channel, sellerId)));
      return {
        received: PROTOCOLS.map((channel, index) => ({
          channel,
          messages: trafficToMessage(known[index]),
        })),
      };
    },
  ),
  listParkedMessages: unary<ListParkedMessagesRequest, ListParkedMessagesResponse>(
    'listParkedMessages',
    async ({ page }) => {
      const { items, next } = await parked.list(sizeOf(page?.size ?? 0), page?.token ?? '');
      return { messages: [...items], nextToken: next };
    },
  ),
});

async function checkUrl(url: string, rule: SpiUrlRule): Promise<void> {
  const problem = url === '' ? 'BAD_URL' : await spiUrlProblem(url, rule);
  if (problem === 'INNER_ADDRESS') throw invalid(`gateway_url: ${INNER_ADDRESS_DETAILS}`);
  if (problem !== null) throw invalid('gateway_url: HTTPS, without credentials and query');
}

/** The tokens that are named; one that is not stays as it is. Null: none is named. */
function tokensOf(
  request: PutConnectionRequest,
  found: Connection | null,
  now: Date,
): Tokens | null {
  const { accessToken, refreshToken, accessTokenEndsAt, refreshTokenEndsAt } = request;
  if (accessToken === '' && refreshToken === '') return null;
  const before = found?.tokens ?? null;
  const access =
    accessToken === ''
      ? { access: before?.access ?? '', accessEndsAt: before?.accessEndsAt ?? now }
      : {
          access: accessToken,
          accessEndsAt: accessTokenEndsAt ?? new Date(now.getTime() + TOKEN_MS),
        };
  const refresh =
    refreshToken === ''
      ? { refresh: before?.refresh ?? '', refreshEndsAt: before?.refreshEndsAt ?? null }
      : { refresh: refreshToken, refreshEndsAt: refreshTokenEndsAt ?? null };
  return { ...access, ...refresh };
}

/** Without what is secret. */
const listed = (connection: Connection, calls: ConnectionTraffic | null): ListedConnection => {
  const {
    secret: _secret,
    previous,
    tokens,
    refused,
    replayedUntil,
    enabled,
    pause,
    ...plain
  } = connection;
  return {
    connection: plain,
    enabled,
    previousSecretEndsAt: previous?.endsAt,
    accessTokenEndsAt: tokens?.accessEndsAt,
    refreshTokenEndsAt: tokens?.refreshEndsAt ?? undefined,
    refused: refused ? `${refused.code} ${refused.message}`.trim() : '',
    replayedUntil: replayedUntil ?? undefined,
    calls: trafficToMessage(calls),
    pause: pause ? { reason: pause.reason, pausedBy: pause.by, pausedAt: pause.at } : undefined,
  };
};
