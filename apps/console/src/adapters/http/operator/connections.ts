import { ListConnectionsResponse as SellerConnections } from '@astrolabe/contracts/fulfillment';
import type { ConnectionAdminServiceClient as FulfillmentConnections } from '@astrolabe/contracts/fulfillment';
import { ListConnectionsResponse } from '@astrolabe/contracts/ingress';
import type { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { ConnectionAdminServiceClient as OrderConnections } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Static } from 'typebox';
import Value from 'typebox/value';
import type { User } from '../../../application/sign-in-ports.ts';
import { jsonOf } from '../json.ts';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import { askerOf } from './order-actions.ts';
import { incomplete, pageOf, unkept } from './responses.ts';

const BASE = '/api/onboarding/connections';
const HOUR_SECONDS = 3_600;
const OVERLAP_HOURS_MAX = 720;
const REASON_MAX = 200;
/** A thousand messages are confirmed one by one; what is left is for the next call. */
const REPLAY_DEADLINE_MS = 25_000;

const name = Type.String({ pattern: String.raw`^[\w.-]{1,64}$` });
const address = Type.String({ minLength: 1, maxLength: 500 });
const secret = Type.String({ minLength: 1, maxLength: 500 });
const codes = Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 50 });

const NewPlatform = Type.Object({
  sellerId: name,
  appKey: name,
  gatewayUrl: address,
  memberId: Type.String({ minLength: 1, maxLength: 100 }),
  secret,
  refreshToken: secret,
});
const NewSecret = Type.Object({
  secret,
  overlapHours: Type.Integer({ minimum: 1, maximum: OVERLAP_HOURS_MAX }),
});
const NewConnection = Type.Object({
  sellerId: name,
  appKey: name,
  url: address,
  secret: Type.Optional(secret),
  session: Type.Optional(secret),
  nick: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  lookupPath: Type.Optional(Type.String({ maxLength: 200 })),
  retryCodes: Type.Optional(codes),
  failCodes: Type.Optional(codes),
  treatAsPaid: Type.Optional(Type.Boolean()),
});
const NewSecrets = Type.Object({
  secret: Type.Optional(secret),
  session: Type.Optional(Type.String({ maxLength: 500 })),
});
/** Whoever stops a connection says why. */
const Enabled = Type.Union([
  Type.Object({ enabled: Type.Literal(true) }),
  Type.Object({
    enabled: Type.Literal(false),
    reason: Type.String({ minLength: 1, maxLength: REASON_MAX }),
  }),
]);

/** What a connection to a platform may have beside its names. */
const UNBOUNDED = {
  mainUserId: '',
  loginId: '',
  addressId: '',
  callsPerSecond: 0,
  ratePerSecond: 0,
};

/** The services that keep connections of sellers. */
export type ConnectionBackends = {
  platforms: GrpcClient<PlatformAdminServiceClient>;
  fulfillmentConnections: GrpcClient<FulfillmentConnections>;
  orderConnections: GrpcClient<OrderConnections>;
};

type Standing = { readonly enabled: boolean; readonly reason: string };

/** What is done about connections of one kind; null where what was sent is not right. */
type Kept = {
  readonly list: (page: ReturnType<typeof pageOf>) => Promise<unknown>;
  /** Whether it is in use, and why it is not; null where the seller has none. */
  readonly standing: (sellerId: string) => Promise<Standing | null>;
  readonly create: (sent: unknown, user: User) => Promise<object> | null;
  readonly rotate: (sellerId: string, sent: unknown, user: User) => Promise<object> | null;
  readonly setEnabled: (
    sellerId: string,
    sent: { readonly enabled: boolean; readonly reason: string },
    user: User,
  ) => Promise<unknown>;
};

/**
 * Sellers' connections to the systems that we call for them: list, make, another secret, and stop with a reason. What
 * the service that keeps them refuses is told with its code.
 */
export function registerConnections(routes: Routes, deps: ConnectionBackends): void {
  const { fulfillmentConnections, orderConnections } = deps;
  const kinds = new Map<string, Kept>([
    [PROCUREMENT, platformsOf(deps.platforms)],
    ['pos', kindOf('pos', fulfillmentConnections)],
    ['tmall', kindOf('tmall', fulfillmentConnections)],
    ['distribution', kindOf('distribution', orderConnections)],
    ['till', kindOf('till', orderConnections)],
  ]);
  registerReplay(routes, deps.platforms);
  const one = `${BASE}/:kind/:seller`;
  const kindIn = (request: FastifyRequest) => kinds.get(pathOf(request)['kind'] ?? '');
  const unknown = (reply: FastifyReply) => refuse(reply, 404, 'UNKNOWN_KIND');
  routes.platform('GET', `${BASE}/:kind`, 'platform.read', async (_caller, request, reply) => {
    const kind = kindIn(request);
    return kind ? await kind.list(pageOf(queryOf(request))) : await unknown(reply);
  });
  routes.platform('POST', `${BASE}/:kind`, 'platform.act', async ({ user }, request, reply) => {
    const kind = kindIn(request);
    if (!kind) return await unknown(reply);
    unkept(reply);
    return (await kind.create(jsonOf(request.body), user)) ?? (await incomplete(reply));
  });
  routes.platform('POST', `${one}/rotate`, 'platform.act', async ({ user }, request, reply) => {
    const kind = kindIn(request);
    if (!kind) return await unknown(reply);
    unkept(reply);
    const sellerId = pathOf(request)['seller'] ?? '';
    const rotated = await kind.rotate(sellerId, jsonOf(request.body), user);
    return rotated ?? (await incomplete(reply));
  });
  routes.platform(
    'POST',
    `${one}/enable`,
    'platform.act',
    async ({ user }, request, reply) => {
      const kind = kindIn(request);
      if (!kind) return await unknown(reply);
      const sent = jsonOf(request.body);
      if (!Value.Check(Enabled, sent)) return await incomplete(reply);
      const { enabled } = sent;
      const reason = sent.enabled ? '' : sent.reason;
      await kind.setEnabled(pathOf(request)['seller'] ?? '', { enabled, reason }, user);
      return { enabled };
    },
    async (_caller, request) =>
      (await kindIn(request)?.standing(pathOf(request)['seller'] ?? '')) ?? null,
  );
}

