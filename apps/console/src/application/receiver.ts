import type { OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { TO_SEND } from '../domain/actions.ts';
import { deed } from '../domain/audit.ts';
import type { Deed } from '../domain/audit.ts';
import type { AuditLog } from './audit-ports.ts';
import type { Clerk, Fulfillment, Receiver, Receivers } from './store-ports.ts';

export type ReceiverDeps = {
  fulfillment: Pick<Fulfillment, 'tasksOf'>;
  receivers: Receivers;
  audit: Pick<AuditLog, 'append'>;
};

/** Why a clerk sees a receiver in full: the parcel has to be addressed. */
const TO_SHIP = 'SHIP';
const REVEAL = 'orders.receiver.reveal';

/** `NOT_HERE`: the clerk's store has nothing of the order to send. `NO_RECEIVER`: it is not known. */
export type NoReceiver = 'NOT_HERE' | 'NO_RECEIVER';

/**
 * To whom an order goes, for a clerk who is about to send it: asked for when it is needed, by who needs
 * it, and not before, not after, and not for goods that the buyer collects.
 */
export const makeLookAtReceiver =
  ({ fulfillment, receivers, audit }: ReceiverDeps) =>
  async (
    clerk: Clerk & Pick<Deed, 'address'>,
    orderRef: OrderRef,
    reveal: boolean,
  ): Promise<Result<Receiver, NoReceiver>> => {
    const tasks = await fulfillment.tasksOf(orderRef);
    const isToSend = tasks.some(
      ({ storeId, pickup, status }) =>
        storeId === clerk.storeId && !pickup && TO_SEND.includes(status),
    );
    if (!isToSend) return err('NOT_HERE');
    if (reveal) {
      const { login, name, address, sellerId } = clerk;
      const target = `${orderRef.channel}/${orderRef.number}`;
      const who = { login, name, address, sellerId };
      await audit.append(deed({ ...who, action: REVEAL, target, reason: TO_SHIP }));
    }
    const receiver = await receivers.find(`clerk:${clerk.login}`, orderRef, reveal);
    return receiver ? ok(receiver) : err('NO_RECEIVER');
  };
