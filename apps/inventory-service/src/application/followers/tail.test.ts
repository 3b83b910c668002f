import { expect, test, vi } from 'vitest';
import type { JournalRecord } from '../journal/record.ts';
import type { Journal } from '../ports.ts';
import { Tail } from './tail.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const recordAt = (sequence: number, body = bytes(`body ${sequence}`)): JournalRecord => ({
  partition: 'p0000',
  sequence,
  epoch: 1,
  owner: 'me',
  timeMs: 0,
  operations: 1,
  version: 1,
  hash: '',
  body,
});

function tailAt(sequence: number) {
  const readAfter = vi.fn<Journal['readAfter']>(async (_partition, after, limit) =>
    Array.from({ length: limit }, (_, at) => recordAt(after + 1 + at, bytes('read'))),
  );
  const tail = new Tail('p0000', sequence, { readAfter } as never);
  return { tail, readAfter };
}

const sequencesOf = (records: readonly JournalRecord[]): number[] =>
  records.map(({ sequence }) => sequence);

test('each follower takes what came, its own part of it, and at its own pace', async () => {
  const { tail, readAfter } = tailAt(4);
  const whole = tail.window((record) => record);
  const bare = tail.window((record) => ({ ...record, body: bytes('') }));
  for (const sequence of [5, 6, 7]) tail.push(recordAt(sequence));
  expect(sequencesOf(await whole.after(4, 2))).toEqual([5, 6]);
  expect(sequencesOf(await whole.after(6, 9))).toEqual([7]);
  expect(await whole.after(7, 9)).toEqual([]);
  expect((await bare.after(4, 9)).map(({ body }) => body.length)).toEqual([0, 0, 0]);
  expect(tail.sequence).toBe(7);
  expect(readAfter).not.toHaveBeenCalled();
});

test('what was taken is forgotten: who goes back reads the journal', async () => {
  const { tail, readAfter } = tailAt(0);
  const window = tail.window((record) => record);
  for (const sequence of [1, 2, 3]) tail.push(recordAt(sequence));
  await window.after(2, 9);
  const again = await window.after(0, 2);
  expect(again.map(({ body }) => body)).toEqual([bytes('read'), bytes('read')]);
  expect(readAfter).toHaveBeenCalledExactlyOnceWith('p0000', 0, 2);
});

test('a follower that does not come costs a bounded memory', async () => {
  const { tail, readAfter } = tailAt(0);
  const window = tail.window((record) => record);
  const body = new Uint8Array(1_000_000);
  for (let sequence = 1; sequence <= 40; sequence += 1) tail.push(recordAt(sequence, body));
  expect(sequencesOf(await window.after(0, 2))).toEqual([1, 2]);
  expect(readAfter).toHaveBeenCalledOnce();
  expect((await window.after(39, 99)).length).toBe(1);
});

test('who waits is woken by the next record, and by an abort', async () => {
  const { tail } = tailAt(0);
  const window = tail.window((record) => record);
  const { signal } = new AbortController();
  const grown = window.grown(signal);
  tail.push(recordAt(1));
  await grown;
  await window.grown(AbortSignal.abort());
});
