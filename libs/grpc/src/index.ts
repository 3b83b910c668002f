export type { GrpcCallOptions, GrpcClient, GrpcClientOptions } from './client.ts';
export { createGrpcClient } from './client.ts';
export type { GrpcServer, GrpcServerOptions, UnaryContext } from './server.ts';
export { bidi, createGrpcServer, unary } from './server.ts';
export type { CallOutcome, GrpcCode } from './status.ts';
export { GRPC, GrpcCallError, GrpcRefusal } from './status.ts';
