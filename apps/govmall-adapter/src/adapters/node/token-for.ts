import { createHmac, hkdfSync } from 'node:crypto';
import { invariant } from '@astrolabe/kernel';
import { sealingKeys } from '@astrolabe/signing';
import type { TokenRequest } from '../../application/grant-token.ts';

const TOKEN_KEY_BYTES = 32;

/** The token of a request, by a key of its own. Letters and digits only: callers join forms by hand. */
export function createTokenFor(keysBase64: string): (request: TokenRequest) => string {
  const [root] = sealingKeys(keysBase64);
  invariant(root !== undefined, 'there must be a key');
  const key = Buffer.from(hkdfSync('sha256', root, '', 'govmall-token', TOKEN_KEY_BYTES));
  return ({ username, timestamp, sign }) =>
    createHmac('sha256', key)
      .update(JSON.stringify([username, timestamp, sign.toLowerCase()]))
      .digest('hex');
}
