import { createGrpcServer } from '@astrolabe/grpc';
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
