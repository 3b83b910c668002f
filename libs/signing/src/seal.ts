import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { invariant } from '@astrolabe/kernel';

/** Encrypts what must be readable again but not in the database: secrets, raw bodies. */
export type Sealer = {
  /** `context` binds the sealed bytes to their place (e.g. `appKey|123543`); it is not stored. */
  seal(plain: Buffer, context: string): Buffer;
  /** Throws when the bytes were changed, belong elsewhere or were sealed with another key. */
  open(sealed: Uint8Array, context: string): Buffer;
};

const ALGORITHM = 'aes-256-gcm';
const FORMAT = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a random nonce: `format (1) | nonce (12) | tag (16) | ciphertext`. `keyBase64`
 * holds 32 bytes.
 */
export function createSealer(keyBase64: string): Sealer {
  const key = Buffer.from(keyBase64, 'base64');
  invariant(key.length === KEY_BYTES, `a sealing key must be ${KEY_BYTES} bytes, base64`);
  return {
    seal: (plain, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.from([FORMAT]), nonce, cipher.getAuthTag(), body]);
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed);
      invariant(bytes[0] === FORMAT, 'sealed bytes of an unknown format');
      const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
      const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key, nonce)
        .setAAD(Buffer.from(context))
        .setAuthTag(tag);
      const body = bytes.subarray(1 + NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]);
    },
  };
}
