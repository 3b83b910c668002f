import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AggregateStore } from './contract.ts';
import { NEWEST_FIRST, pageInTurn } from './page-by-token.ts';
import { InvalidPageCursor } from './page.ts';

type Store = Pick<AggregateStore<string>, 'page'>;

const AT = new Date('2026-12-01T08:00:00Z');

/** A store whose filter names a list; a cursor is how many rows of it were read. */
const storeOf = (lists: Readonly<Record<string, readonly string[]>>): Store => ({
  page: (filter, _sort, limit, after = '0') => {
    if (!/^\d+$/.test(after)) return Promise.reject(new InvalidPageCursor('no cursor'));
    const from = Number(after);
    const { _id: list } = filter;
    const rows = typeof list === 'string' ? (lists[list] ?? []) : [];
    const items = rows.slice(from, from + limit).map((id) => ({
      id,
      state: id,
      version: 1n,
      createdAt: AT,
      updatedAt: AT,
    }));
    const next = from + limit < rows.length && { next: String(from + limit) };
    return Promise.resolve({ items, ...next });
  },
});

const partsOf = (names: readonly string[]) =>
  names.map((name) => ({ name, filter: { _id: name } }));

test('parts come one after the other, each row once, in pages of the size that was asked for', async () => {
  const lists = fc.array(fc.nat({ max: 12 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(lists, fc.integer({ min: 1, max: 9 }), async (sizes, limit) => {
      const rows = sizes.map((size, part) =>
        Array.from({ length: size }, (_, n) => `${part}/${n}`),
      );
      const names = sizes.map((_, part) => `part ${part}`);
      const store = storeOf(
        Object.fromEntries(names.map((name, part) => [name, rows[part] ?? []])),
      );
      const found: string[] = [];
      let token = '';
      do {
        const page = await pageInTurn(store, partsOf(names), NEWEST_FIRST, limit, token);
        if (!page.ok) throw new Error(page.error);
        found.push(...page.value.items.map(({ id }) => id));
        token = page.value.next;
        if (token !== '') expect(page.value.items).toHaveLength(limit);
      } while (token !== '');
      expect(found).toEqual(rows.flat());
    }),
  );
});

test('a token that this code did not write, or of a part that is not there, is refused', async () => {
  const store = storeOf({ a: ['1', '2'], b: ['3'] });
  const ask = (names: readonly string[], token: string) =>
    pageInTurn(store, partsOf(names), NEWEST_FIRST, 1, token);
  const first = await ask(['a', 'b'], '');
  const token = first.ok ? first.value.next : '';
  expect(await ask(['b'], token)).toEqual({ ok: false, error: 'INVALID_PAGE_TOKEN' });
  const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const junk of ['x', written('a'), written(['a', 1]), written(['a', 'x'])]) {
    expect(await ask(['a', 'b'], junk), junk).toEqual({ ok: false, error: 'INVALID_PAGE_TOKEN' });
  }
  expect(await ask([], '')).toEqual({ ok: true, value: { items: [], next: '' } });
});
