import type { PageRequest } from '@astrolabe/contracts/common';
import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

export const invalid = (reason: string, details?: string): GrpcRefusal =>
  new GrpcRefusal({
    code: GRPC.invalidArgument,
    reason,
    ...(details !== undefined && { details }),
  });

/**
 * A seller's page.
 * @throws GrpcRefusal MISSING_FIELD without a seller, INVALID_PAGE_SIZE beyond 500.
 */
export function pageOf(
  sellerId: string,
  page: PageRequest | undefined,
): { readonly limit: number; readonly after: string } {
  if (sellerId === '') throw invalid('MISSING_FIELD');
  const size = page?.size ?? 0;
  if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
  return { limit: size === 0 ? DEFAULT_PAGE : size, after: page?.token ?? '' };
}

/** @throws GrpcRefusal for a token that is none. */
export function listed<T>(page: Result<T, 'INVALID_PAGE_TOKEN'>): T {
  if (!page.ok) throw invalid(page.error);
  return page.value;
}

/** Texts that people and callers give, such as names and reasons. */
export const TEXT_MAX = 200;

/** @throws GrpcRefusal MISSING_FIELD without a value, or with one that is too long. */
export function named(value: string): string {
  if (value === '' || value.length > TEXT_MAX) throw invalid('MISSING_FIELD');
  return value;
}

/** @throws GrpcRefusal INVALID_STATE for a word that is not among these. */
export function wordOf<W extends string>(words: readonly W[], word: string): W {
  const found = words.find((one) => one === word);
  if (found === undefined) throw invalid('INVALID_STATE');
  return found;
}
