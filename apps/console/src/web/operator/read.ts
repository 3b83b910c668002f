import { QueryClient, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { get } from '../shared/api.ts';
import type { ApiError } from '../shared/api.ts';

const REFRESH_MS = 2_000;
/** While a service is away it is asked less often. */
const REFRESH_AWAY_MS = 10_000;
/** Beyond it, what was read of a page that was left is not shown again. */
const KEPT_MS = 5_000;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The next refresh is the repeat, and a button; a browser that thinks it is offline asks too.
      retry: false,
      networkMode: 'always',
      gcTime: KEPT_MS,
    },
  },
});

/** What is known of an address: nothing yet, a value (which may be old), or why it was not read. */
export type Reading<T> = UseQueryResult<T, ApiError>;

/**
 * Reads a JSON address, and reads it again every two seconds (or `refreshMs`) while the page is visible. A refresh
 * begins only when the one before has ended; one that fails leaves the value and says so in `error`.
 */
export function useRead<T>(url: string | null, refreshMs = REFRESH_MS): Reading<T> {
  return useQuery<T, ApiError>({
    queryKey: [url],
    queryFn: ({ signal }) => get<T>(url ?? '', signal),
    enabled: url !== null,
    refetchInterval: ({ state }) => (state.status === 'error' ? REFRESH_AWAY_MS : refreshMs),
  });
}

/** Reads a JSON address that does not change, once. */
export function useReadOnce<T>(url: string): Reading<T> {
  return useQuery<T, ApiError>({
    queryKey: [url],
    queryFn: ({ signal }) => get<T>(url, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
