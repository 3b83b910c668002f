import { EVENTS } from '@astrolabe/contracts';
import { assertNever } from '@astrolabe/kernel';
import type { DispatchEvent, DistributionOrder } from '../../domain/distribution/order.ts';

/** An event of a dispatch as the type and payload that go to the topic. */
export function encodeDispatchEvent(
  { orderRef }: DistributionOrder,
  { type, dispatch, lineIds: lines }: DispatchEvent,
): { readonly type: string; readonly payload: Uint8Array } {
  const { outOrderId, supplierId, reason } = dispatch;
  const common = { orderRef, outOrderId, supplierId, lineIds: [...lines] };
  switch (type) {
    case 'OrderDispatched': {
      const { type: name } = EVENTS.orderDispatched;
      const payload = EVENTS.orderDispatched.encode({
        ...common,
        supplierOrderIds: dispatch.orders.map(({ orderId }) => orderId),
        amountFen: dispatch.totalFen ?? undefined,
        postFeeFen: dispatch.postFeeFen ?? undefined,
        differenceFen: dispatch.differenceFen ?? undefined,
      });
      return { type: name, payload };
    }
    case 'OrderDispatchRejected': {
      const { type: name } = EVENTS.orderDispatchRejected;
      return { type: name, payload: EVENTS.orderDispatchRejected.encode({ ...common, reason }) };
    }
    case 'OrderDispatchUnknown': {
      const { type: name } = EVENTS.orderDispatchUnknown;
      return { type: name, payload: EVENTS.orderDispatchUnknown.encode({ ...common, reason }) };
    }
    default:
      return assertNever(type, 'event of a dispatch');
  }
}
