import type { Destinations } from '@astrolabe/http';

/** What an address must satisfy that a seller registers. */
export type SpiUrlRule = {
  /** Plain HTTP may be called; for one machine only. */
  readonly allowHttp: boolean;
  readonly destinations: Pick<Destinations, 'leadsInside'>;
};

export type SpiUrlProblem = 'BAD_URL' | 'INNER_ADDRESS';

/**
 * What is wrong with an address that is to be called as a seller's SPI or shop; null when it is fine.
 * It must be HTTPS (or plain HTTP where the rule allows it), without credentials, query and fragment,
 * and must not lead inside. An empty text means that the seller has none, and is fine.
 */
export async function spiUrlProblem(text: string, rule: SpiUrlRule): Promise<SpiUrlProblem | null> {
  if (text === '') return null;
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return 'BAD_URL';
  }
  if (url.protocol !== 'https:' && !(rule.allowHttp && url.protocol === 'http:')) return 'BAD_URL';
  return (await rule.destinations.leadsInside(url)) ? 'INNER_ADDRESS' : null;
}

/** For people: why an address is refused that leads inside. */
export const INNER_ADDRESS_DETAILS =
  'the address leads to loopback, a private or a reserved network; SPI_ALLOWED_NETWORKS lists exceptions';
