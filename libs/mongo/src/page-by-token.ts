import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import type { Filter } from 'mongodb';
import type { AggregateDocument } from './aggregate-document.ts';
import type { AggregateStore } from './contract.ts';
import { InvalidPageCursor } from './page.ts';
import type { PageItem, PageSort } from './page.ts';

export const NEWEST_FIRST = { field: 'createdAt', direction: -1 } as const;
export const OLDEST_FIRST = { field: 'createdAt', direction: 1 } as const;

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
