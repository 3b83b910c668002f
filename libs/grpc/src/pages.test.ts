import { expect, test } from 'vitest';
import { pagesOf } from './pages.ts';

/** A list in pages, and the tokens that it was asked with. */
function pages(nextTokens: Record<string, string>) {
  const asked: string[] = [];
  const ask = async (token: string) => {
    asked.push(token);
    return { page: `after ${token}`, nextToken: nextTokens[token] ?? '' };
  };
  return { asked, answers: pagesOf(ask) };
}

test('each page once, and none after the last', async () => {
  const { asked, answers } = pages({ '': 'a', a: 'b' });
  const seen = [];
  for await (const { page } of answers) seen.push(page);
  expect(seen).toEqual(['after ', 'after a', 'after b']);
  expect(asked).toEqual(['', 'a', 'b']);
});

test('a list of one page is asked for once', async () => {
  const { asked, answers } = pages({});
  for await (const { page } of answers) expect(page).toBe('after ');
  expect(asked).toEqual(['']);
});

test('who has seen enough asks for no more', async () => {
  const { asked, answers } = pages({ '': 'a', a: 'b' });
  for await (const { page } of answers) if (page === 'after a') break;
  expect(asked).toEqual(['', 'a']);
});

test('a page that leads to itself ends the list with an error', async () => {
  const { answers } = pages({ '': 'a', a: 'a' });
  await expect(Array.fromAsync(answers)).rejects.toThrow('led to itself');
});
