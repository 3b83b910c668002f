import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Clerk, Fulfillment, Journal, Task } from './store-ports.ts';

export type PickupDeps = {
  fulfillment: Pick<Fulfillment, 'tasksOf' | 'findPickup' | 'handOver'>;
  journal: Pick<Journal, 'record'>;
  clock: Clock;
};

/** An order that the buyer has come for. */
export type Waiting = { orderRef: OrderRef; tasks: readonly Task[] };

/** `subOrderIds`: what the clerk has ticked off. */
export type HandOver = {
  orderRef: OrderRef;
  typed: string;
  messageId: string;
  subOrderIds: readonly string[];
};

/** 12 digits, however they were read out, typed or scanned. */
const CODE = /^[0-9]{12}$/;
const BETWEEN_DIGITS = /[\s-]/g;

/** The code as fulfillment knows it; null when it cannot be one, so that it counts as no guess. */
export function readCode(typed: string): string | null {
  const code = typed.replaceAll(BETWEEN_DIGITS, '');
  return CODE.test(code) ? code : null;
}

/** What waits at the clerk's store under a code; the error is fulfillment's reason. */
export const makeFindPickup =
  ({ fulfillment }: Pick<PickupDeps, 'fulfillment'>) =>
  async (clerk: Clerk, typed: string): Promise<Result<Waiting, string>> => {
    const code = readCode(typed);
    if (code === null) return err('WRONG_CODE');
    const found = await fulfillment.findPickup(clerk, code);
    if (found.kind === 'refused') return err(found.reason);
    const { orderRef, storeId, redeemedAt } = found;
    if (storeId !== clerk.storeId) return err('OTHER_STORE');
    if (redeemedAt) return err('CODE_USED');
    const tasks = await waitingAt(fulfillment, clerk, orderRef);
    return tasks.length > 0 ? ok({ orderRef, tasks }) : err('NOT_READY');
  };

/**
 * Hands the goods over, once. The same `messageId` again, after a lost answer, is answered as the first
 * time. The error is fulfillment's reason.
 */
export const makeHandOver =
  ({ fulfillment, journal, clock }: PickupDeps) =>
  async (
    clerk: Clerk,
    asked: HandOver,
  ): Promise<Result<{ subOrderIds: readonly string[] }, string>> => {
    const { orderRef, messageId, subOrderIds } = asked;
    const code = readCode(asked.typed);
    if (code === null) return err('WRONG_CODE');
    const done = await fulfillment.handOver(clerk, { orderRef, code, messageId, subOrderIds });
    if (done.kind === 'refused') return err(done.reason);
    // After a lost answer the goods are with the buyer already: what was handed over tells which it was.
    const tasks = await fulfillment.tasksOf(orderRef);
    const handed = tasks.find((task) => done.subOrderIds.includes(task.subOrderId));
    if (handed) {
      const { allocation } = handed;
      const what = { orderRef, allocation, subOrderIds: done.subOrderIds };
      await journal.record({ clerk, ...what, action: 'handOver', reason: '', at: clock() });
    }
    return ok({ subOrderIds: done.subOrderIds });
  };

async function waitingAt(
  fulfillment: Pick<Fulfillment, 'tasksOf'>,
  clerk: Clerk,
  orderRef: OrderRef,
): Promise<readonly Task[]> {
  const tasks = await fulfillment.tasksOf(orderRef);
  return tasks.filter(
    (task) =>
      task.storeId === clerk.storeId && task.pickup && !task.collected && task.status === 'READY',
  );
}
