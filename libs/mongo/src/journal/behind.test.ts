import { Binary } from 'mongodb';
import { expect, test } from 'vitest';
import { SHOWN_AFTER, createBehindQueries, isDueToShow, shownAfter } from './behind.ts';
import type { Behind } from './behind.ts';
import type { Stored } from '../aggregate-write.ts';

const { soon, leisurely } = SHOWN_AFTER;

const event = (sequence: bigint): Stored['outbox'][number] => ({
  id: `e/${sequence}`,
  sequence,
  type: 't',
  key: 'a',
  time: new Date(0),
  payload: new Binary(new Uint8Array([1])),
});
const documentAt = (version: bigint, events: readonly bigint[] = []): Stored => ({
  _id: 'a',
  version,
  state: {},
  outbox: events.map(event),
  inbox: {},
  eventSeq: version,
  commitId: `c${version}`,
  createdAt: new Date(0),
  updatedAt: new Date(0),
});
const behind = (since: number, at: number, events: readonly bigint[] = []): Behind => ({
  document: documentAt(1n, events),
  numbers: [1],
  isKnown: false,
  since,
  at,
});

test('an aggregate is shown when it rests, and after some seconds when it does not', () => {
  expect(isDueToShow(behind(0, 0), 400, soon)).toBe(false);
  expect(isDueToShow(behind(0, 0), 500, soon)).toBe(true);
  expect(isDueToShow(behind(0, 2_300), 2_700, soon)).toBe(false);
  expect(isDueToShow(behind(0, 2_900), 3_000, soon)).toBe(true);
  expect(isDueToShow(behind(0, 0), 2_900, leisurely)).toBe(false);
  expect(isDueToShow(behind(0, 0), 3_000, leisurely)).toBe(true);
  expect(isDueToShow(behind(0, 9_900), 10_000, leisurely)).toBe(true);
});

test('a crowd is shown at leisure, whoever waits', () => {
  expect(shownAfter(soon, 255)).toBe(soon);
  expect(shownAfter(soon, 256)).toBe(leisurely);
});

test('those that have rested the longest come first', () => {
  const queries = createBehindQueries();
  for (const id of ['a', 'b', 'a']) queries.wrote({ ...documentAt(1n), _id: id }, 1, false);
  expect(queries.all()).toMatchObject([{ document: { _id: 'b' } }, { document: { _id: 'a' } }]);
});

test('what is not published yet is shown only when it has waited for long', () => {
  expect(isDueToShow(behind(0, 0, [1n]), 1_900, soon)).toBe(false);
  expect(isDueToShow(behind(0, 0, [1n]), 2_000, soon)).toBe(true);
  expect(isDueToShow(behind(0, 2_500, [1n]), 3_000, soon)).toBe(false);
});

test('what was written while it was shown stays behind, from that write on', () => {
  const queries = createBehindQueries();
  queries.wrote(documentAt(1n), 1, false);
  const [first] = queries.all();
  queries.wrote(documentAt(2n), 2, true);
  const [second] = queries.all();
  expect(second).toMatchObject({ numbers: [1, 2], isKnown: false, since: first?.since });
  queries.shown(first ? [first] : []);
  expect(queries.all()).toMatchObject([{ numbers: [2], isKnown: true, since: second?.at }]);
  queries.shown(queries.all());
  expect(queries.size()).toBe(0);
});
