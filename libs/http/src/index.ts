export type {
  HttpClient,
  HttpClientOptions,
  HttpOutcome,
  HttpRequest,
  HttpResponse,
} from './client.ts';
export { HttpFailure, HttpTimeout, createHttpClient } from './client.ts';
export type { ChannelError, HttpServer, HttpServerOptions, TransportError } from './server.ts';
export { createHttpServer } from './server.ts';
