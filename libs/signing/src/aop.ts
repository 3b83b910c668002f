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

export type VerifyAopPushInput = {
  /** The form field that carries the JSON: `message`, or `coopSubmitOrderParam` of the pre-check. */
  readonly field: string;
  /** All that arrived, parameters of the address too, with `_aop_signature`. */
  readonly params: SignParams;
  /** For a platform that signs its calls with the path; by default it does not (catalogue P-G1). */
  readonly urlPath?: string;
  /** The current secret, and the previous one while it overlaps. */
  readonly secrets: readonly string[];
};

/**
 * Verifies what 1688 sends to us, a message or the pre-check. The manual signs the one field; the
 * platform's SDK signs every parameter that arrives, those of the callback address among them. Which of
 * the two sends is not known, so either base is good (field 1688, section 1). The first base says nothing
 * of the other parameters: use `field` alone. Both bases are always tried, and what is sent twice is refused.
 */
export function verifyAopPush(input: VerifyAopPushInput): boolean {
  const pairs = pairsOf(input.params);
  if (hasRepeatedKey(pairs)) return false;
  const carried = pairs.filter(([key]) => key === input.field);
  if (carried.length === 0) return false;
  const given = valueOf(pairs, '_aop_signature');
  // The two are one where nothing but the field was sent.
  const bases = new Set([carried, pairs].map((signed) => aopBase(input.urlPath, signed)));
  const verdicts = [...bases].map((base) =>
    matchesAnySecret(given, input.secrets, (secret) => hmacHex('sha1', secret, [base])),
  );
  return verdicts.includes(true);
}

/** Text that is signed: the path, then the sorted key+value strings without `_aop_signature`. */
export const aopBaseString = (params: SignParams, urlPath?: string): string =>
  aopBase(urlPath, pairsOf(params));

const aopBase = (urlPath: string | undefined, pairs: readonly Pair[]): string =>
  (urlPath ?? '') + sortedByText(pairs.filter(([key]) => key !== '_aop_signature'));
