export type {
  ClientConstructor,
  GeneratedClient,
  GrpcCallOptions,
  GrpcClient,
  GrpcClientOptions,
} from './client.ts';
export { createGrpcClient } from './client.ts';
export type { GrpcServer, GrpcServerOptions, UnaryContext } from './server.ts';
export type { BidiOptions } from './bidi.ts';
export { bidi } from './bidi.ts';
export { orderOf } from './order-of.ts';
export { pagesOf } from './pages.ts';
export type { Pipeline, PipelineOptions } from './pipeline.ts';
export { createPipeline } from './pipeline.ts';
export { createGrpcServer, unary } from './server.ts';
export type { CallOutcome, GrpcCode } from './status.ts';
export { GRPC, GrpcCallError, GrpcRefusal } from './status.ts';
