import { hmacHex, matchesAnySecret } from './digest.ts';
import type { Pair, SignParams } from './params.ts';
import { hasRepeatedKey, pairsOf, sortedByText, valueOf } from './params.ts';

export type SignAopInput = {
  /**
   * From the protocol segment to before the question mark, without leading slash
   * (`param2/1/system/currentTime/1000000`). Left out for pushed messages and SPI calls, which
   * sign their parameters only.
   */
  readonly urlPath?: string;
  readonly params: SignParams;
  readonly secret: string;
};

export type VerifyAopInput = {
  readonly urlPath?: string;
  /** All parameters received, with `_aop_signature`. */
  readonly params: SignParams;
  readonly secrets: readonly string[];
};

/**
 * Signs a 1688 request: HMAC-SHA1 over the path and the key+value strings, which are concatenated
 * first and sorted afterwards; empty values kept; upper-case hex
 * (open.1688.com/api/sysSignature.htm).
 */
export const signAop = (input: SignAopInput): string =>
  hmacHex('sha1', input.secret, [aopBase(input.urlPath, pairsOf(input.params))]).toUpperCase();

/** Verifies `_aop_signature` of a 1688 request, pushed message or SPI call. */
export function verifyAop(input: VerifyAopInput): boolean {
  const pairs = pairsOf(input.params);
  if (hasRepeatedKey(pairs)) return false;
  const base = aopBase(input.urlPath, pairs);
  return matchesAnySecret(valueOf(pairs, '_aop_signature'), input.secrets, (secret) =>
    hmacHex('sha1', secret, [base]),
  );
}

const aopBase = (urlPath: string | undefined, pairs: readonly Pair[]): string =>
  (urlPath ?? '') + sortedByText(pairs.filter(([key]) => key !== '_aop_signature'));
