import { placeKey } from '@astrolabe/kernel';
import type { Task } from '../domain/fulfilment.ts';
import type { FulfilmentEvent } from './ports.ts';

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
