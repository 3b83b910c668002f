import { SERVICE_NAMES } from '@astrolabe/contracts/callers';
import type { ServiceName } from '@astrolabe/contracts/callers';
import { ownVariable } from '@astrolabe/service';
import { derivedServiceKey } from '@astrolabe/signing';

/** The processes of one Astrolabe on one machine, by the name of their app folder. */
export const APP_NAMES = [
  'catalog-sync',
  'inventory-service',
  'order-router',
  'fulfillment',
  'settlement',
  'order-push',
  'gateway-ingress',
  'govmall-adapter',
  'isv-allocator',
  'console',
  'sandbox',
] as const;

export type AppName = (typeof APP_NAMES)[number];

/** The app that runs several services in one process. */
export const ALL_IN_ONE = 'all-in-one';

/** What may run in one process: the services, but nothing that plays a counterparty. */
export const SERVICES_TOGETHER: readonly AppName[] = APP_NAMES.filter((app) => app !== 'sandbox');

/** The ports of one process; `grpc`, `admin` (administration) and `http` only where it serves them. */
export type AppPorts = { health: number; grpc?: number; admin?: number; http?: number };

/** The ports that `npm start` uses, before an offset is added. */
export const DEFAULT_PORTS: Record<AppName, AppPorts> = {
  'catalog-sync': { grpc: 9101, admin: 9301, health: 9201 },
  'inventory-service': { grpc: 9102, admin: 9302, health: 9202 },
  'order-router': { grpc: 9103, admin: 9303, health: 9203 },
  fulfillment: { grpc: 9104, admin: 9304, health: 9204 },
  settlement: { grpc: 9105, admin: 9305, health: 9205 },
  'gateway-ingress': { grpc: 9106, admin: 9306, http: 8080, health: 9206 },
  'govmall-adapter': { admin: 9307, http: 8081, health: 9207 },
  'order-push': { admin: 9310, health: 9210 },
  console: { admin: 9314, http: 8090, health: 9214 },
  sandbox: { http: 8070, health: 9209 },
  'isv-allocator': { admin: 9311, http: 8082, health: 9211 },
};

/** Keys that the processes share; 32 random bytes each, base64. */
export type StackKeys = {
  /** Encrypts raw inbound bodies and application secrets at rest (gateway). */
  rawBodyKey: string;
  /** Encrypts connection secrets at rest (fulfillment, order-push). */
  connectionKey: string;
  /** By which browsers know the messages of the console's clerks (console). */
  pushKey: string;
  /** Root of the keys by which the processes know each other. */
  identityRoot: string;
};

export type StackSettings = {
  kafkaBrokers: string;
  mongoUri: string;
  /** Prefix of every database name, so that two stacks can share one server. */
  databasePrefix: string;
  /** Prefix of every topic and consumer group. */
  topicPrefix: string;
  otlpEndpoint?: string;
  traceSampleRatio: number;
  logLevel: string;
  keys: StackKeys;
  /** Built pages of clerks and operators. */
  webDist: string;
  /** Further variables per process, e.g. a counterparty's keys. */
  extra?: Partial<Record<AppName, Record<string, string>>>;
};

/** The identity of one process, or of the operator, and how all are recognised. */
export function identityOf(
  name: ServiceName,
  root: string,
): { SERVICE_KEY: string; SERVICE_PEERS: string } {
  return {
    SERVICE_KEY: derivedServiceKey(root, name).key,
    SERVICE_PEERS: SERVICE_NAMES.map((peer) => derivedServiceKey(root, peer).peer).join(','),
  };
}

const LOOPBACK = '127.0.0.1';

const address = (port: number | undefined): string => `${LOOPBACK}:${port ?? 0}`;

/**
 * The environment of one process. Every process gets the addresses of all gRPC services: a config
 * schema takes what it needs and ignores the rest.
 */
