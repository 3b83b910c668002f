import { createGrpcServer } from '@astrolabe/grpc';
import type { GrpcServer, GrpcServerOptions } from '@astrolabe/grpc';
import { addressList, createHttpServer } from '@astrolabe/http';
import type { HttpServer, HttpServerOptions } from '@astrolabe/http';
import type { Logger } from '@astrolabe/service';

/** Where a service listens for gRPC; a port is absent where it has no contract of that kind. */
export type GrpcConfig = {
  readonly GRPC_HOST: string;
  readonly GRPC_PORT?: number;
  readonly ADMIN_PORT?: number;
};

/** Where a service listens for HTTP, and whose word on the caller's address it believes. */
type HttpConfig = {
  readonly HTTP_HOST: string;
  readonly HTTP_PORT: number;
  /** Addresses or networks, by comma. */
  readonly TRUSTED_PROXIES: string;
};

/** The gRPC server of a service, at the ports of its configuration; administration has its own. */
export const grpcServer = (
  { config, logger }: { config: GrpcConfig; logger: Logger },
  services: GrpcServerOptions['services'],
): GrpcServer =>
  createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    ...(config.GRPC_PORT !== undefined && { port: config.GRPC_PORT }),
    ...(config.ADMIN_PORT !== undefined && { adminPort: config.ADMIN_PORT }),
    services,
  });

/** The HTTP server of a service, not listening yet: routes are registered on its `app` first. */
export const httpServer = (
  { config, logger }: { config: HttpConfig; logger: Logger },
  options: Omit<HttpServerOptions, 'logger' | 'host' | 'port' | 'trustedProxies'>,
): Promise<HttpServer> =>
  createHttpServer({
    ...options,
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    trustedProxies: addressList(config.TRUSTED_PROXIES),
  });
