import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { ActRefusal } from '../../application/act-on-order.ts';
import type { ReportRefusal } from '../../application/report-allocation.ts';
import type { RetryRefusal } from '../../application/retry.ts';

type Refusal = ReportRefusal | RetryRefusal | ActRefusal;

const CODES = {
  UNKNOWN_TRADE: GRPC.notFound,
  UNKNOWN_SUB_ORDER: GRPC.notFound,
  UNKNOWN_STORE: GRPC.notFound,
  OUT_OF_SCOPE: GRPC.failedPrecondition,
  ILLEGAL_TRANSITION: GRPC.failedPrecondition,
  INSUFFICIENT_STOCK: GRPC.failedPrecondition,
  ORDER_BUSY: GRPC.unavailable,
  MISSING_FIELD: GRPC.invalidArgument,
  UNKNOWN_STATUS: GRPC.invalidArgument,
  NOTHING_FAILED: GRPC.failedPrecondition,
  NOTHING_FOUND: GRPC.failedPrecondition,
  NOT_FLAGGED: GRPC.failedPrecondition,
  KEY_REUSED: GRPC.failedPrecondition,
  ON_HOLD: GRPC.failedPrecondition,
  NOT_ON_HOLD: GRPC.failedPrecondition,
  NOTHING_OPEN: GRPC.failedPrecondition,
  STORE_ACCEPTED: GRPC.failedPrecondition,
  SHIPPED: GRPC.failedPrecondition,
  SAME_PLACE: GRPC.failedPrecondition,
  BUYER_CHOSE_STORE: GRPC.failedPrecondition,
  UNFULFILLABLE: GRPC.failedPrecondition,
  STILL_PLACED: GRPC.failedPrecondition,
} as const satisfies Record<Refusal, unknown>;

/** The refusal of a call about an order. */
export const refusalOf = (reason: Refusal): GrpcRefusal =>
  new GrpcRefusal({ code: CODES[reason], reason });

export const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
