import { placeKey } from '@astrolabe/kernel';
import type { Fulfilment, Task, ToldRefund } from './fulfilment.ts';

/** What the other services hear of a change. */
export type FulfilmentEvent = {
  kind:
    | 'NOTIFIED'
    | 'NOT_REACHED'
    | 'ACCEPTED'
    | 'REFUSED'
    | 'CONSIGNED'
    | 'HANDED_OVER'
    | 'REFUND_ASKED'
    | 'REFUND_AGREED'
    | 'REFUND_RETURNED'
    | 'REFUND_WITHDRAWN'
    | 'REFUND_TOLD'
    | 'WITHDRAWAL_TOLD';
  /** At least one but for what was TOLD; they share allocation and place. Nobody's have neither. */
  tasks: readonly Task[];
  at: Date;
  /** Who did it, as the report says. */
  operator: string;
  /** Of REFUND_TOLD and WITHDRAWAL_TOLD. */
  refunds?: readonly ToldRefund[];
};

/** What a command or an event comes to, as one write. */
export type Change<R> = { state: Fulfilment; events: readonly FulfilmentEvent[]; result: R };

/** One event per allocation and place: an ISV may send sub-orders to different places. */
export function byAllocation(
  kind: FulfilmentEvent['kind'],
  tasks: readonly Task[],
  at: Date,
  operator: string,
): FulfilmentEvent[] {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    if (!task.place) continue;
    const key = `${task.allocation} ${placeKey(task.place)}`;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return [...groups.values()].map((group) => ({ kind, tasks: group, at, operator }));
}
