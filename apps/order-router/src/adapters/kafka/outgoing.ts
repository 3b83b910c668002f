import { EVENTS, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { assertNever } from '@astrolabe/kernel';
import type { Place } from '@astrolabe/kernel';
import type { OrderEvent } from '../../domain/events.ts';
import type { OrderState } from '../../domain/order.ts';

type Encoded = { readonly type: string; readonly payload: Uint8Array };

/** A domain event as the type and payload that go to the topic. */
export function encodeEvent(state: OrderState, event: OrderEvent): Encoded {
  const { orderRef } = state;
  switch (event.type) {
    case 'OrderAllocated':
      return encoded(EVENTS.orderAllocated, {
        orderRef,
        allocation: event.allocation,
        flow: state.collectStoreId === '' ? DeliveryFlow.SHIP : DeliveryFlow.PICKUP,
        lines: event.lines.map((line) => ({
          ...line,
          place: placeToMessage(line.place),
          kind: stockKindToMessage(line.kind),
          attributes: { ...line.attributes },
        })),
        allocatedBy: event.allocatedBy,
        acceptor: event.acceptor,
        paidAt: event.paidAt,
        allocatedAt: event.allocatedAt,
      });
    case 'OrderAllocationFailed':
      return encoded(EVENTS.orderAllocationFailed, {
        orderRef,
        allocation: event.allocation,
        reason: event.reason,
      });
    case 'OrderAwaitingAllocation':
      return encoded(EVENTS.orderAwaitingAllocation, {
        orderRef,
        allocation: event.allocation,
        subOrderIds: [...event.subOrderIds],
      });
    case 'OrderAccepted':
      return encoded(EVENTS.orderAccepted, {
        orderRef,
        subOrderIds: [...event.subOrderIds],
        place: placeOf(event.place),
      });
    case 'OrderShipped':
      return encoded(EVENTS.orderShipped, {
        orderRef,
        lines: event.lines.map((line) => ({ ...line })),
        place: placeOf(event.place),
        shippedAt: event.shippedAt,
        logisticCompany: event.logisticCompany,
        mailNo: event.mailNo,
        postFeeFen: event.postFeeFen,
        paidAt: event.paidAt,
      });
    case 'OrderClosed':
      return encoded(EVENTS.orderClosed, {
        orderRef,
        subOrderIds: [...event.subOrderIds],
        reason: event.reason,
      });
    case 'OrderReopened':
      return encoded(EVENTS.orderReopened, { orderRef, subOrderIds: [...event.subOrderIds] });
    default:
      return assertNever(event, 'event');
  }
}

const placeOf = (place: Place | null) => (place ? placeToMessage(place) : undefined);

const encoded = <T>(
  spec: { readonly type: string; encode(message: T): Uint8Array },
  message: T,
): Encoded => ({ type: spec.type, payload: spec.encode(message) });
