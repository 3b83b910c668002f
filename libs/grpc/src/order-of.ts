import { orderRefFromMessage } from '@astrolabe/contracts';
import type { OrderRef } from '@astrolabe/contracts/common';
import { GRPC, GrpcRefusal } from './status.ts';

/**
 * The order that a request names.
 * @throws GrpcRefusal INVALID_ORDER_REF when it names none, or what cannot be one.
 */
export function orderOf({ orderRef }: { readonly orderRef?: OrderRef | undefined }): OrderRef {
  const read = orderRefFromMessage(orderRef);
  if (read) return read;
  throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'INVALID_ORDER_REF' });
}
