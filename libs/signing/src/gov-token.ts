import { matchesAnySecret, plainMd5 } from './digest.ts';
import { invariant } from '@astrolabe/kernel';

export type SignGovTokenInput = {
  readonly username: string;
  readonly password: string;
  /** As sent, usually `yyyy-MM-dd HH:mm:ss`. */
  readonly timestamp: string;
};

export type VerifyGovTokenInput = {
  readonly username: string;
  readonly timestamp: string;
  readonly sign: string | undefined;
  /** Current password first, then the one of the rotation overlap. */
  readonly passwords: readonly string[];
};

/**
 * Signs a token request of the government mall: MD5 over username + password + timestamp +
 * password; lower-case hex (document 004 section 2.2; the rule is the public family's).
 */
export function signGovToken(input: SignGovTokenInput): string {
  invariant(input.password !== '', 'a signing secret must not be empty');
  return digest(input.username, input.password, input.timestamp);
}

/** Verifies the signature of a token request. */
export const verifyGovToken = (input: VerifyGovTokenInput): boolean =>
  matchesAnySecret(input.sign, input.passwords, (password) =>
    digest(input.username, password, input.timestamp),
  );

const digest = (username: string, password: string, timestamp: string): string =>
  plainMd5(username + password + timestamp + password);