const Replay = Type.Object({ since: Type.String({ minLength: 1, maxLength: 40 }) });

/** Messages that 1688 keeps since an instant are taken; no other kind has any. */
function registerReplay(routes: Routes, platforms: ConnectionBackends['platforms']): void {
  const path = `${BASE}/${PROCUREMENT}/:seller/replay`;
  routes.platform('POST', path, 'platform.act', async ({ user }, request, reply) => {
    const sent = jsonOf(request.body);
    const since = Value.Check(Replay, sent) ? new Date(sent.since) : null;
    if (!since || Number.isNaN(since.getTime())) return await incomplete(reply);
    const sellerId = pathOf(request)['seller'] ?? '';
    const asked = { sellerId, platform: PROCUREMENT, since, askedBy: askerOf(user) };
    return await platforms.call('replayMessages', asked, { deadlineMs: REPLAY_DEADLINE_MS });
  });
}

const platformsOf = (platforms: ConnectionBackends['platforms']): Kept => ({
  list: async (page) =>
    ListConnectionsResponse.toJSON(await platforms.call('listConnections', { sellerId: '', page })),
  standing: async (sellerId) => {
    const { connections } = await platforms.call('listConnections', { sellerId, page: undefined });
    const [found] = connections;
    return found ? { enabled: found.enabled, reason: found.pause?.reason ?? '' } : null;
  },
  create: (sent, user) =>
    Value.Check(NewPlatform, sent) ? connectPlatform(platforms, sent, user) : null,
  rotate: (sellerId, sent, user) => {
    if (!Value.Check(NewSecret, sent)) return null;
    return platforms.call('rotateSecret', {
      sellerId,
      platform: PROCUREMENT,
      secret: sent.secret,
      overlapSeconds: sent.overlapHours * HOUR_SECONDS,
      askedBy: askerOf(user),
    });
  },
  setEnabled: (sellerId, sent, user) =>
    platforms.call('setConnectionEnabled', {
      sellerId,
      platform: PROCUREMENT,
      ...sent,
      askedBy: askerOf(user),
    }),
});

async function connectPlatform(
  platforms: ConnectionBackends['platforms'],
  { secret, refreshToken, ...named }: Static<typeof NewPlatform>,
  user: User,
): Promise<object> {
  await platforms.call('putConnection', {
    connection: { ...named, platform: PROCUREMENT, ...UNBOUNDED },
    secret,
    accessToken: '',
    accessTokenEndsAt: undefined,
    refreshToken,
    refreshTokenEndsAt: undefined,
    onlyNew: true,
    askedBy: askerOf(user),
  });
  return { sellerId: named.sellerId };
}

/** One kind of connection of a service that keeps several. */
function kindOf(
  kind: string,
  client: GrpcClient<FulfillmentConnections> | GrpcClient<OrderConnections>,
): Kept {
  // Both contracts are alike, and each keeps kinds of its own.
  const kept = client as GrpcClient<FulfillmentConnections>;
  return {
    list: async (page) =>
      SellerConnections.toJSON(await kept.call('listConnections', { kind, sellerId: '', page })),
    standing: async (sellerId) => {
      const asked = { kind, sellerId, page: undefined };
      const [found] = (await kept.call('listConnections', asked)).connections;
      return found ? { enabled: !found.pause, reason: found.pause?.reason ?? '' } : null;
    },
    create: (sent, user) =>
      Value.Check(NewConnection, sent)
        ? kept.call('createConnection', newConnection(kind, sent, user))
        : null,
    rotate: (sellerId, sent, user) => {
      if (!Value.Check(NewSecrets, sent)) return null;
      const { secret = '', session = '' } = sent;
      const asked = { sellerId, kind, secret, session, askedBy: askerOf(user) };
      return kept.call('rotateConnection', asked);
    },
    setEnabled: (sellerId, { enabled, reason }, user) =>
      kept.call('setConnectionPaused', {
        sellerId,
        kind,
        paused: !enabled,
        reason,
        askedBy: askerOf(user),
      }),
  };
}

const newConnection = (
  kind: string,
  { secret = '', session = '', ...sent }: Static<typeof NewConnection>,
  user: User,
) => ({
  connection: {
    kind,
    nick: '',
    lookupPath: '',
    retryCodes: [],
    failCodes: [],
    treatAsPaid: false,
    ...sent,
  },
  secret,
  session,
  askedBy: askerOf(user),
});
