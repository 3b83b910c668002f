import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { GrpcClient } from '@astrolabe/grpc';
import { peerOf, withClient } from '../clients.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

/** Runs work with who administers sellers' connections to platforms, and the messages that came by them. */
export const withPlatforms = <T>(
  { environment }: Pick<Invocation, 'environment'>,
  work: (client: GrpcClient<PlatformAdminServiceClient>) => Promise<T>,
): Promise<T> =>
  withClient(
    PlatformAdminServiceClient,
    peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );
