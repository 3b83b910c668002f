import { ConnectionPause, ConnectionTraffic } from '@astrolabe/contracts/common';
import type { ConnectionAdminServiceClient as FulfillmentConnections } from '@astrolabe/contracts/fulfillment';
import { ListReceivedResponse, ListedConnection } from '@astrolabe/contracts/ingress';
import type { ConnectionAdminServiceClient as OrderConnections } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import type { Routes } from '../routes.ts';
import type { ConnectionBackends } from './connections.ts';

const SELLER = '/api/sellers/:seller';

/**
 * What is known of the systems that we call for a seller, and of what came for it. Each kind is an address of its own:
 * a service that is away hides no other's. Without secrets, and null where the seller has no such connection.
 */
export function registerConnectors(
  routes: Routes,
  { platforms, fulfillmentConnections, orderConnections }: ConnectionBackends,
): void {
  const path = `${SELLER}/connectors`;
  routes.seller('GET', `${SELLER}/received`, 'seller.read', async ({ sellerId }) =>
    ListReceivedResponse.toJSON(await platforms.call('listReceived', { sellerId })),
  );
  routes.seller('GET', `${path}/${PROCUREMENT}`, 'seller.read', async ({ sellerId }) => {
    const { connections } = await platforms.call('listConnections', { sellerId, page: undefined });
    const [found] = connections;
    return { connector: found ? platformJson(found) : null };
  });
  const ofKind = (
    kind: string,
    client: GrpcClient<FulfillmentConnections> | GrpcClient<OrderConnections>,
  ): void => {
    // Both contracts are alike, and each keeps kinds of its own.
    const kept = client as GrpcClient<FulfillmentConnections>;
    routes.seller('GET', `${path}/${kind}`, 'seller.read', async ({ sellerId }) => {
      const asked = { kind, sellerId, page: undefined };
      const [found] = (await kept.call('listConnections', asked)).connections;
      return { connector: found ? standingJson({ ...found, enabled: !found.pause }) : null };
    });
  };
  for (const kind of ['pos', 'tmall']) ofKind(kind, fulfillmentConnections);
  for (const kind of ['distribution', 'till']) ofKind(kind, orderConnections);
}

const standingJson = ({
  enabled,
  pause,
  calls,
}: {
  readonly enabled: boolean;
  readonly pause?: ConnectionPause | undefined;
  readonly calls?: ConnectionTraffic | undefined;
}) => ({
  enabled,
  ...(pause && { pause: ConnectionPause.toJSON(pause) }),
  ...(calls && { calls: ConnectionTraffic.toJSON(calls) }),
});

/** A connection to 1688, with how long its tokens are good and how far its messages were asked for. */
function platformJson(found: ListedConnection) {
  const {
    connection: _,
    enabled: _enabled,
    ...known
  } = ListedConnection.toJSON(found) as Record<string, unknown>;
  const { accessTokenEndsAt, refreshTokenEndsAt, refused, replayedUntil } = known;
  const platform = { accessTokenEndsAt, refreshTokenEndsAt, refused, replayedUntil };
  return { ...standingJson(found), platform };
}
