import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import type {
  FulfillmentServiceServer,
  QueryPickupRequest,
  QueryPickupResponse,
  RedeemPickupRequest,
  RedeemPickupResponse,
} from '@astrolabe/contracts/fulfillment';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { GrpcCode } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import type {
  makeQueryPickup,
  makeRedeemPickup,
  makeShowPickups,
} from '../../application/pickup.ts';
import type { PickupRefusal } from '../../domain/pickup.ts';

const REFUSALS: Record<PickupRefusal | 'MISSING_FIELD', readonly [GrpcCode, string]> = {
  WRONG_CODE: [GRPC.notFound, 'no pick-up of this order has such a code'],
  CODE_USED: [GRPC.failedPrecondition, 'the goods were handed over for this code already'],
  CODE_LOCKED: [GRPC.failedPrecondition, 'too many wrong codes: try again in 15 minutes'],
  OTHER_STORE: [GRPC.failedPrecondition, 'the goods wait at another store'],
  NOT_READY: [GRPC.failedPrecondition, 'nothing waits for this code any more'],
  GOODS_CHANGED: [GRPC.failedPrecondition, 'other goods wait for this code by now'],
  MISSING_FIELD: [GRPC.invalidArgument, 'a required field is missing'],
};

function refusal(reason: keyof typeof REFUSALS): GrpcRefusal {
  const [code, details] = REFUSALS[reason];
  return new GrpcRefusal({ code, reason, details });
}

export type PickupMethods = {
  query: ReturnType<typeof makeQueryPickup>;
  redeem: ReturnType<typeof makeRedeemPickup>;
  show: ReturnType<typeof makeShowPickups>;
};

type Methods = Pick<FulfillmentServiceServer, 'queryPickup' | 'redeemPickup'>;

/** The methods of FulfillmentService about pick-up codes. */
export const pickupMethods = (pickup: PickupMethods, logger: Logger): Methods => ({
  queryPickup: unary<QueryPickupRequest, QueryPickupResponse>(
    'queryPickup',
    async ({ sellerId, code, actor }) => {
      if (sellerId === '' || code === '' || actor === '') throw refusal('MISSING_FIELD');
      const found = await pickup.query(sellerId, code, actor);
      if (!found.ok) throw refusal(found.error);
      const { orderRef, pickup: one } = found.value;
      const redeemedAt = one.redeemedAt ?? undefined;
      return { orderRef, place: placeToMessage(one.place), redeemedAt };
    },
    logger,
  ),
  redeemPickup: unary<RedeemPickupRequest, RedeemPickupResponse>(
    'redeemPickup',
    async (request) => {
      if ([request.code, request.actor].includes('')) throw refusal('MISSING_FIELD');
      const subOrderIds = [...new Set(request.subOrderIds)];
      const done = await pickup.redeem({
        ...request,
        orderRef: orderOf(request),
        subOrderIds,
        place: placeFromMessage(request.place),
      });
      if (!done.ok) throw refusal(done.error);
      return { subOrderIds: [...done.value.subOrderIds], redeemedAt: done.value.redeemedAt };
    },
    logger,
  ),
});
