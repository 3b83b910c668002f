import { expect, test } from 'vitest';
import { CONSUMERS } from './consumers.ts';
import type { Declaration } from './consumers.ts';
import { ALL_TOPICS, EVENTS, TOPICS } from './index.ts';

const DECLARATIONS: Readonly<Record<string, Declaration>> = CONSUMERS;
const groups = [...new Set(ALL_TOPICS.flatMap(({ consumers }) => consumers))].toSorted();

test('every event has one topic', () => {
  const events = Object.values(TOPICS).flatMap((topic) => [...topic.events]);
  expect(events.toSorted()).toEqual(Object.keys(EVENTS).toSorted());
});

test('every group of a topic has a declaration, and no other has one', () => {
  expect(Object.keys(CONSUMERS).toSorted()).toEqual(groups);
});

test.each(groups)('%s handles or ignores each event of its topics, and no other', (group) => {
  const events = Object.values(TOPICS)
    .filter(({ consumers }: { consumers: readonly string[] }) => consumers.includes(group))
    .flatMap((topic) => [...topic.events]);
  const { handles, ignores } = DECLARATIONS[group] ?? { handles: [], ignores: [] };
  expect([...handles, ...ignores].toSorted()).toEqual(events.toSorted());
});
