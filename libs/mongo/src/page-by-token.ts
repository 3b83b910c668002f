import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import type { Filter } from 'mongodb';
import type { AggregateDocument } from './aggregate-document.ts';
import type { AggregateStore } from './contract.ts';
import { InvalidPageCursor } from './page.ts';
import type { PageItem, PageSort } from './page.ts';

export const NEWEST_FIRST = { isTime: true, field: 'createdAt', direction: -1 } as const;
export const OLDEST_FIRST = { isTime: true, field: 'createdAt', direction: 1 } as const;

/** `next` is the token of the following page; '' on the last one. */
export type TokenPage<S> = { readonly items: readonly PageItem<S>[]; readonly next: string };

/** A page in the terms of a contract: the token '' asks for the first one, and a foreign token is refused. */
export async function pageByToken<S>(
  store: Pick<AggregateStore<S>, 'page'>,
  filter: Filter<AggregateDocument<S>>,
  sort: PageSort,
  limit: number,
  token: string,
): Promise<Result<TokenPage<S>, 'INVALID_PAGE_TOKEN'>> {
  try {
    const { items, next = '' } = await store.page(filter, sort, limit, token || undefined);
    return ok({ items, next });
  } catch (error) {
    if (error instanceof InvalidPageCursor) return err('INVALID_PAGE_TOKEN');
    throw error;
  }
}

/** A part of a list, read before the parts behind it; its name tells a token where to go on. */
export type ListPart<S> = {
  readonly name: string;
  readonly filter: Filter<AggregateDocument<S>>;
};

/** A page of a list whose parts come one after the other, each sorted by itself. */
export async function pageInTurn<S>(
  store: Pick<AggregateStore<S>, 'page'>,
  parts: readonly ListPart<S>[],
  sort: PageSort,
  limit: number,
  token: string,
): Promise<Result<TokenPage<S>, 'INVALID_PAGE_TOKEN'>> {
  const start = token === '' ? { name: parts[0]?.name ?? '', after: '' } : startOf(token);
  const at = parts.findIndex(({ name }) => name === start?.name);
  if (at < 0 || !start)
    return token === '' ? ok({ items: [], next: '' }) : err('INVALID_PAGE_TOKEN');
  const items: PageItem<S>[] = [];
  for (const [index, { name, filter }] of parts.slice(at).entries()) {
    const after = index === 0 ? start.after : '';
    const page = await pageByToken(store, filter, sort, limit - items.length, after);
    if (!page.ok) return page;
    items.push(...page.value.items);
    if (page.value.next !== '') return ok({ items, next: tokenOf(name, page.value.next) });
    const following = parts[at + index + 1];
    if (items.length === limit && following)
      return ok({ items, next: tokenOf(following.name, '') });
  }
  return ok({ items, next: '' });
}

const tokenOf = (name: string, after: string): string =>
  Buffer.from(JSON.stringify([name, after])).toString('base64url');

function startOf(token: string): { readonly name: string; readonly after: string } | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed)) return null;
    const [name, after] = parsed as unknown[];
    return typeof name === 'string' && typeof after === 'string' ? { name, after } : null;
  } catch {
    return null;
  }
}
