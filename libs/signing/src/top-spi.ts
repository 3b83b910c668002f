import { bracketMd5, matchesAnySecret } from './digest.ts';
import type { Pair, SignParams } from './params.ts';
import { hasRepeatedKey, pairsOf, sortedByKey, valueOf } from './params.ts';

/** What follows the header: form fields are signed as parameters, any other body as bytes. */
export type TopSpiPayload =
  | { readonly kind: 'form'; readonly params: SignParams }
  | { readonly kind: 'body'; readonly body: Buffer };

export type SignTopSpiInput = {
  /** Header values that take part, decoded; their names go into `top-sign-list`. */
  readonly headers?: SignParams;
  readonly query: SignParams;
  readonly payload: TopSpiPayload;
  readonly secret: string;
};

export type VerifyTopSpiInput = {
  /** Header of the request with lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: SignParams;
  readonly payload: TopSpiPayload;
  readonly secrets: readonly string[];
};

/**
 * Signs a call of the platform into a merchant's system (TOP SPI): MD5 between two secrets over
 * the parameters of header, URL and form sorted by key, empty values kept, then the body unless it
 * is a form; upper-case hex (official SDK, `SpiUtils`).
 */
export function signTopSpi(input: SignTopSpiInput): string {
  const parts = partsOf(pairsOf(input.headers ?? {}), pairsOf(input.query), input.payload);
  return bracketMd5(input.secret, parts.texts).toUpperCase();
}

/**
 * Verifies a TOP SPI call. The signature is the `sign` of the URL; the header `top-sign-list`
 * names the header values that take part. A name that occurs twice anywhere is refused.
 */
export function verifyTopSpi(input: VerifyTopSpiInput): boolean {
  const query = pairsOf(input.query);
  const headers = signedHeaders(input.headers);
  const method = valueOf(query, 'sign_method');
  if (headers === null || (method !== undefined && method !== 'md5')) return false;
  const parts = partsOf(headers, query, input.payload);
  if (parts.repeated || hasRepeatedKey(query)) return false;
  return matchesAnySecret(valueOf(query, 'sign'), input.secrets, (secret) =>
    bracketMd5(secret, parts.texts),
  );
}

/** Text between the two secrets for a call without signed header values, its body being no form. */
export const topSpiBaseString = (query: SignParams, body: Buffer): string =>
  partsOf([], pairsOf(query), { kind: 'body', body }).texts.join('');

/** Header values named by `top-sign-list`, URL-decoded; null when one cannot be decoded. */
function signedHeaders(headers: Readonly<Record<string, string | undefined>>): Pair[] | null {
  const names = (headers['top-sign-list'] ?? '').split(',').filter((name) => name !== '');
  const pairs: Pair[] = [];
  for (const name of names) {
    const raw = headers[name.trim().toLowerCase()] ?? '';
    try {
      pairs.push([name.trim(), decodeURIComponent(raw.replaceAll('+', ' '))]);
    } catch {
      return null;
    }
  }
  return pairs;
}

function partsOf(
  headers: readonly Pair[],
  query: readonly Pair[],
  payload: TopSpiPayload,
): { texts: (string | Buffer)[]; repeated: boolean } {
  const form = payload.kind === 'form' ? pairsOf(payload.params) : [];
  const pairs = [...headers, ...query.filter(([key]) => key !== 'sign'), ...form];
  const body = payload.kind === 'body' ? [payload.body] : [];
  return { texts: [sortedByKey(pairs), ...body], repeated: hasRepeatedKey(pairs) };
}
