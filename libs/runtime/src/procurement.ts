import { createProcurementClient, platformAccess } from '@astrolabe/channel-client';
import type { AccessSource, ProcurementClient } from '@astrolabe/channel-client';
import { PlatformAccessServiceClient } from '@astrolabe/contracts/ingress';
import { createGrpcClient } from '@astrolabe/grpc';
import type { HttpClient } from '@astrolabe/http';
import { PROCUREMENT } from '@astrolabe/kernel';
import type { Clock } from '@astrolabe/kernel';
import { periodic } from '@astrolabe/service';
import type { Component, Logger } from '@astrolabe/service';
import { connectSellerSystems } from './seller-systems.ts';
import type { SellerSystemsConfig } from './seller-systems.ts';
import { createToldCalls } from './told-calls.ts';

/** Figures are seen some seconds later. */
const TELL_EVERY_MS = 2_000;

type ProcurementConfig = SellerSystemsConfig & {
  /** host:port of gateway-ingress, which keeps sellers' connections to platforms. */
  readonly GATEWAY_ADDRESS: string;
  readonly PLATFORM_CONNECT_TIMEOUT_MS: number;
  readonly PLATFORM_RESPONSE_TIMEOUT_MS: number;
};

export type ProcurementOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The service that calls, as the gateway knows it. */
  readonly caller: string;
  /** How its connections to the platform are called in figures. */
  readonly name: string;
  readonly maxConnections: number;
  readonly maxResponseBytes: number;
  /** How long the gateway may take to tell the access, milliseconds. */
  readonly accessMs: number;
  /** Where access comes from instead of the gateway. */
  readonly access?: AccessSource | undefined;
};

export type ConnectedProcurement = {
  readonly client: ProcurementClient;
  /** What its calls are made with. */
  readonly source: AccessSource;
  /** What is closed when the service stops. */
  readonly clients: readonly [HttpClient, { close(): void }];
  /** Tells the gateway what the calls came to, for the figures of the connections. */
  readonly loop: Component;
  /** How long one call may take with all that belongs to it, milliseconds. */
  readonly callMs: number;
};

/** The platform of enterprise procurement, with the access that the gateway keeps. */
export function connectProcurement(
  config: ProcurementConfig,
  options: ProcurementOptions,
): ConnectedProcurement {
  const { clock, logger, caller, name, accessMs, access } = options;
  const { maxConnections, maxResponseBytes } = options;
  const { client: http } = connectSellerSystems(config, {
    name,
    connectTimeoutMs: config.PLATFORM_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.PLATFORM_RESPONSE_TIMEOUT_MS,
    maxConnections,
    maxResponseBytes,
  });
  const gateway = createGrpcClient(PlatformAccessServiceClient, {
    address: config.GATEWAY_ADDRESS,
    name: caller,
    defaultDeadlineMs: accessMs,
  });
  const source = access ?? platformAccess(gateway, PROCUREMENT, () => clock().getTime());
  const ticks = (): number => performance.now();
  const calls = createToldCalls(gateway, PROCUREMENT);
  const told: typeof calls.tell = (sellerId, outcome) => calls.tell(sellerId, outcome);
  return {
    client: createProcurementClient({ http, clock, source, ticks, told }),
    source,
    loop: periodic({ name: 'told calls', everyMs: TELL_EVERY_MS, logger }, () => calls.flush()),
    clients: [http, gateway],
    callMs: config.PLATFORM_CONNECT_TIMEOUT_MS + config.PLATFORM_RESPONSE_TIMEOUT_MS + accessMs,
  };
}
