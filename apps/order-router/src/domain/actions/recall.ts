import type { OrderLine, OrderState } from '../order.ts';
import type { Step } from '../step.ts';
import { operationId, withStep } from '../steps.ts';

export type Recall = Step & { kind: 'recall' };

type Wish = Pick<Recall, 'action' | 'acceptedToo' | 'target'> & {
  /** What makes this recall one of its own among those of an allocation. */
  readonly key: string;
};

/** Asks the place for the goods, an allocation after the other where a seller's router has made several. */
export function withRecall(
  state: OrderState,
  lines: readonly OrderLine[],
  { key, ...wish }: Wish,
): OrderState {
  const byAllocation = Map.groupBy(lines, ({ allocation }) => allocation);
  return [...byAllocation].reduce((next, [allocation, group]) => {
    const subOrderIds = group.map(({ subOrderId }) => subOrderId);
    const id = operationId.recall(state.orderRef, allocation, key);
    return withStep(next, { kind: 'recall', id, subOrderIds, allocation, ...wish });
  }, state);
}
