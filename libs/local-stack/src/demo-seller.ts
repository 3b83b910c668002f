import { randomBytes } from 'node:crypto';
import { placeToMessage } from '@astrolabe/contracts';
import { Acceptor, Allocator, CatalogAdminServiceClient } from '@astrolabe/contracts/catalog';
import { FulfillmentAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import { GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import { IngressAdminServiceClient } from '@astrolabe/contracts/ingress';
import { OrderPushServiceClient, PushMethod } from '@astrolabe/contracts/push';
import { createGrpcClient } from '@astrolabe/grpc';
import { DOCUMENTS_SELLER } from '@astrolabe/kernel';
import { loadUsers } from './demo-users.ts';
import type { DemoSeller } from './demo.ts';
import { adminAddress, httpUrl } from './stack.ts';
import type { Stack } from './stack.ts';

const DEADLINE_MS = 30_000;

const { appKeys, area, clerks, operator, ...KNOWN } = DOCUMENTS_SELLER;

const newSecret = (): string => randomBytes(16).toString('hex');

/**
 * The seller of the documents with stores and a warehouse,
 * model C (Astrolabe allocates, the POS accepts). Secrets are fresh random text.
 */
export function demoSeller(sandboxUrl: string, overrides: Partial<DemoSeller> = {}): DemoSeller {
  return {
    ...KNOWN,
    allocator: 'astrolabe',
    acceptor: 'pos',
    keys: {
      erp: { appKey: appKeys.erp, secret: newSecret() },
      pos: { appKey: appKeys.pos, secret: newSecret() },
      tmall: { appKey: appKeys.tmall, secret: newSecret() },
    },
    spi: { appKey: '21230001', secret: newSecret(), url: `${sandboxUrl}/spi` },
    clerks: clerks.map((clerk) => ({ ...clerk, password: newSecret() })),
    operators: [
      { ...operator, allSellers: false, password: newSecret() },
      { login: 'platform', name: '平台运营', allSellers: true, password: newSecret() },
    ],
    mall: { username: 'tjzfcg', password: newSecret() },
    push: {
      method: 'RETURNED',
      onboarding: '',
      applications: [
        { appKey: appKeys.pos, omni: true },
        { appKey: appKeys.tmall, omni: true },
      ],
    },
    area: { id: area.areaId, name: area.name, warehouse: area.warehouse },
    ...overrides,
  };
}

/** Makes a seller known to every service of a running stack. Safe to repeat. */
export async function loadSeller(stack: Stack, seller: DemoSeller): Promise<void> {
  const options = (app: Parameters<typeof adminAddress>[1]) => ({
    address: adminAddress(stack, app),
    name: 'demo-seller',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const catalog = createGrpcClient(CatalogAdminServiceClient, options('catalog-sync'));
  const ingress = createGrpcClient(IngressAdminServiceClient, options('gateway-ingress'));
  const fulfillment = createGrpcClient(FulfillmentAdminServiceClient, options('fulfillment'));
  const govmall = createGrpcClient(GovmallAdminServiceClient, options('govmall-adapter'));
  try {
    await catalog.call('putSeller', {
      seller: {
        sellerId: seller.sellerId,
        nick: seller.nick,
        allocator: seller.allocator === 'isv' ? Allocator.ISV : Allocator.ASTROLABE,
        acceptor: seller.acceptor === 'pos' ? Acceptor.POS : Acceptor.DIANZHANGGUI,
        sellableCountsShared: false,
        merchantCentreStoreIds: seller.storeIds,
      },
    });
    await catalog.call('putArea', {
      sellerId: seller.sellerId,
      areaId: seller.area.id,
      name: seller.area.name,
      places: [placeToMessage({ type: 'WAREHOUSE', id: seller.area.warehouse })],
    });
    for (const [role, key] of Object.entries(seller.keys)) {
      await ingress.call('putAppKey', {
        appKey: {
          appKey: key.appKey,
          secrets: [key.secret],
          sellerIds: [seller.sellerId],
          signMethods: [],
          enabled: true,
          role,
          ratePerSecond: 0,
        },
      });
    }
    await fulfillment.call('putConnection', {
      sellerId: seller.sellerId,
      spiUrl: seller.spi.url,
      appKey: seller.spi.appKey,
      secret: seller.spi.secret,
    });
    // The sandbox plays Tmall; without it the shop is not connected.
    if (stack.has('sandbox')) await fulfillment.call('putShop', { shop: shopOf(stack, seller) });
    await govmall.call('putAccount', {
      account: {
        username: seller.mall.username,
        password: seller.mall.password,
        sellerId: seller.sellerId,
        enabled: true,
        mallName: '',
        agreementNo: '',
        poolIds: [],
        moneyAsText: false,
        wireWords: {},
      },
    });
    await loadPush(stack, seller);
    await loadUsers(stack, seller);
  } finally {
    for (const client of [catalog, ingress, fulfillment, govmall]) client.close();
  }
}

const shopOf = (stack: Stack, { sellerId, keys }: DemoSeller) => ({
  sellerId,
  tmallUrl: httpUrl(stack, 'sandbox'),
  ...keys.tmall,
  session: sellerId,
});

/** Where orders of the seller are pushed to; nothing to do in a stack without that service. */
async function loadPush(stack: Stack, seller: DemoSeller): Promise<void> {
  if (!stack.has('order-push')) return;
  const client = createGrpcClient(OrderPushServiceClient, {
    address: adminAddress(stack, 'order-push'),
    name: 'demo-seller',
    defaultDeadlineMs: DEADLINE_MS,
  });
  try {
    await client.call('putSeller', {
      seller: {
        sellerId: seller.sellerId,
        spiUrl: seller.spi.url,
        spiAppKey: seller.spi.appKey,
        method: seller.push.method === 'ONBOARDING' ? PushMethod.ONBOARDING : PushMethod.RETURNED,
        onboardingAppKey: seller.push.onboarding,
        applications: seller.push.applications,
      },
      spiSecret: seller.spi.secret,
    });
  } finally {
    client.close();
  }
}
