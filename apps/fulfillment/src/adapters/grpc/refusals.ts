import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { GrpcCode } from '@astrolabe/grpc';
import { INNER_ADDRESS_DETAILS } from '@astrolabe/channel-client';
import type { ShipRefusal } from '../../application/ask-to-ship.ts';
import type { WaybillRefusal } from '../../application/waybill.ts';

type Reason =
  | ShipRefusal
  | WaybillRefusal
  | 'TMALL_UNREACHABLE'
  | 'NOT_KNOWN_YET'
  | 'INVALID_PAGE_TOKEN'
  | 'TOO_MANY_STATUSES'
  | 'BAD_SPI_URL'
  | 'BAD_TMALL_URL'
  | 'INNER_ADDRESS';

const REFUSALS: Record<Reason, readonly [GrpcCode, string]> = {
  UNKNOWN_TRADE: [GRPC.notFound, 'no such trade'],
  UNKNOWN_SUB_ORDER: [GRPC.notFound, 'the trade has no such sub-order'],
  UNKNOWN_SELLER: [GRPC.notFound, 'no such seller'],
  UNKNOWN_STATUS: [GRPC.invalidArgument, 'no such status'],
  NOT_SUPPORTED: [GRPC.failedPrecondition, 'the status is not supported yet'],
  OUT_OF_SCOPE: [GRPC.failedPrecondition, "the interface does not belong to the seller's model"],
  WRONG_SETTER: [GRPC.permissionDenied, 'the status is set by somebody else'],
  MISSING_FIELD: [GRPC.invalidArgument, 'a required field is missing'],
  IN_THE_FUTURE: [GRPC.invalidArgument, 'actionTime is more than ten minutes ahead'],
  NOT_KNOWN_YET: [GRPC.unavailable, 'the allocation is not known here yet'],
  NOT_ALLOCATED: [GRPC.failedPrecondition, 'the sub-order has no place yet'],
  WRONG_PLACE: [GRPC.failedPrecondition, 'the sub-order belongs to another place'],
  WRONG_FLOW: [GRPC.failedPrecondition, 'the sub-order is delivered in another way'],
  STALE: [GRPC.failedPrecondition, 'the report belongs to an allocation that was replaced'],
  ORDER_CLOSED: [GRPC.failedPrecondition, 'the order was closed at its channel'],
  REFUND_WITHDRAWN: [GRPC.failedPrecondition, 'the buyer has withdrawn the refund'],
  ILLEGAL_TRANSITION: [GRPC.failedPrecondition, 'the status may not follow the current one'],
  TRADE_NOT_SHIPPED: [GRPC.failedPrecondition, 'the trade is not marked as shipped at Tmall yet'],
  MOVED: [GRPC.failedPrecondition, 'the goods are not at this store under this allocation'],
  REFUND_ASKED: [GRPC.failedPrecondition, 'the buyer asks for a refund'],
  SHIPPING_UNDER_WAY: [GRPC.failedPrecondition, 'the goods have left, or may have'],
  TMALL_NOT_CONNECTED: [GRPC.failedPrecondition, "the seller's shop at Tmall is not connected"],
  NO_WAYBILLS: [GRPC.failedPrecondition, 'numbers are given for orders of Tmall alone'],
  NO_WAYBILL: [GRPC.notFound, 'the store has no such waybill, or it has no number'],
  OTHER_WAYBILL: [GRPC.failedPrecondition, 'some of the goods are on another waybill'],
  NUMBER_UNKNOWN: [
    GRPC.failedPrecondition,
    'the number is being asked for, or may have been given',
  ],
  TOO_MANY_WAYBILLS: [GRPC.failedPrecondition, 'the order has had as many waybills as it may have'],
  TMALL_UNREACHABLE: [GRPC.unavailable, 'Tmall does not answer'],
  INVALID_PAGE_TOKEN: [GRPC.invalidArgument, 'the page token is not valid'],
  TOO_MANY_STATUSES: [GRPC.invalidArgument, 'at most 20 statuses are counted at once'],
  INNER_ADDRESS: [GRPC.invalidArgument, INNER_ADDRESS_DETAILS],
  BAD_TMALL_URL: [
    GRPC.invalidArgument,
    'tmall_url must be an https address without query or credentials, or empty',
  ],
  BAD_SPI_URL: [GRPC.invalidArgument, 'spi_url must be an https address, or empty'],
};

/** The refusal of a call, with its reason for programs and its words for people. */
export function refusal(reason: Reason): GrpcRefusal {
  const [code, details] = REFUSALS[reason];
  return new GrpcRefusal({ code, reason, details });
}
