import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { GrpcCode } from '@astrolabe/grpc';
import type { SupplyRefusal } from '../../../domain/supply/events.ts';

type Reason = SupplyRefusal | 'UNKNOWN_SUPPLY' | 'BAD_FIELD' | 'INVALID_PAGE_TOKEN';

const REFUSALS: Record<Reason, readonly [GrpcCode, string]> = {
  UNKNOWN_SUPPLY: [GRPC.notFound, 'no order of this name was confirmed'],
  BAD_FIELD: [GRPC.invalidArgument, 'a field is missing, or too long'],
  INVALID_PAGE_TOKEN: [GRPC.invalidArgument, 'the page token is not valid'],
  NOT_CONFIRMED: [GRPC.failedPrecondition, 'the order is not confirmed'],
  CANCELLED: [GRPC.failedPrecondition, 'the order was cancelled'],
  UNKNOWN_LINE: [GRPC.invalidArgument, 'the order has no such line'],
  OVER_SHIPMENT: [GRPC.failedPrecondition, 'more than was ordered would be shipped'],
  NOTHING_LEFT: [GRPC.failedPrecondition, 'all that was ordered is shipped'],
  PARCEL_EXISTS: [GRPC.alreadyExists, 'the number stands for another parcel'],
  PARCEL_IN_DOUBT: [GRPC.failedPrecondition, 'a parcel may be at the platform: retry it first'],
  TOO_MANY: [GRPC.failedPrecondition, 'the order has as many of these as it can have'],
  UNKNOWN_PARCEL: [GRPC.notFound, 'the order has no such parcel'],
  NOT_SHIPPED: [GRPC.failedPrecondition, 'the parcel has not left'],
  PARCEL_ENDED: [GRPC.failedPrecondition, 'the parcel has ended in the other way'],
  NOT_STUCK: [GRPC.failedPrecondition, 'the parcel does not wait for a person'],
  NOT_DELIVERED: [GRPC.failedPrecondition, 'nothing of the order is delivered'],
  OVER_RETURN: [GRPC.failedPrecondition, 'more than was delivered would be returned'],
  REQUEST_EXISTS: [GRPC.alreadyExists, 'the request stands for another return'],
  UNKNOWN_RETURN: [GRPC.notFound, 'the order has no such return'],
  RETURN_DENIED: [GRPC.failedPrecondition, 'the return was not agreed to'],
  RETURN_RECEIVED: [GRPC.failedPrecondition, 'goods of the return have come back'],
  OVER_RECEIPT: [GRPC.failedPrecondition, 'more than is expected has come back'],
  RECEIPT_EXISTS: [GRPC.alreadyExists, 'the number stands for another arrival'],
};

/** The refusal of a call about an order that we supply. */
export function refusal(reason: Reason): GrpcRefusal {
  const [code, details] = REFUSALS[reason];
  return new GrpcRefusal({ code, reason, details });
}
