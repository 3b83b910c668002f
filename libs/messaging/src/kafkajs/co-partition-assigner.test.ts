import { expect, test } from 'vitest';
import { assignmentOf } from './co-partition-assigner.ts';

const partitions = [0, 1, 2, 3, 4];

test.each([1, 2, 3, 7])('with %d members, equal partitions are in the same hands', (count) => {
  const members = Array.from({ length: count }, (_, index) => `member-${index}`);
  const assignment = assignmentOf(members, [
    { topic: 'main', partitions },
    { topic: 'retry', partitions },
  ]);
  expect([...assignment.keys()].toSorted()).toEqual(members);
  const held = [...assignment.values()].flatMap((own) => own['main'] ?? []);
  expect(held.toSorted((a, b) => a - b)).toEqual(partitions);
  for (const own of assignment.values()) expect(own['retry']).toEqual(own['main']);
});
