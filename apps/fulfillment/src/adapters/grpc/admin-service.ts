import { placeToMessage } from '@astrolabe/contracts';
import type {
  FulfillmentAdminServiceServer,
  GetPickupCodeRequest,
  GetPickupCodeResponse,
  PutConnectionRequest,
  PutConnectionResponse,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import { spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import type { makeShowPickups } from '../../application/pickup.ts';
import type { Connections, Shippings, Shops } from '../../application/ports.ts';
import { refusal } from './refusals.ts';
import { shopMethods } from './shipping-methods.ts';

export type FulfillmentAdminServiceDeps = {
  connections: Connections;
  showPickups: ReturnType<typeof makeShowPickups>;
  shops: Pick<Shops, 'put'>;
  shippings: Pick<Shippings, 'load'>;
  urlRule: SpiUrlRule;
  logger: Logger;
};

/** FulfillmentAdminService as gRPC. */
export const fulfillmentAdminService = ({
  connections,
  showPickups,
  shops,
  shippings,
  urlRule,
  logger,
}: FulfillmentAdminServiceDeps): FulfillmentAdminServiceServer => ({
  getPickupCode: unary<GetPickupCodeRequest, GetPickupCodeResponse>(
    'getPickupCode',
    async (request) => ({
      codes: (await showPickups(orderOf(request))).map(({ code, place, issuedAt }) => ({
        code,
        place: placeToMessage(place),
        issuedAt,
      })),
    }),
    logger,
  ),
  putConnection: unary<PutConnectionRequest, PutConnectionResponse>(
    'putConnection',
    async (connection) => {
      if (connection.sellerId === '' || connection.secret === '') throw refusal('MISSING_FIELD');
      const problem = await spiUrlProblem(connection.spiUrl, urlRule);
      if (problem) throw refusal(problem === 'BAD_URL' ? 'BAD_SPI_URL' : problem);
      await connections.put(connection);
      return {};
    },
    logger,
  ),
  ...shopMethods({ shops, shippings, urlRule, logger }),
});
