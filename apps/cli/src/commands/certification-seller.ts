import { randomBytes } from 'node:crypto';
import {
  Acceptor,
  Allocator,
  CatalogAdminServiceClient,
  DistributionAdminServiceClient as RegistryAdminServiceClient,
} from '@astrolabe/contracts/catalog';
import { placeToMessage } from '@astrolabe/contracts';
import { FulfillmentAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import { IngressAdminServiceClient } from '@astrolabe/contracts/ingress';
import { DistributionAdminServiceClient, TillAdminServiceClient } from '@astrolabe/contracts/order';
import { createClient, peerOf, withClient } from '../clients.ts';
import type { Environment } from '../invocation.ts';

const DEADLINE_MS = 15_000;
const SECRET_BYTES = 16;

type Key = { readonly appKey: string; readonly secret: string };

/** A seller that exists for one certification, as the sandbox is told of it. */
export type CertificationSeller = {
  readonly sellerId: string;
  readonly nick: string;
  readonly keys: Readonly<Record<'erp' | 'pos' | 'tmall', Key>>;
  readonly spi: Key;
};

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('hex');

/** A seller with a number that no other one has: 9, then the milliseconds. */
export function newSeller(now: Date): CertificationSeller {
  const sellerId = `9${now.getTime()}`;
  const key = (role: number): Key => ({ appKey: `${sellerId}${role}`, secret: newSecret() });
  return {
    sellerId,
    nick: '认证旗舰店',
    keys: { erp: key(0), pos: key(1), tmall: key(2) },
    spi: key(3),
  };
}

type Prepare = (
  environment: Environment,
  seller: CertificationSeller,
  sandboxUrl: string,
) => Promise<void>;

/** What a channel needs beside the seller itself: where its orders go. */
const CONNECT: Readonly<Record<string, Prepare>> = {
  till: connectTills,
  fenxiao: connectDistribution,
};

/** Makes the seller known to the platform, and connects it to the sandbox. */
export async function prepareSeller(
  environment: Environment,
  seller: CertificationSeller,
  channel: string,
  sandboxUrl: string,
): Promise<void> {
  await putSeller(environment, seller);
  await putKeys(environment, seller, true);
  await putStoreSystem(environment, seller, sandboxUrl);
  await CONNECT[channel]?.(environment, seller, sandboxUrl);
}

const at = (environment: Environment, name: string) => peerOf(environment, name, DEADLINE_MS);

async function putSeller(
  environment: Environment,
  { sellerId, nick }: CertificationSeller,
): Promise<void> {
  const peer = at(environment, 'CATALOG_ADMIN_ADDRESS');
  await withClient(CatalogAdminServiceClient, peer, async (client) => {
    await client.call('putSeller', {
      seller: {
        sellerId,
        nick,
        allocator: Allocator.ASTROLABE,
        acceptor: Acceptor.POS,
        sellableCountsShared: false,
        merchantCentreStoreIds: {},
      },
    });
    const places = [placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' })];
    await client.call('putArea', { sellerId, areaId: '1000000', name: '天津市河东区', places });
  });
}

/** Its three keys; disabled, they are of no use to anybody. */
export async function putKeys(
  environment: Environment,
  { sellerId, keys }: CertificationSeller,
  enabled: boolean,
): Promise<void> {
  const peer = at(environment, 'GATEWAY_ADMIN_ADDRESS');
  await withClient(IngressAdminServiceClient, peer, async (client) => {
    for (const [role, { appKey, secret }] of Object.entries(keys)) {
      const key = { appKey, secrets: [secret], sellerIds: [sellerId], role, enabled };
      await client.call('putAppKey', { appKey: { ...key, signMethods: [], ratePerSecond: 0 } });
    }
  });
}

async function putStoreSystem(
  environment: Environment,
  { sellerId, spi, keys }: CertificationSeller,
  sandboxUrl: string,
): Promise<void> {
  const peer = at(environment, 'FULFILLMENT_ADMIN_ADDRESS');
  await withClient(FulfillmentAdminServiceClient, peer, async (client) => {
    await client.call('putConnection', { sellerId, spiUrl: `${sandboxUrl}/spi`, ...spi });
    const shop = { sellerId, tmallUrl: sandboxUrl, ...keys.tmall, session: sellerId };
    await client.call('putShop', { shop });
  });
}

async function connectTills(
  environment: Environment,
  { sellerId, keys }: CertificationSeller,
  sandboxUrl: string,
): Promise<void> {
  const peer = at(environment, 'ORDER_ADMIN_ADDRESS');
  await withClient(TillAdminServiceClient, peer, async (client) => {
    const access = { ...keys.tmall, session: sellerId, treatAsPaid: false };
    await client.call('putTillPlatform', { platform: { sellerId, url: sandboxUrl, ...access } });
  });
}

const OFFER_ID = '902719378311';
const SHOP = { salesChannel: 'thyny', outShopCode: '661153176' };

/** The offer of the document's example, which the kit orders, and the gateway upstream. */
async function connectDistribution(
  environment: Environment,
  { sellerId, nick, keys }: CertificationSeller,
  sandboxUrl: string,
): Promise<void> {
  const registry = createClient(
    RegistryAdminServiceClient,
    at(environment, 'CATALOG_ADMIN_ADDRESS'),
  );
  const orders = createClient(
    DistributionAdminServiceClient,
    at(environment, 'ORDER_ADMIN_ADDRESS'),
  );
  try {
    await registry.call('putRelation', {
      relation: {
        sellerId,
        offerId: OFFER_ID,
        supplierId: 'b2b-2213',
        specs: [{ specId: '3304a52052baafcbd679efd04e8589a5', priceFen: 600n }],
        postFeeFen: 9_200n,
        ownStock: false,
        staleReason: '',
      },
    });
    const authorised = { authorisedFrom: undefined, authorisedUntil: undefined };
    const shop = { sellerId, ...SHOP, shopName: '店', ...authorised };
    await registry.call('putOutShop', { shop });
    const item = { sellerId, ...SHOP, outItemCode: '902993428771', offerId: OFFER_ID };
    await registry.call('putOutItem', { item });
    await orders.call('putUpstream', {
      upstream: {
        sellerId,
        baseUrl: sandboxUrl,
        appId: keys.erp.appKey,
        sellerNick: nick,
        secret: keys.erp.secret,
        lookupPath: '/gateway/1688/fenxiao/trade/lookup',
        retryCodes: ['1003'],
        failCodes: ['1001'],
      },
    });
  } finally {
    registry.close();
    orders.close();
  }
}
