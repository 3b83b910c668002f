import { bracketMd5, matchesAnySecret } from './digest.ts';
import type { Pair, SignParams } from './params.ts';
import { hasRepeatedKey, pairsOf, sortedByKey, valueOf } from './params.ts';

export type SignFw199Input = { readonly params: SignParams; readonly secret: string };

export type VerifyFw199Input = {
  /** All parameters, with `sign`. */
  readonly params: SignParams;
  readonly secrets: readonly string[];
};

/**
 * Signs a request to the fw199 gateway: MD5 between two secrets over all parameters except `sign`
 * sorted by key, empty values kept; lower-case hex. The document leaves the rule to a sample it
 * does not contain; this is the public SDK's (catalogue B.1.4).
 */
export const signFw199 = (input: SignFw199Input): string =>
  bracketMd5(input.secret, [fw199Base(pairsOf(input.params))]);

/** Verifies a request signed for the fw199 gateway. */
export function verifyFw199(input: VerifyFw199Input): boolean {
  const pairs = pairsOf(input.params);
  if (hasRepeatedKey(pairs)) return false;
  const base = fw199Base(pairs);
  return matchesAnySecret(valueOf(pairs, 'sign'), input.secrets, (secret) =>
    bracketMd5(secret, [base]),
  );
}

/** Text between the two secrets: key+value of every parameter except `sign`, sorted by key. */
export const fw199BaseString = (params: SignParams): string => fw199Base(pairsOf(params));

const fw199Base = (pairs: readonly Pair[]): string =>
  sortedByKey(pairs.filter(([key]) => key !== 'sign'));
