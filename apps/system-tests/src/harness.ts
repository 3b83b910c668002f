import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CatalogAdminServiceClient, CatalogServiceClient } from '@astrolabe/contracts/catalog';
import {
  FulfillmentAdminServiceClient,
  FulfillmentServiceClient,
} from '@astrolabe/contracts/fulfillment';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { OrderServiceClient, RoutingServiceClient } from '@astrolabe/contracts/order';
import { OrderPushServiceClient } from '@astrolabe/contracts/push';
import { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import {
  SERVICES_TOGETHER,
  adminAddress,
  anyPorts,
  demoSeller,
  grpcAddress,
  httpUrl,
  loadSeller,
  loadUsers,
  startStack,
} from '@astrolabe/local-stack';
import type {
  AppName,
  DemoClerk,
  DemoOperator,
  DemoSeller,
  Stack,
  StackOptions,
  StackSettings,
} from '@astrolabe/local-stack';
import { TEST_IDENTITY_ROOT, servers } from '@astrolabe/testing';
import { startPos } from './pos.ts';
import type { PosServer } from './pos.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const DEADLINE_MS = 5_000;

/** The seven services; a test that needs the sandbox or the console names them too. */
export const SERVICES: readonly AppName[] = [
  'catalog-sync',
  'inventory-service',
  'order-router',
  'fulfillment',
  'settlement',
  'gateway-ingress',
  'govmall-adapter',
];

export type Clients = {
  catalog: GrpcClient<CatalogServiceClient>;
  catalogAdmin: GrpcClient<CatalogAdminServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  routing: GrpcClient<RoutingServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
  fulfillmentAdmin: GrpcClient<FulfillmentAdminServiceClient>;
  settlement: GrpcClient<SettlementServiceClient>;
  push: GrpcClient<OrderPushServiceClient>;
};

/** A running platform with databases and topics of its own. */
export type Harness = {
  stack: Stack;
  gateway: { url: string };
  mallUrl: string;
  clients: Clients;
  logDir: string;
  /** Processes that ended unasked; a test that expects none checks it. */
  crashes: string[];
  newSeller(settings?: Partial<DemoSeller>): Promise<SellerUnderTest>;
  stop(): Promise<void>;
};

/** A seller nobody else uses, with its own store system. */
export type SellerUnderTest = DemoSeller & {
  pos: PosServer;
  /**
   * Gives the seller's clerk or operator of this name back once the console knows the account. It is made when it
   * is first asked for: a password costs half a second of a processor, and most tests need one of the five or none.
   */
  account<U extends DemoClerk | DemoOperator>(user: U): Promise<U>;
};

let nextSeller = 0;

export type HarnessOptions = {
  apps?: readonly AppName[];
  otlpEndpoint?: string;
  /** Absent: the run's. */
  kafkaBrokers?: string;
  mongoUri?: string;
  extra?: NonNullable<StackSettings['extra']>;
  logLevel?: string;
  /**
   * Services with a process of their own: those that a test ends, starts, pauses or measures. Absent: none, for
   * the services in one process start with a quarter of the work (docs/adr/0063).
   */
  apart?: readonly AppName[] | 'all';
  /** Starts the processes; absent: as `apart` says. */
  launch?: (options: StackOptions) => Promise<Stack>;
};

/** Ports that neither this run's other files take nor anybody has. */
export const freePorts = (): ReturnType<typeof anyPorts> =>
  anyPorts(Number(process.env['VITEST_POOL_ID'] ?? 0));

/** Starts the platform on the run's Kafka and database. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const mongoUri = options.mongoUri ?? servers().mongoUri;
  const kafkaBrokers = options.kafkaBrokers ?? servers().kafkaBrokers;
  const run = randomBytes(4).toString('hex');
  const logDir = mkdtempSync(join(tmpdir(), 'astrolabe-logs-'));
  const crashes: string[] = [];
  const apart = (app: AppName) => options.apart === 'all' || options.apart?.includes(app);
  const stack = await (options.launch ?? startStack)({
    root: ROOT,
    ports: await freePorts(),
    logDir,
    apps: options.apps ?? SERVICES,
    together: SERVICES_TOGETHER.filter((app) => !apart(app)),
    onCrash: (app, how) => crashes.push(`${app}: ${how}`),
    settings: {
      kafkaBrokers,
      mongoUri,
      databasePrefix: `test_${run}_`,
      topicPrefix: `test.${run}.`,
      ...(options.otlpEndpoint ? { otlpEndpoint: options.otlpEndpoint } : {}),
      traceSampleRatio: 1,
      logLevel: options.logLevel ?? 'info',
      keys: {
        rawBodyKey: randomBytes(32).toString('base64'),
        connectionKey: randomBytes(32).toString('base64'),
        pushKey: randomBytes(32).toString('base64'),
        identityRoot: TEST_IDENTITY_ROOT,
      },
      webDist: join(ROOT, 'apps/console/dist'),
      ...(options.extra ? { extra: options.extra } : {}),
    },
  });
  return harnessOf(stack, logDir, crashes);
}

function harnessOf(stack: Stack, logDir: string, crashes: string[]): Harness {
  const clients = connectClients(stack);
  const stores: PosServer[] = [];
  return {
    stack,
    gateway: { url: httpUrl(stack, 'gateway-ingress') },
    mallUrl: httpUrl(stack, 'govmall-adapter'),
    clients,
    logDir,
    crashes,
    newSeller: async (settings = {}) => {
      // The documents' seller is the first; every further one is a number of its own.
      const sellerId = settings.sellerId ?? String(21_230 + nextSeller++);
      const secret = { value: '' };
      const pos = await startPos(() => secret.value);
      stores.push(pos);
      const seller = demoSeller(httpUrl(stack, 'sandbox'), { sellerId, ...settings });
      seller.spi.url = pos.url;
      secret.value = seller.spi.secret;
      seller.spi.appKey = `${sellerId}001`;
      for (const user of [...seller.clerks, ...seller.operators]) {
        user.login = `${user.login}-${sellerId}`;
      }
      seller.mall.username = settings.mall?.username ?? `mall-${sellerId}`;
      for (const [index, key] of Object.values(seller.keys).entries()) {
        key.appKey = `${sellerId}${index}`;
      }
      await loadSeller(stack, { ...seller, clerks: [], operators: [] });
      return { ...seller, pos, account: accountsOf(stack, seller) };
    },
    stop: async () => {
      for (const client of Object.values(clients)) client.close();
      await Promise.all(stores.map((store) => store.stop()));
      await stack.stop();
      rmSync(logDir, { recursive: true, force: true });
    },
  };
}

function accountsOf(
  stack: Stack,
  { sellerId, clerks, operators }: DemoSeller,
): SellerUnderTest['account'] {
  const made = new Map<string, Promise<void>>();
  return async (user) => {
    const isMeant = ({ login }: { login: string }): boolean => login === user.login;
    const users = { clerks: clerks.filter(isMeant), operators: operators.filter(isMeant) };
    const making = made.get(user.login) ?? loadUsers(stack, { sellerId, ...users });
    made.set(user.login, making);
    await making;
    return user;
  };
}

function connectClients(stack: Stack): Clients {
  const at = (address: string) => ({
    address,
    name: 'system-test',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const connect = (app: AppName) => at(grpcAddress(stack, app));
  const administer = (app: AppName) => at(adminAddress(stack, app));
  return {
    catalog: createGrpcClient(CatalogServiceClient, connect('catalog-sync')),
    catalogAdmin: createGrpcClient(CatalogAdminServiceClient, administer('catalog-sync')),
    inventory: createGrpcClient(InventoryServiceClient, connect('inventory-service')),
    orders: createGrpcClient(OrderServiceClient, connect('order-router')),
    routing: createGrpcClient(RoutingServiceClient, connect('order-router')),
    fulfillment: createGrpcClient(FulfillmentServiceClient, connect('fulfillment')),
    fulfillmentAdmin: createGrpcClient(FulfillmentAdminServiceClient, administer('fulfillment')),
    settlement: createGrpcClient(SettlementServiceClient, connect('settlement')),
    push: createGrpcClient(OrderPushServiceClient, administer('order-push')),
  };
}
