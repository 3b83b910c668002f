import { ConnectionTraffic } from '@astrolabe/contracts/common';
import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { ListedConnection, PlatformConnection } from '@astrolabe/contracts/ingress';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import { createClient, peerOf } from '../clients.ts';
import { required, wholeNumber } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';
import { actorOf, sellerOf } from './connection-kept.ts';
import type { Kept, KeptRow } from './connection-kept.ts';
import { platformConnection, platformConnections } from './platforms.ts';

const DEADLINE_MS = 5_000;
const GATEWAY_URL = 'https://gw.open.1688.com';
const OVERLAP_HOURS_MAX = 720;
const OVERLAP_HOURS = 24;
const HOUR_SECONDS = 3_600;

type Client = GrpcClient<PlatformAdminServiceClient>;

/** Connections to the procurement platform: the gateway's, whose platform gives tokens and knows two secrets for a while. */
export function procurementKept(environment: Environment): Kept {
  const peer = peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS);
  const client = createClient(PlatformAdminServiceClient, peer);
  return {
    list: async function* (sellerId) {
      for await (const one of platformConnections(client, sellerId)) yield rowOf(one);
    },
    create: (invocation) => create(client, invocation),
    change: (invocation) => change(client, invocation),
    rotate: (invocation) => rotate(client, invocation),
    setPaused: ({ isPaused, ...asked }) =>
      client.call('setConnectionEnabled', { ...asked, platform: PROCUREMENT, enabled: !isPaused }),
    close: () => client.close(),
  };
}

/** What is empty stays as it is. */
const NO_SECRETS = {
  secret: '',
  accessToken: '',
  accessTokenEndsAt: undefined,
  refreshToken: '',
  refreshTokenEndsAt: undefined,
};

async function create(client: Client, invocation: Invocation): Promise<object> {
  const { option, environment } = invocation;
  const connection = {
    sellerId: sellerOf(invocation),
    platform: PROCUREMENT,
    appKey: required(option('key'), '--key'),
    gatewayUrl: option('url') ?? GATEWAY_URL,
    memberId: required(option('name'), '--name'),
    mainUserId: '',
    loginId: '',
    addressId: '',
    callsPerSecond: 0,
    ratePerSecond: 0,
  };
  await client.call('putConnection', {
    ...NO_SECRETS,
    connection,
    secret: required(environment['PLATFORM_SECRET'], 'PLATFORM_SECRET'),
    accessToken: environment['PLATFORM_ACCESS_TOKEN'] ?? '',
    refreshToken: required(environment['PLATFORM_REFRESH_TOKEN'], 'PLATFORM_REFRESH_TOKEN'),
    askedBy: actorOf(invocation),
    onlyNew: true,
  });
  return shownOf(connection);
}

/** What is named is changed; with a token in the environment the seller has authorised us anew. */
async function change(client: Client, invocation: Invocation): Promise<object> {
  const { option, environment } = invocation;
  const askedBy = actorOf(invocation);
  const before = await platformConnection(client, sellerOf(invocation));
  const connection = {
    ...before,
    appKey: option('key') ?? before.appKey,
    gatewayUrl: option('url') ?? before.gatewayUrl,
    memberId: option('name') ?? before.memberId,
  };
  await client.call('putConnection', {
    ...NO_SECRETS,
    connection,
    accessToken: environment['PLATFORM_ACCESS_TOKEN'] ?? '',
    refreshToken: environment['PLATFORM_REFRESH_TOKEN'] ?? '',
    askedBy,
    onlyNew: false,
  });
  return shownOf(connection);
}

/** The secret before it stays good for the overlap. */
async function rotate(client: Client, invocation: Invocation): Promise<object> {
  const sellerId = sellerOf(invocation);
  const limits = { min: 1, max: OVERLAP_HOURS_MAX, otherwise: OVERLAP_HOURS };
  const hours = wholeNumber(invocation.option('overlap'), '--overlap', limits);
  const { previousEndsAt } = await client.call('rotateSecret', {
    sellerId,
    platform: PROCUREMENT,
    secret: required(invocation.environment['PLATFORM_SECRET'], 'PLATFORM_SECRET'),
    overlapSeconds: hours * HOUR_SECONDS,
    askedBy: actorOf(invocation),
  });
  return { kind: PROCUREMENT, sellerId, previousEndsAt };
}

/** In the words of all kinds. */
const shownOf = ({ platform, sellerId, gatewayUrl, ...settings }: PlatformConnection): object => ({
  kind: platform,
  sellerId,
  url: gatewayUrl,
  ...settings,
});

const rowOf = (one: ListedConnection): KeptRow => {
  const { connection, enabled, refused, pause, calls, ...times } = one;
  const state = enabled ? (refused === '' ? 'RUNNING' : 'REFUSED') : 'PAUSED';
  return {
    kind: PROCUREMENT,
    sellerId: connection?.sellerId ?? '',
    state,
    refused,
    ...pause,
    ...(calls && { calls: ConnectionTraffic.toJSON(calls) }),
    ...times,
    ...(connection && shownOf(connection)),
  };
};
