import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  Acceptor,
  Allocator,
  StoreStatus,
  CatalogAdminServiceClient,
  CatalogServiceClient,
} from '@astrolabe/contracts/catalog';
import { IngressAdminServiceClient, IngressTradeServiceClient } from '@astrolabe/contracts/ingress';
import type { AppKey } from '@astrolabe/contracts/ingress';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { spawnService } from '@astrolabe/local-servers';
import { identityEnv, servers, startService, testDatabase, testIdentity } from '@astrolabe/testing';
import type { MongoConnection } from '@astrolabe/mongo';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { FakePeers } from './peers.ts';

/** A catalog-sync as a process of its own: apps do not import each other. */
const CATALOG = resolve(import.meta.dirname, '../../catalog-sync/src/main.ts');

export const SELLER = '21230';
export const KEYS = {
  erp: { appKey: '12345678', secret: 'erp-secret' },
  pos: { appKey: '123543', secret: 'pos-secret' },
  tmall: { appKey: '89765', secret: 'tmall-secret' },
} as const;

export type Gateway = {
  url: string;
  grpcAddress: string;
  peers: FakePeers;
  database: MongoConnection & { name: string };
  admin: GrpcClient<IngressAdminServiceClient>;
  trades: GrpcClient<IngressTradeServiceClient>;
  catalog: GrpcClient<CatalogServiceClient>;
  catalogAdmin: GrpcClient<CatalogAdminServiceClient>;
  putKey(change: Partial<AppKey> & { appKey: string }): Promise<void>;
  /** How many documents each collection of the gateway has, but for its keys. */
  stored(): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

/** A gateway in this process before a real catalog-sync and peers that the test plays. */
export async function startGateway(options: {
  topicPrefix: string;
  kafkaBrokers?: string;
  clock?: () => Date;
  /** Monotonic milliseconds. */
  ticks?: () => number;
  trustedProxies?: string;
}): Promise<Gateway> {
  const database = await testDatabase();
  const logs = mkdtempSync(join(tmpdir(), 'astrolabe-gateway-'));
  const catalogProcess = await spawnCatalog(`${database.name}_catalog`, logs, options.topicPrefix);
  const catalogPorts = catalogProcess.ready;
  const peers = new FakePeers();
  const addresses = await peers.start();
  const service = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: clocksOf(options),
    env: {
      ...(options.kafkaBrokers !== undefined && { KAFKA_BROKERS: options.kafkaBrokers }),
      MONGODB_DATABASE: database.name,
      TOPIC_PREFIX: options.topicPrefix,
      TRUSTED_PROXIES: options.trustedProxies ?? '',
      CATALOG_ADDRESS: local(catalogPorts.grpcPort),
      INVENTORY_ADDRESS: addresses.inventory,
      ORDER_ADDRESS: addresses.orders,
      FULFILLMENT_ADDRESS: addresses.fulfillment,
      RAW_BODY_KEY: randomBytes(32).toString('base64'),
    },
  });
  const catalogClients = connectCatalog(catalogPorts);
  const admin = service.client(IngressAdminServiceClient);
  const gateway: Gateway = {
    url: service.url,
    grpcAddress: service.grpcAddress,
    peers,
    database,
    ...catalogClients,
    admin,
    trades: service.client(IngressTradeServiceClient, { identity: testIdentity('console') }),
    putKey: async (change) => {
      await admin.call('putAppKey', { appKey: appKey(change) });
    },
    stored: async () => {
      const count = (name: string, filter = {}) =>
        database.db.collection(name).countDocuments(filter);
      return {
        // Beside the requests their answers.
        inbound: await count('inbound', { rawBody: { $exists: true } }),
        trades: await count('trades.journal'),
      };
    },
    stop: async () => {
      for (const client of Object.values(catalogClients)) client.close();
      await service.stop();
      await peers.stop();
      await catalogProcess.stop();
      await database.client.db(`${database.name}_catalog`).dropDatabase();
      rmSync(logs, { recursive: true, force: true });
    },
  };
  await introduce(gateway);
  return gateway;
}

/** An operator of the catalog. */
function connectCatalog(ports: Ports) {
  const to = (port?: number) => ({ address: local(port), name: 'test', defaultDeadlineMs: 5_000 });
  return {
    catalog: createGrpcClient(CatalogServiceClient, to(ports.grpcPort)),
    catalogAdmin: createGrpcClient(CatalogAdminServiceClient, to(ports.adminPort)),
  };
}

type Ports = { grpcPort?: number; adminPort?: number };

const local = (port?: number): string => `127.0.0.1:${port}`;

const spawnCatalog = (database: string, logs: string, topicPrefix: string) =>
  spawnService({
    entry: CATALOG,
    name: 'catalog-sync',
    logFile: join(logs, 'catalog-sync.log'),
    env: {
      ...identityEnv('catalog-sync'),
      MONGODB_URI: servers().mongoUri,
      MONGODB_DATABASE: database,
      KAFKA_BROKERS: servers().kafkaBrokers,
      TOPIC_PREFIX: topicPrefix,
      RAW_BODY_KEY: randomBytes(32).toString('base64'),
      // No goods of these tests are listed at a platform.
      GATEWAY_ADDRESS: local(1),
    },
  });

/** The clocks that a test holds. */
const clocksOf = ({ clock, ticks }: { clock?: () => Date; ticks?: () => number }) => ({
  ...(clock ? { clock } : {}),
  ...(ticks ? { ticks } : {}),
});

const appKey = (change: Partial<AppKey> & { appKey: string }): AppKey => ({
  secrets: ['secret'],
  sellerIds: [SELLER],
  signMethods: [],
  enabled: true,
  role: 'pos',
  ratePerSecond: 0,
  ...change,
});

const STORE_CODES = ['S001', 'S002'];

/** A store as `storeXml` has it, so that creating it again is a repeat. */
const profile = (storeCode: string) => ({
  storeCode,
  shopId: '',
  companyName: '甘其食',
  storeName: '文一西路淘宝店',
  storeType: 'NORMAL',
  mainCategory: '101',
  startTime: '09:00',
  endTime: '21:00',
  address: {
    region: '',
    province: '浙江省',
    city: '杭州市',
    area: '西湖区',
    town: '',
    detailAddress: '文一西路1号',
    countryCode: '',
  },
  status: StoreStatus.NORMAL,
  description: '',
  keeper: { name: '', tel: '0571-88888888', mobile: '13800000000', fax: '', zipCode: '' },
  remark: '',
});

/** The documents' seller with its stores 1342 and 123 and three keys. */
async function introduce(gateway: Gateway): Promise<void> {
  await gateway.catalogAdmin.call('putSeller', {
    seller: {
      sellerId: SELLER,
      nick: '甘其食旗舰店',
      allocator: Allocator.ASTROLABE,
      acceptor: Acceptor.POS,
      sellableCountsShared: false,
      merchantCentreStoreIds: { S001: '1342', S002: '123' },
    },
  });
  for (const storeCode of STORE_CODES) {
    await gateway.catalog.call('createStore', { sellerId: SELLER, profile: profile(storeCode) });
  }
  for (const [role, key] of Object.entries(KEYS)) {
    await gateway.putKey({ appKey: key.appKey, secrets: [key.secret], role });
  }
}
