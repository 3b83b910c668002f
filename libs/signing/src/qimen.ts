import type { SignParams } from './params.ts';
import type { TopSignMethod } from './top.ts';
import { signTop, verifyTop } from './top.ts';

export type SignQimenInput = {
  /** Parameters of the URL, decoded. */
  readonly query: SignParams;
  /** The exact bytes that are sent. */
  readonly body: Buffer;
  readonly secret: string;
  readonly method: TopSignMethod;
};

export type VerifyQimenInput = {
  readonly query: SignParams;
  /** The exact bytes received, before any parsing. */
  readonly body: Buffer;
  readonly secrets: readonly string[];
  readonly allowed?: readonly TopSignMethod[];
};

/**
 * Signs a Qimen request: the TOP rule over the parameters of the URL, then the raw body before the
 * trailing secret; upper-case hex.
 */
export const signQimen = (input: SignQimenInput): string =>
  signTop({ params: input.query, secret: input.secret, method: input.method, body: input.body });

/** Verifies a Qimen request over the raw body; a re-serialised body would not match. */
export const verifyQimen = (input: VerifyQimenInput): boolean =>
  verifyTop({
    params: input.query,
    secrets: input.secrets,
    body: input.body,
    ...(input.allowed ? { allowed: input.allowed } : {}),
  });
