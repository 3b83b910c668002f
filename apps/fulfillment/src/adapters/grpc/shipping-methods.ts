import type {
  FulfillmentAdminServiceServer,
  FulfillmentServiceServer,
  GetShippingRequest,
  GetShippingResponse,
  PutShopRequest,
  PutShopResponse,
  ShipRequest,
  ShipResponse,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import { spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import type { makeAskToShip } from '../../application/ask-to-ship.ts';
import type { Shippings, Shops } from '../../application/ports.ts';
import { parcelTo } from './messages.ts';
import { refusal } from './refusals.ts';

/** More sub-orders than a trade has. */
const SUB_ORDERS_MAX = 200;

/** The method of FulfillmentService by which goods are sent off. */
export const shippingMethods = (
  askToShip: ReturnType<typeof makeAskToShip>,
  logger: Logger,
): Pick<FulfillmentServiceServer, 'ship'> => ({
  ship: unary<ShipRequest, ShipResponse>(
    'ship',
    async (request) => {
      const { allocation, storeId, company, mailNo, operator } = request;
      const subOrderIds = [...new Set(request.subOrderIds)];
      const count = subOrderIds.length;
      if (storeId === '' || operator === '' || count === 0 || count > SUB_ORDERS_MAX) {
        throw refusal('MISSING_FIELD');
      }
      const wish = { subOrderIds, allocation, storeId, company, mailNo, operator };
      const asked = await askToShip(orderOf(request), wish);
      if (!asked.ok) throw refusal(asked.error);
      const { already, parcel } = asked.value;
      return { already, parcel: parcel ? parcelTo(parcel) : undefined };
    },
    logger,
  ),
});

export type ShopMethodsDeps = {
  shops: Pick<Shops, 'put'>;
  shippings: Pick<Shippings, 'load'>;
  /** What Tmall's address must satisfy. */
  urlRule: SpiUrlRule;
  logger: Logger;
};

/** The methods of FulfillmentAdminService about shops at Tmall and what was shipped there. */
export const shopMethods = ({
  shops,
  shippings,
  urlRule,
  logger,
}: ShopMethodsDeps): Pick<FulfillmentAdminServiceServer, 'putShop' | 'getShipping'> => ({
  putShop: unary<PutShopRequest, PutShopResponse>(
    'putShop',
    async ({ shop }) => {
      if (!shop?.sellerId) throw refusal('MISSING_FIELD');
      if (shop.tmallUrl !== '' && (!shop.appKey || !shop.secret || !shop.session)) {
        throw refusal('MISSING_FIELD');
      }
      const problem = await spiUrlProblem(shop.tmallUrl, urlRule);
      if (problem) throw refusal(problem === 'BAD_URL' ? 'BAD_TMALL_URL' : problem);
      await shops.put({ ...shop, tmallUrl: shop.tmallUrl.replace(/\/+$/, '') });
      return {};
    },
    logger,
  ),
  getShipping: unary<GetShippingRequest, GetShippingResponse>(
    'getShipping',
    async (request) => ({
      parcels: ((await shippings.load(orderOf(request)))?.parcels ?? []).map(parcelTo),
    }),
    logger,
  ),
});
