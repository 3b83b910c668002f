import { expect, test } from 'vitest';
import type { Stored } from '../aggregate-write.ts';
import { SHOWN_AFTER } from './behind.ts';
import { createShownWhen } from './shown-when.ts';

const { soon, leisurely } = SHOWN_AFTER;
const documentOf = (dueAt: Date | null): Stored => ({
  _id: 'a',
  version: 1n,
  state: { dueAt },
  outbox: [],
  inbox: {},
  eventSeq: 0n,
  commitId: '',
  createdAt: new Date(0),
  updatedAt: new Date(0),
});
const [due, idle] = [documentOf(new Date(0)), documentOf(null)];

test('all versions are shown soon, or all at leisure', () => {
  const [never, always] = [createShownWhen(false), createShownWhen(true)];
  expect([never.of(due), never.of(idle)]).toEqual([soon, soon]);
  expect([always.of(due), always.of(idle)]).toEqual([leisurely, leisurely]);
});

test('what leaves nothing to do is shown at leisure, unless queries show something to do', () => {
  const when = createShownWhen(({ state }) => (state as { dueAt: Date | null }).dueAt === null);
  expect(when.of(idle)).toBe(leisurely);
  expect(when.of(due)).toBe(soon);
  // Written, not shown: nobody has seen it.
  expect(when.of(idle)).toBe(leisurely);
  when.shown(due);
  expect(when.of(idle)).toBe(soon);
  when.shown(idle);
  expect(when.of(idle)).toBe(leisurely);
});
