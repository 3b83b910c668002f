import { ALL_TOPICS, CONSUMERS, EVENTS } from '@astrolabe/contracts';
import type { ConsumerGroup, Declaration } from '@astrolabe/contracts';
import { expect, test } from 'vitest';
import { byType } from './by-type.ts';

const GROUPS = Object.entries<Declaration>(CONSUMERS);

test.each(GROUPS)('%s: each handled event reaches its own handler', async (group, declared) => {
  const called: string[] = [];
  const handlers = Object.fromEntries(
    declared.handles.map((name) => [
      name,
      async () => {
        called.push(name);
        return { kind: 'done' } as const;
      },
    ]),
  );
  const handle = byType(group as ConsumerGroup, handlers as never);
  for (const name of declared.handles) await handle({ type: EVENTS[name].type });
  expect(called).toEqual(declared.handles);
  for (const name of declared.ignores) {
    expect(await handle({ type: EVENTS[name].type })).toEqual({ kind: 'done' });
  }
  expect(called).toEqual(declared.handles);
});

test.each(GROUPS)('%s: what it does not declare is rejected', async (group, declared) => {
  const handle = byType(group as ConsumerGroup, {} as never);
  const own = new Set([...declared.handles, ...declared.ignores]);
  const types = Object.entries(EVENTS)
    .filter(([name]) => !own.has(name as keyof typeof EVENTS))
    .map(([, { type }]) => type);
  for (const type of [...types, 'astrolabe.order.v2.OrderRevised', 'constructor']) {
    const reason = `UNDECLARED_TYPE ${type}`;
    expect(await handle({ type })).toEqual({ kind: 'reject', reason });
  }
});

test('the groups of the topics are all here', () => {
  const groups = new Set(ALL_TOPICS.flatMap(({ consumers }) => consumers));
  expect(GROUPS.map(([group]) => group).toSorted()).toEqual([...groups].toSorted());
});
