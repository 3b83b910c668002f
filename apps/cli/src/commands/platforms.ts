import type { ListedConnection, PlatformConnection } from '@astrolabe/contracts/ingress';
import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import { pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import { peerOf, withClient } from '../clients.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const PAGE = 500;

type Client = GrpcClient<PlatformAdminServiceClient>;

/** Runs work with who administers sellers' connections to platforms, and the messages that came by them. */
export const withPlatforms = <T>(
  { environment }: Pick<Invocation, 'environment'>,
  work: (client: Client) => Promise<T>,
): Promise<T> =>
  withClient(
    PlatformAdminServiceClient,
    peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );

/** Connections to the procurement platform: of one seller, or of all. */
export async function* platformConnections(
  client: Client,
  sellerId: string,
): AsyncGenerator<ListedConnection> {
  const ask = (token: string) =>
    client.call('listConnections', { sellerId, page: { size: PAGE, token } });
  for await (const { connections } of pagesOf(ask)) {
    yield* connections.filter(
      ({ connection }) =>
        connection?.platform === PROCUREMENT &&
        (sellerId === '' || connection.sellerId === sellerId),
    );
  }
}

/** What is set of a seller's. @throws Error where the seller has none */
export async function platformConnection(
  client: Client,
  sellerId: string,
): Promise<PlatformConnection> {
  for await (const { connection } of platformConnections(client, sellerId)) {
    if (connection) return connection;
  }
  throw new Error(`seller ${sellerId} is not connected to ${PROCUREMENT}`);
}
