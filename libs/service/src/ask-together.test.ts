import { expect, test } from 'vitest';
import { askTogether } from './ask-together.ts';

/** A peer that answers when it is told to. */
function peer() {
  const calls: { readonly names: readonly string[]; readonly answer: () => void }[] = [];
  const ask = askTogether<string>((key, names) => {
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
    const answer = () => resolve(new Map(names.map((name) => [name, `${key}/${name}`])));
    calls.push({ names, answer });
    return promise;
  });
  return { calls, ask };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what is asked for in one turn goes out in one call, each name once', async () => {
  const { calls, ask } = peer();
  const answers = [ask('S', ['a', 'b']), ask('S', ['b', 'c'])];
  await turn();
  expect(calls.map(({ names }) => names)).toEqual([['a', 'b', 'c']]);
  calls[0]?.answer();
  for (const answer of await Promise.all(answers)) expect(answer.get('b')).toBe('S/b');
});

test('who asks while a call is under way is answered by one that begins afterwards', async () => {
  const { calls, ask } = peer();
  const first = ask('S', ['a']);
  await turn();
  const second = ask('S', ['a']);
  await turn();
  expect(calls).toHaveLength(1);
  calls[0]?.answer();
  await first;
  await turn();
  expect(calls).toHaveLength(2);
  calls[1]?.answer();
  expect((await second).get('a')).toBe('S/a');
});

test('one key does not wait for another', async () => {
  const { calls, ask } = peer();
  void ask('S', ['a']);
  void ask('T', ['a']);
  await turn();
  expect(calls).toHaveLength(2);
});

test('a call that fails fails for all who asked', async () => {
  const ask = askTogether(() => Promise.reject(new Error('away')));
  const asked = [ask('S', ['a']), ask('S', ['b'])];
  for (const outcome of await Promise.allSettled(asked)) expect(outcome.status).toBe('rejected');
});
