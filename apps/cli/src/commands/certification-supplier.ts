import { OfferAdminServiceClient } from '@astrolabe/contracts/catalog';
import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import { PROCUREMENT } from '@astrolabe/kernel';
import { peerOf, withClient } from '../clients.ts';
import type { Environment } from '../invocation.ts';
import type { CertificationSeller } from './certification-seller.ts';
import { putStock } from './certification-stock.ts';
import { control } from './sandbox-control.ts';

const DEADLINE_MS = 15_000;
const PIECES = 1_000n;
const ACTOR = 'certification';

/** Makes the seller a supplier at the platform that the sandbox plays, with the goods that the kit orders. */
export async function connectProcurement(
  environment: Environment,
  seller: CertificationSeller,
  sandboxUrl: string,
): Promise<void> {
  await connectPlatform(environment, seller, sandboxUrl);
  await putStock(environment, seller, await putOffer(environment, seller), PIECES);
}

const at = (environment: Environment, name: string) => peerOf(environment, name, DEADLINE_MS);

async function connectPlatform(
  environment: Environment,
  { sellerId, spi }: CertificationSeller,
  sandboxUrl: string,
): Promise<void> {
  const { appKey, secret } = spi;
  const memberId = `b2b-${sellerId}`;
  const refreshToken = `refresh-${sellerId}`;
  const account = { sellerId, appKey, secret, memberId, refreshToken };
  const known = await control(sandboxUrl, 'PUT', 'procurement/config', account);
  const { accessToken } = known as { accessToken: string };
  const peer = at(environment, 'GATEWAY_ADMIN_ADDRESS');
  await withClient(PlatformAdminServiceClient, peer, async (client) => {
    const names = { mainUserId: '', loginId: '', addressId: '' };
    const rates = { callsPerSecond: 0, ratePerSecond: 0 };
    await client.call('putConnection', {
      connection: {
        sellerId,
        platform: PROCUREMENT,
        appKey,
        gatewayUrl: sandboxUrl,
        memberId,
        ...names,
        ...rates,
      },
      secret,
      accessToken,
      accessTokenEndsAt: undefined,
      refreshToken,
      refreshTokenEndsAt: undefined,
      onlyNew: false,
      askedBy: ACTOR,
    });
  });
}

/** The goods of the document's example at 10.00 yuan; answers our id of them. */
async function putOffer(
  environment: Environment,
  { sellerId }: CertificationSeller,
): Promise<string> {
  const peer = at(environment, 'CATALOG_ADMIN_ADDRESS');
  return await withClient(OfferAdminServiceClient, peer, async (client) => {
    const { offer } = await client.call('putOffer', {
      offer: {
        sellerId,
        cargoNo: 'cargo123',
        specs: [],
        detail: {
          sku: '6578902',
          name: '办公椅',
          url: 'https://shop.example.com/6578902.html',
          brand: '星图',
          model: 'XT-100',
          unit: '把',
          categoryId: 'A02010601',
          mainImage: 'https://img.example.com/1/main.jpg',
          images: [],
          service: '三年质保',
          introduction: '',
          summary: '办公椅',
          energySaving: false,
          environmental: false,
          imported: false,
          weightGrams: 8_500n,
          origin: '天津',
          barcode: '6901234567892',
          packingList: '椅 1 把',
          attributes: [],
        },
        prices: {
          agreementFen: 1_000n,
          marketFen: 1_200n,
          minimumMilli: 0n,
          taxRate: 13,
          untaxed: false,
          tiers: [],
          promotions: [],
        },
        poolIds: [],
        published: true,
        names: [],
        platformGoodsId: '5645673',
        platformSkuId: '76354678',
      },
    });
    return offer?.goodsId ?? '';
  });
}
