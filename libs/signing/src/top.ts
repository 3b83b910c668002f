import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { bracketMd5, hmacHex, matchesAnySecret } from './digest.ts';
import type { Pair, SignParams } from './params.ts';
import { hasRepeatedKey, pairsOf, sortedByKey, valueOf } from './params.ts';

/** Values of `sign_method`. */
export const TOP_SIGN_METHODS = ['md5', 'hmac', 'hmac-sha256'] as const;
export type TopSignMethod = (typeof TOP_SIGN_METHODS)[number];

export type SignTopInput = {
  readonly params: SignParams;
  readonly secret: string;
  readonly method: TopSignMethod;
  /** Bytes signed after the parameters (TOP batch calls, Qimen). */
  readonly body?: Buffer;
};

export type VerifyTopInput = {
  /** All parameters as received, with `sign` and `sign_method`. */
  readonly params: SignParams;
  /** Current secret first, then the one of the rotation overlap. */
  readonly secrets: readonly string[];
  /** Methods this app key may use; default all three. */
  readonly allowed?: readonly TopSignMethod[];
  readonly body?: Buffer;
};

/** Reads a `sign_method`; a method that is unknown or not allowed is refused, never downgraded. */
export function topSignMethod(
  text: string | undefined,
  allowed: readonly TopSignMethod[] = TOP_SIGN_METHODS,
): Result<TopSignMethod, 'SIGN_METHOD_NOT_ALLOWED'> {
  const method = TOP_SIGN_METHODS.find((known) => known === text);
  return method && allowed.includes(method) ? ok(method) : err('SIGN_METHOD_NOT_ALLOWED');
}

/**
 * Text that TOP signs: key+value of every parameter except `sign`, keys in UTF-16 order, pairs
 * with an empty key or value left out (TOP developer document 101617).
 */
export const topBaseString = (params: SignParams): string => baseOf(pairsOf(params));

/** Signs a TOP request; upper-case hex. `params` may or may not already hold `sign`. */
export function signTop(input: SignTopInput): string {
  const parts = [topBaseString(input.params), ...(input.body ? [input.body] : [])];
  return topDigest(input.method, input.secret, parts).toUpperCase();
}

/**
 * Verifies a TOP request by its own `sign` and `sign_method`. Clients disagree about parameters with
 * an empty value: the documented text leaves them out, five public clients sign everything that they
 * send. Either digest is accepted; an empty parameter means nothing to us in both.
 */
export function verifyTop(input: VerifyTopInput): boolean {
  const pairs = pairsOf(input.params);
  const method = topSignMethod(valueOf(pairs, 'sign_method'), input.allowed);
  if (!method.ok || hasRepeatedKey(pairs)) return false;
  const body = input.body ? [input.body] : [];
  const sign = valueOf(pairs, 'sign');
  // Both texts are the same where nothing is empty.
  const hasEmpty = pairs.some((pair) => pair[0] === '' || pair[1] === '');
  const bases = hasEmpty ? [baseOf(pairs), wholeBaseOf(pairs)] : [baseOf(pairs)];
  return bases.some((base) =>
    matchesAnySecret(sign, input.secrets, (secret) =>
      topDigest(method.value, secret, [base, ...body]),
    ),
  );
}

const baseOf = (pairs: readonly Pair[]): string =>
  sortedByKey(pairs.filter((pair) => pair[0] !== 'sign' && pair[0] !== '' && pair[1] !== ''));

/** The text of clients that sign empty parameters too. */
const wholeBaseOf = (pairs: readonly Pair[]): string =>
  sortedByKey(pairs.filter((pair) => pair[0] !== 'sign'));

/** Only MD5 brackets the text with the secret; the HMACs take it as the key. */
function topDigest(
  method: TopSignMethod,
  secret: string,
  parts: readonly (string | Buffer)[],
): string {
  if (method === 'md5') return bracketMd5(secret, parts);
  return hmacHex(method === 'hmac' ? 'md5' : 'sha256', secret, parts);
}
