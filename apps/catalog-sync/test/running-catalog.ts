import { TOPICS } from '@astrolabe/contracts';
import {
  Acceptor,
  Allocator,
  CatalogAdminServiceClient,
  CatalogServiceClient,
  OfferAdminServiceClient,
  OfferServiceClient,
} from '@astrolabe/contracts/catalog';
import type { Seller, StoreProfile } from '@astrolabe/contracts/catalog';
import type { AccessSource } from '@astrolabe/channel-client';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { createTopics } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import { servers, startService } from '@astrolabe/testing';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';

export type RunningCatalog = {
  client: GrpcClient<CatalogServiceClient>;
  admin: GrpcClient<CatalogAdminServiceClient>;
  offers: GrpcClient<OfferServiceClient>;
  offerAdmin: GrpcClient<OfferAdminServiceClient>;
  stop(): Promise<void>;
};

export const logger = createLogger({ service: 'test', level: 'silent' });

const SEALING_KEY = Buffer.alloc(32, 5).toString('base64');

/** A catalog-sync in this process, on the run's servers. */
export async function startCatalog(
  database: string,
  topicPrefix: string,
  sealingKeys = SEALING_KEY,
  overrides: { readonly clock?: Clock; readonly access?: AccessSource } = {},
  env: Readonly<Record<string, string>> = {},
): Promise<RunningCatalog> {
  await createTopics({
    brokers: servers().kafkaBrokers.split(','),
    topicPrefix,
    topics: [TOPICS.catalogEvents, TOPICS.ingressProcurement],
    replicationFactor: 1,
  });
  const service = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides,
    env: {
      MONGODB_DATABASE: database,
      TOPIC_PREFIX: topicPrefix,
      RAW_BODY_KEY: sealingKeys,
      GATEWAY_ADDRESS: 'localhost:1',
      ...env,
    },
  });
  return {
    client: service.client(CatalogServiceClient, { defaultDeadlineMs: 20_000 }),
    admin: service.client(CatalogAdminServiceClient, { defaultDeadlineMs: 20_000 }),
    offers: service.client(OfferServiceClient, { defaultDeadlineMs: 20_000 }),
    offerAdmin: service.client(OfferAdminServiceClient, { defaultDeadlineMs: 60_000 }),
    stop: () => service.stop(),
  };
}

/** Model C, with the ids that the merchant centre issued for the documents' stores. */
export const seller = (sellerId: string, storeIds: Record<string, string> = {}): Seller => ({
  sellerId,
  nick: '甘其食旗舰店',
  allocator: Allocator.ASTROLABE,
  acceptor: Acceptor.POS,
  sellableCountsShared: false,
  merchantCentreStoreIds: storeIds,
});

/** A store as the white paper's sample describes it. */
export const profile = (change: Partial<StoreProfile> = {}): StoreProfile => ({
  storeCode: 'S001',
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
  status: 1,
  description: '',
  keeper: { name: '', tel: '0571-88888888', mobile: '13800000000', fax: '', zipCode: '' },
  remark: '',
  ...change,
});
