import { createHash } from 'node:crypto';
import { orderKey } from '@astrolabe/kernel';
import type { OrderNames } from '../../application/distribution/ports.ts';

const FIRST_NUMBER = 1_000_000_000_000_000_000n;

/** Digests and numbers made by SHA-256. */
export const createOrderNames = (): OrderNames => ({
  digestOf: (text) => createHash('sha256').update(text).digest('base64url'),
  numberOf: (order, outOrderId) => {
    const hash = createHash('sha256')
      .update(`${orderKey(order)}/${outOrderId}`)
      .digest();
    return (FIRST_NUMBER + (hash.readBigUInt64BE() % (8n * FIRST_NUMBER))).toString();
  },
});
