import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';

/** The stores that may sell one item. Kept in the order of their numbers. */
export type ItemBindings = { sellerId: string; itemId: string; storeIds: readonly string[] };

/** One call binds one item to at most 200 stores (white paper 6.1.6). */
export const STORES_PER_CALL_MAX = 200;

/** Pages of the binding queries (white paper 6.1.7). */
export const BINDING_PAGE_SIZE = 100;

/** Far above any merchant's stores; keeps the document small. */
export const STORES_PER_ITEM_MAX = 20_000;

export type BindingRefusal =
  'TOO_MANY_STORES' | 'TOO_MANY_BINDINGS' | 'UNKNOWN_STORE' | 'NO_STORES';

export type BindingChange = { bindings: ItemBindings; changed: boolean };

/** Store ids are numbers in text: shorter is smaller. */
export const byNumber = (a: string, b: string): number =>
  a.length === b.length ? (a < b ? -1 : Number(a > b)) : a.length - b.length;

/**
 * Adds or removes bindings, all or none. `isKnown` tells the seller's living stores; removing needs
 * no living store, so that a deleted one can be cleared away.
 */
export function changeBindings(
  current: ItemBindings,
  action: 'ADD' | 'DELETE',
  storeIds: readonly string[],
  isKnown: (storeId: string) => boolean,
): Result<BindingChange, BindingRefusal> {
  if (storeIds.length === 0) return err('NO_STORES');
  if (storeIds.length > STORES_PER_CALL_MAX) return err('TOO_MANY_STORES');
  if (action === 'ADD' && !storeIds.every(isKnown)) return err('UNKNOWN_STORE');
  const next = new Set(current.storeIds);
  for (const storeId of storeIds) {
    if (action === 'ADD') next.add(storeId);
    else next.delete(storeId);
  }
  if (next.size > STORES_PER_ITEM_MAX) return err('TOO_MANY_BINDINGS');
  const changed = next.size !== current.storeIds.length;
  return ok({ bindings: { ...current, storeIds: [...next].toSorted(byNumber) }, changed });
}

/** The n-th page, from 1, of a list. */
export const bindingPage = <T>(all: readonly T[], page: number): T[] =>
  all.slice((page - 1) * BINDING_PAGE_SIZE, page * BINDING_PAGE_SIZE);
