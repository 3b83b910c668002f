import { orderRefFromMessage } from '@astrolabe/contracts';
import { invariant } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';

/** The name of an order in a peer's answer, which has one always. */
export function refOf(message: Parameters<typeof orderRefFromMessage>[0]): OrderRef {
  const orderRef = orderRefFromMessage(message);
  invariant(orderRef, 'an order that is shown has a name');
  return orderRef;
}
