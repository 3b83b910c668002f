import { changeTasks } from './fulfilment.ts';
import type { Fulfilment, Task, WantedRefund } from './fulfilment.ts';
import type { FlowStatus } from './status.ts';

/**
 * A refund that the channel has granted before the store was asked (a quick refund), or a sub-order
 * that it has closed. The money is gone; what is open is where the goods are.
 */
export type Granted = WantedRefund & {
  granted: true;
  /** The sub-order is closed at the channel: nothing of it is to be shipped. */
  closed: boolean;
};

/** The channel has given the money back: the sub-order is not to be shipped any more. */
export const isLost = ({ refund }: Pick<Task, 'refund'>): boolean =>
  refund?.granted === true && !refund.amountOnly && !refund.withdrawnAt;

/** No place has the sub-order: there is nobody to ask, and nothing to put back. */
const IDLE: readonly (FlowStatus | null)[] = [null, 'REFUSED'];

export const isIdle = ({ status }: Pick<Task, 'status'>): boolean => IDLE.includes(status);

/** The goods are with the buyer or on their way, whatever is said about money. */
const hasLeft = ({ status, handedOverAt, history }: Task): boolean =>
  handedOverAt !== undefined ||
  status === 'CANCEL_DENIED' ||
  history.some((entry) => entry.status === 'SHIPPED');

/** What a message about a refund means for a task, beside what is recorded of it. */
export function meant(task: Task, one: WantedRefund | Granted): WantedRefund {
  if (!('closed' in one)) return one;
  const { closed, ...told } = one;
  const standing = task.refund?.withdrawnAt ? undefined : task.refund;
  const { amountOnly, ...goods } = {
    ...told,
    // A sub-order that is closed as such has no refund of its own in the message.
    ...(told.refundId === '' &&
      standing && { refundId: standing.refundId, feeFen: standing.feeFen }),
  };
  const isMoney = amountOnly ?? (closed && standing?.amountOnly);
  // What is closed before it has left is not shipped, whatever its refund was of.
  return isMoney && (!closed || hasLeft(task)) ? { ...goods, amountOnly: true } : goods;
}

/**
 * Sub-orders that no place has, closed at the channel: no later allocation gives them to one. Their
 * holds are released by order-router, which reads the same message.
 */
export const closeIdle = (current: Fulfilment, granted: readonly Granted[]): Fulfilment =>
  changeTasks(
    current,
    granted.flatMap(({ closed, subOrderId }) => (closed ? [subOrderId] : [])),
    (task) => (isIdle(task) && !task.closed ? { ...task, closed: true } : task),
  );

/**
 * Sub-orders that were closed while no place had them because their store had given them back. order-router may
 * have heard of the close before, when the store still had them: it has to hear that nobody has.
 */
export const givenUp = (before: Fulfilment, after: Fulfilment): readonly Task[] =>
  after.tasks.filter(
    (task, index) =>
      task.closed &&
      before.tasks[index]?.closed === false &&
      task.history.some((entry) => entry.givenBack && entry.allocation === task.allocation),
  );
