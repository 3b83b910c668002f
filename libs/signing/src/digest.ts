import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { invariant } from '@astrolabe/kernel';

/** Lower-case hex MD5 over `secret + parts + secret`, the bracket rule of TOP, Qimen and fw199. */
export function bracketMd5(secret: string, parts: readonly (string | Buffer)[]): string {
  const hash = createHash('md5').update(usable(secret), 'utf8');
  for (const part of parts) hash.update(part);
  return hash.update(secret, 'utf8').digest('hex');
}

/** Lower-case hex MD5 over the parts alone. */
export const plainMd5 = (text: string): string =>
  createHash('md5').update(text, 'utf8').digest('hex');

/** Lower-case hex HMAC over the parts; the secret is the key and never part of the text. */
export function hmacHex(
  algorithm: 'md5' | 'sha1' | 'sha256',
  secret: string,
  parts: readonly (string | Buffer)[],
): string {
  const hmac = createHmac(algorithm, usable(secret));
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/**
 * Whether `given` is the digest that one of the secrets produces. Case does not matter, anything
 * that is not hex of the right length is wrong, and the bytes are compared in constant time. Every
 * secret is tried, so the time does not tell which one was used.
 */
export function matchesAnySecret(
  given: string | undefined,
  secrets: readonly string[],
  digestHex: (secret: string) => string,
): boolean {
  if (given === undefined || given.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(given)) return false;
  const received = Buffer.from(given, 'hex');
  let matched = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    const expected = Buffer.from(digestHex(secret), 'hex');
    if (received.length === expected.length && timingSafeEqual(received, expected)) matched = true;
  }
  return matched;
}

/** A signature under an empty secret could be made by anybody. */
function usable(secret: string): string {
  invariant(secret !== '', 'a signing secret must not be empty');
  return secret;
}
