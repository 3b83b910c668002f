import { createHmac } from 'node:crypto';
import { invariant, orderKey } from '@astrolabe/kernel';
import { sealingKeys } from '@astrolabe/signing';
import type { PickupCodes } from '../../application/ports.ts';

const DIGITS = 12;

type OneKey = Pick<PickupCodes, 'codeOf' | 'hashOf'>;

/** A code as it was made: people type it in groups, and Chinese keyboards have digits of full width. */
const asMade = (typed: string): string => typed.normalize('NFKC').replace(/\s/g, '');

/**
 * Codes of 12 digits out of a keyed hash of the pick-up's name: without the key they are as good as
 * random, and nothing that could be read from the database shows one. `keysBase64` lists keys as
 * `sealingKeys` reads them: the newest makes codes, those of the others stay good.
 */
export function createPickupCodes(keysBase64: string): PickupCodes {
  const all = sealingKeys(keysBase64).map(withKey);
  const [newest] = all;
  invariant(newest !== undefined, 'there must be a key');
  return {
    ...newest,
    hashesOf: (sellerId, code) => all.map(({ hashOf }) => hashOf(sellerId, code)),
    codeWithHash: (order, number, codeHash) => {
      const codes = all.map((one) => ({ one, code: one.codeOf(order, number) }));
      const isKept = ({ one, code }: (typeof codes)[number]) =>
        one.hashOf(order.sellerId, code) === codeHash;
      return codes.find(isKept)?.code ?? null;
    },
  };
}

/** The uses of the key here are told apart from others by their labels. */
function withKey(key: Buffer): OneKey {
  const mac = (...parts: string[]): Buffer =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  return {
    codeOf: (order, number) => {
      const bytes = mac('pickup-code', orderKey(order), String(number)).subarray(0, 8);
      // 2^64 is no multiple of 10^12: the most frequent code is one in 1.8 * 10^7 too frequent.
      return String(bytes.readBigUInt64BE() % 10n ** BigInt(DIGITS)).padStart(DIGITS, '0');
    },
    hashOf: (sellerId, code) => mac('pickup-hash', sellerId, asMade(code)).toString('base64url'),
  };
}