export function environmentOf(
  app: AppName,
  ports: Record<AppName, AppPorts>,
  settings: StackSettings,
): Record<string, string> {
  const own = ports[app];
  return {
    MONGODB_URI: settings.mongoUri,
    MONGODB_DATABASE: `${settings.databasePrefix}${app.replaceAll('-', '_')}`,
    KAFKA_BROKERS: settings.kafkaBrokers,
    TOPIC_PREFIX: settings.topicPrefix,
    LOG_LEVEL: settings.logLevel,
    TRACE_SAMPLE_RATIO: String(settings.traceSampleRatio),
    ...(settings.otlpEndpoint ? { OTEL_EXPORTER_OTLP_ENDPOINT: settings.otlpEndpoint } : {}),
    GRPC_HOST: LOOPBACK,
    GRPC_PORT: String(own.grpc ?? 0),
    ADMIN_PORT: String(own.admin ?? 0),
    HTTP_HOST: LOOPBACK,
    HTTP_PORT: String(own.http ?? 0),
    HEALTH_HOST: LOOPBACK,
    HEALTH_PORT: String(own.health),
    CATALOG_ADDRESS: address(ports['catalog-sync'].grpc),
    INVENTORY_ADDRESS: address(ports['inventory-service'].grpc),
    ORDER_ADDRESS: address(ports['order-router'].grpc),
    FULFILLMENT_ADDRESS: address(ports.fulfillment.grpc),
    SETTLEMENT_ADDRESS: address(ports.settlement.grpc),
    GATEWAY_ADDRESS: address(ports['gateway-ingress'].grpc),
    CATALOG_ADMIN_ADDRESS: address(ports['catalog-sync'].admin),
    GATEWAY_ADMIN_ADDRESS: address(ports['gateway-ingress'].admin),
    ORDER_ADMIN_ADDRESS: address(ports['order-router'].admin),
    FULFILLMENT_ADMIN_ADDRESS: address(ports.fulfillment.admin),
    GOVMALL_ADMIN_ADDRESS: address(ports['govmall-adapter'].admin),
    SETTLEMENT_ADMIN_ADDRESS: address(ports.settlement.admin),
    GATEWAY_URL: `http://${address(ports['gateway-ingress'].http)}`,
    MALL_URL: `http://${address(ports['govmall-adapter'].http)}`,
    ...identityOf(app, settings.keys.identityRoot),
    RAW_BODY_KEY: settings.keys.rawBodyKey,
    CONNECTION_KEY: settings.keys.connectionKey,
    PUSH_KEY: settings.keys.pushKey,
    // Store systems of this machine speak plain HTTP, on loopback.
    SPI_ALLOW_HTTP: 'true',
    SPI_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
    WEB_DIST: settings.webDist,
    // No TLS on one machine.
    COOKIE_SECURE: 'false',
    ASTROLABE_EXIT_WITH_PARENT: '1',
    ...settings.extra?.[app],
  };
}

/** What the operator's command line needs to call a running stack: addresses, broker and its identity. */
export function operatorEnvironment({
  ports,
  settings,
}: {
  ports: Record<AppName, AppPorts>;
  settings: Pick<StackSettings, 'kafkaBrokers' | 'topicPrefix' | 'keys'>;
}): Record<string, string> {
  return {
    CATALOG_ADDRESS: address(ports['catalog-sync'].grpc),
    CATALOG_ADMIN_ADDRESS: address(ports['catalog-sync'].admin),
    INVENTORY_ADDRESS: address(ports['inventory-service'].grpc),
    INVENTORY_ADMIN_ADDRESS: address(ports['inventory-service'].admin),
    ORDER_ADDRESS: address(ports['order-router'].grpc),
    ORDER_ADMIN_ADDRESS: address(ports['order-router'].admin),
    FULFILLMENT_ADDRESS: address(ports.fulfillment.grpc),
    FULFILLMENT_ADMIN_ADDRESS: address(ports.fulfillment.admin),
    SETTLEMENT_ADDRESS: address(ports.settlement.grpc),
    SETTLEMENT_ADMIN_ADDRESS: address(ports.settlement.admin),
    GATEWAY_ADMIN_ADDRESS: address(ports['gateway-ingress'].admin),
    PUSH_ADMIN_ADDRESS: address(ports['order-push'].admin),
    CONSOLE_ADMIN_ADDRESS: address(ports.console.admin),
    GOVMALL_ADMIN_ADDRESS: address(ports['govmall-adapter'].admin),
    SANDBOX_URL: `http://${address(ports.sandbox.http)}`,
    KAFKA_BROKERS: settings.kafkaBrokers,
    TOPIC_PREFIX: settings.topicPrefix,
    ...identityOf('operator', settings.keys.identityRoot),
  };
}

/**
 * The environment of one process for several apps: each variable under its app's prefix, and what a process
 * has once without. The health port of the first answers for all.
 */
export function sharedEnvironmentOf(
  apps: readonly AppName[],
  ports: Record<AppName, AppPorts>,
  settings: StackSettings,
): Record<string, string> {
  const [first] = apps;
  if (first === undefined) throw new TypeError('a process needs an app');
  const own = apps.flatMap((app) =>
    Object.entries(environmentOf(app, ports, settings)).map(([name, value]) => [
      ownVariable(app, name),
      value,
    ]),
  );
  const once = Object.entries(environmentOf(first, ports, settings)).filter(([name]) =>
    PROCESS_VARIABLES.has(name),
  );
  return { ...Object.fromEntries([...once, ...own]), SERVICES: apps.join(',') };
}

/** Read by a process once, whatever it runs. */
const PROCESS_VARIABLES: ReadonlySet<string> = new Set([
  'LOG_LEVEL',
  'TRACE_SAMPLE_RATIO',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'HEALTH_HOST',
  'HEALTH_PORT',
  'ASTROLABE_EXIT_WITH_PARENT',
]);
