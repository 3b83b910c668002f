import { createHmac } from 'node:crypto';
import type { PickupCodes } from '../../application/ports.ts';

const DIGITS = 12;

/**
 * Codes of 12 digits out of a keyed hash of the pick-up's name: without the key they are as good as
 * random, and nothing that could be read from the database shows one. `keyBase64` holds 32 bytes; its
 * uses here are told apart from others by their labels.
 */
export function createPickupCodes(keyBase64: string): PickupCodes {
  const key = Buffer.from(keyBase64, 'base64');
  const mac = (...parts: string[]): Buffer =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  return {
    codeOf: ({ sellerId, tradeId }, number) => {
      const bytes = mac('pickup-code', sellerId, tradeId, String(number)).subarray(0, 8);
      // 2^64 is no multiple of 10^12: the most frequent code is one in 1.8 * 10^7 too frequent.
      return String(bytes.readBigUInt64BE() % 10n ** BigInt(DIGITS)).padStart(DIGITS, '0');
    },
    hashOf: (sellerId, code) => mac('pickup-hash', sellerId, code).toString('base64url'),
  };
}
