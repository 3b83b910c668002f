import type { IngressAdminServiceServer } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, createGrpcServer, unary } from '@astrolabe/grpc';
import type { GrpcServer, GrpcServerOptions } from '@astrolabe/grpc';
import { afterAll, beforeAll } from 'vitest';

/** A server on loopback that the tests of a file call, up from their beginning to their end. */
export function serving(
  options: Pick<GrpcServerOptions, 'port' | 'adminPort' | 'services'>,
): GrpcServer {
  const logger = { error: () => undefined };
  const server = createGrpcServer({ logger, host: '127.0.0.1', ...options });
  beforeAll(() => server.component.start());
  afterAll(() => server.component.stop());
  return server;
}

/** Methods of the gateway's administration that a test does not use; each of them refuses. */
export function unusedIngressAdmin(): IngressAdminServiceServer {
  const refuse = unary<unknown, never>('unused', async () => {
    throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNUSED' });
  });
  return {
    putAppKey: refuse,
    createAppKey: refuse,
    listAppKeys: refuse,
    rotateAppKey: refuse,
    setAppKeyEnabled: refuse,
    issueSession: refuse,
    revokeSession: refuse,
    listSessions: refuse,
    listAuditEntries: refuse,
  };
}
