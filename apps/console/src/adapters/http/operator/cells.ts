import type { Cell } from '@astrolabe/contracts/inventory';

const PAGE_SIZE = 100;
const SEPARATOR = '~';

type Answer = { cells: readonly Cell[]; nextToken: string };

/**
 * A page of an article's cells that fits a screen: the inventory's own pages have up to 20,000. A token
 * names the inventory's page and where in it ours begins. Null for a token that is none.
 */
export async function cellsAt(
  token: string,
  query: (pageToken: string) => Promise<Answer>,
): Promise<{ cells: readonly Cell[]; next: string } | null> {
  const [offset = '', ...rest] = token === '' ? ['0', ''] : token.split(SEPARATOR);
  if (!/^\d{1,6}$/.test(offset) || rest.length === 0) return null;
  const pageToken = rest.join(SEPARATOR);
  const from = Number(offset);
  const { cells, nextToken } = await query(pageToken);
  const to = from + PAGE_SIZE;
  const next = to < cells.length ? `${to}${SEPARATOR}${pageToken}` : nextPage(nextToken);
  return { cells: cells.slice(from, to), next };
}

const nextPage = (nextToken: string): string =>
  nextToken === '' ? '' : `0${SEPARATOR}${nextToken}`;
