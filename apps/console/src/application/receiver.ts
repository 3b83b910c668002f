import type { OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { TO_SEND } from '../domain/actions.ts';
import type { Clerk, Fulfillment, Receiver, Receivers } from './ports.ts';

export type ReceiverDeps = {
  fulfillment: Pick<Fulfillment, 'tasksOf'>;
  receivers: Receivers;
};

/** `NOT_HERE`: the clerk's store has nothing of the order to send. `NO_RECEIVER`: it is not known. */
export type NoReceiver = 'NOT_HERE' | 'NO_RECEIVER';

/**
 * To whom an order goes, for a clerk who is about to send it: asked for when it is needed, by who needs
 * it, and not before, not after, and not for goods that the buyer collects.
 */
export const makeLookAtReceiver =
  ({ fulfillment, receivers }: ReceiverDeps) =>
  async (
    clerk: Clerk,
    orderRef: OrderRef,
    reveal: boolean,
  ): Promise<Result<Receiver, NoReceiver>> => {
    const tasks = await fulfillment.tasksOf(orderRef);
    const isToSend = tasks.some(
      ({ storeId, pickup, status }) =>
        storeId === clerk.storeId && !pickup && TO_SEND.includes(status),
    );
    if (!isToSend) return err('NOT_HERE');
    const receiver = await receivers.find(clerk, orderRef, reveal);
    return receiver ? ok(receiver) : err('NO_RECEIVER');
  };
