export type {
  HttpClient,
  HttpClientOptions,
  HttpOutcome,
  HttpRequest,
  HttpResponse,
} from './client.ts';
export { HttpFailure, HttpTimeout, createHttpClient } from './client.ts';
export type { TransportError } from './failures.ts';
export type { ChannelError, HttpServer, HttpServerOptions } from './server.ts';
export { createHttpServer } from './server.ts';
export type { Destinations } from './destinations.ts';
export { ANYWHERE, createDestinations } from './destinations.ts';
export { addressList, addressMatcher, peerKey } from './peer.ts';
