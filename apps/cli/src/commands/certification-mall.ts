import { placeToMessage } from '@astrolabe/contracts';
import {
  CatalogAdminServiceClient,
  OfferAdminServiceClient,
  PromotionKind,
} from '@astrolabe/contracts/catalog';
import type { OfferDraft } from '@astrolabe/contracts/catalog';
import { GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import { MallMoneyAdminServiceClient } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { createClient, peerOf, withClient } from '../clients.ts';
import type { Environment } from '../invocation.ts';
import type { CertificationSeller } from './certification-seller.ts';
import { putStock } from './certification-stock.ts';

const DEADLINE_MS = 15_000;
const DAY_MS = 86_400_000;
/** Pieces and goods of the document's example (catalogue D.6), which the kit asks for. */
const PIECES = 99n;
const SKU = '12345';
const POOL = { poolId: 'A0101', name: '台式计算机' };
const CREDIT = { limitFen: 10_000_000n, periodDays: 30 };

const at = (environment: Environment, name: string) => peerOf(environment, name, DEADLINE_MS);

/** Makes the seller one that a mall buys from: an account, goods with all that belongs to them, stock and credit. */
export async function connectMall(
  environment: Environment,
  seller: CertificationSeller,
): Promise<void> {
  await putArea(environment, seller);
  const offers = createClient(OfferAdminServiceClient, at(environment, 'CATALOG_ADMIN_ADDRESS'));
  try {
    const { sellerId } = seller;
    await offers.call('putPool', { sellerId, pool: POOL });
    const { offer } = await offers.call('putOffer', { offer: offerOf(sellerId) });
    await putExtras(offers, sellerId, new Date());
    await putStock(environment, seller, offer?.goodsId ?? '', PIECES);
  } finally {
    offers.close();
  }
  await putCredit(environment, seller);
  await putMallAccount(environment, seller, true);
}

/** Its account has the key of the store system; disabled, it is of no use to anybody. */
export async function putMallAccount(
  environment: Environment,
  { sellerId, spi }: CertificationSeller,
  enabled: boolean,
): Promise<void> {
  await withClient(
    GovmallAdminServiceClient,
    at(environment, 'GOVMALL_ADMIN_ADDRESS'),
    async (client) => {
      await client.call('putAccount', {
        account: {
          username: spi.appKey,
          password: spi.secret,
          sellerId,
          enabled,
          mallName: '',
          agreementNo: '',
          poolIds: [],
          moneyAsText: false,
          wireWords: {},
        },
      });
    },
  );
}

async function putArea(environment: Environment, { sellerId }: CertificationSeller): Promise<void> {
  await withClient(
    CatalogAdminServiceClient,
    at(environment, 'CATALOG_ADMIN_ADDRESS'),
    async (client) => {
      await client.call('putArea', {
        sellerId,
        areaId: '1000000',
        name: '天津市河东区',
        places: [placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' })],
        regionCode: '120102',
      });
    },
  );
}

async function putCredit(
  environment: Environment,
  { sellerId, spi }: CertificationSeller,
): Promise<void> {
  await withClient(
    MallMoneyAdminServiceClient,
    at(environment, 'SETTLEMENT_ADMIN_ADDRESS'),
    async (client) => {
      await client.call('putCredit', { sellerId, account: spi.appKey, ...CREDIT });
    },
  );
}

/** What 2.8, 2.17, 2.19 and 2.20 tell of the goods. */
async function putExtras(
  offers: GrpcClient<OfferAdminServiceClient>,
  sellerId: string,
  now: Date,
): Promise<void> {
  const accessory = {
    accessoryId: 'K1',
    name: '键盘',
    isService: false,
    parameters: '104 键',
    priceFen: 9_900n,
    skus: [SKU],
  };
  await offers.call('putAccessory', { sellerId, accessory });
  const warranty = {
    warrantyId: 'W1',
    sku: SKU,
    name: '延保一年',
    content: '上门维修',
    priceFen: 19_900n,
    regionCodes: [],
  };
  await offers.call('putWarranty', { sellerId, warranty });
  const rating = { averageHundredths: 480, good: 96n, medium: 3n, bad: 1n };
  await offers.call('putRating', { sellerId, sku: SKU, ...rating });
  const times = {
    appliedAt: now,
    startsAt: new Date(now.getTime() - DAY_MS),
    endsAt: new Date(now.getTime() + DAY_MS),
  };
  const promotions = [
    { promotionId: 'G1', kind: PromotionKind.GROUP_BUY, priceFen: 80_000n, quantityMilli: 50_000n },
    { promotionId: 'S1', kind: PromotionKind.SPECIAL, priceFen: 90_000n, quantityMilli: 0n },
  ];
  for (const promotion of promotions) {
    await offers.call('putPromotion', {
      sellerId,
      promotion: { ...promotion, sku: SKU, ...times },
    });
  }
}

const offerOf = (sellerId: string): OfferDraft => ({
  sellerId,
  cargoNo: '',
  specs: [],
  detail: {
    sku: SKU,
    name: '台式计算机',
    url: `https://shop.example.com/${SKU}.html`,
    brand: '星图',
    model: 'XT-100',
    unit: '台',
    categoryId: 'A02010104',
    mainImage: 'https://img.example.com/1/main.jpg',
    images: ['https://img.example.com/1/1.jpg', 'https://img.example.com/1/2.jpg'],
    service: '三年质保',
    introduction: '<p>台式计算机</p>',
    summary: '16G',
    energySaving: true,
    environmental: true,
    imported: false,
    weightGrams: 8_500n,
    origin: '天津',
    barcode: '6901234567892',
    packingList: '主机 1 台',
    attributes: [],
  },
  prices: {
    agreementFen: 100_000n,
    marketFen: 120_000n,
    minimumMilli: 0n,
    taxRate: 13,
    untaxed: false,
    tiers: [{ fromMilli: 10_000n, rateBp: 9_500 }],
    promotions: [],
  },
  poolIds: [POOL.poolId],
  published: true,
  names: [],
  platformGoodsId: '',
  platformSkuId: '',
});
