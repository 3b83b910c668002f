import { createDestinations, createHttpClient } from '@astrolabe/http';
import type { Destinations, HttpClient, HttpClientOptions } from '@astrolabe/http';

export type SellerSystemsConfig = {
  /** Systems may be called without TLS; for one machine only. */
  readonly SPI_ALLOW_HTTP: boolean;
  /** Inner networks that such systems may have addresses in, CIDR, by comma. */
  readonly SPI_ALLOWED_NETWORKS: string;
};

export type SellerSystems = {
  readonly client: HttpClient;
  /** Which addresses an operator may enter; the client enforces the same at each call. */
  readonly urlRule: { readonly allowHttp: boolean; readonly destinations: Destinations };
};

/** The client for systems whose addresses sellers name, and the rule for those addresses. */
export function connectSellerSystems(
  config: SellerSystemsConfig,
  options: Omit<HttpClientOptions, 'destinations'>,
): SellerSystems {
  const destinations = createDestinations(config.SPI_ALLOWED_NETWORKS);
  return {
    client: createHttpClient({ ...options, destinations }),
    urlRule: { allowHttp: config.SPI_ALLOW_HTTP, destinations },
  };
}
