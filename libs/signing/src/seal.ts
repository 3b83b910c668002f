import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { invariant } from '@astrolabe/kernel';

/** Encrypts what must be readable again but not in the database: secrets, raw bodies. */
export type Sealer = {
  /** `context` binds the sealed bytes to their place (e.g. `appKey|123543`); it is not stored. */
  seal(plain: Buffer, context: string): Buffer;
  /** Throws when the bytes were changed, belong elsewhere or were sealed with a key that is not here. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** The same under the newest key; null when they are already. Throws as `open` does. */
  reseal(sealed: Uint8Array, context: string): Buffer | null;
};

const ALGORITHM = 'aes-256-gcm';
/** Seals of before keys had ids: `1 | nonce (12) | tag (16) | ciphertext`. */
const WITHOUT_ID = 1;
/** `2 | key id (4) | nonce (12) | tag (16) | ciphertext`. */
const WITH_ID = 2;
const KEY_BYTES = 32;
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key object: with the bare bytes each cipher costs two and a half times as much. */
type SealingKey = { readonly id: Buffer; readonly key: KeyObject };

/**
 * The keys of a configuration value, newest first: 32 bytes each, base64, separated by commas. Throws
 * when there is none, or one has another length or is there twice.
 */
export function sealingKeys(keysBase64: string): readonly Buffer[] {
  const keys = keysBase64.split(',').map((text) => Buffer.from(text.trim(), 'base64'));
  const areUsable = keys.every((key) => key.length === KEY_BYTES);
  invariant(areUsable, `a sealing key must be ${KEY_BYTES} bytes, base64`);
  const distinct = new Set(keys.map((key) => key.toString('hex')));
  invariant(distinct.size === keys.length, 'a sealing key must not be listed twice');
  return keys;
}

/** The id is made from the key, so that nobody has to give names and no two processes differ. */
const withId = (key: Buffer): SealingKey => ({
  key: createSecretKey(key),
  id: createHash('sha256').update('sealing-key-id').update(key).digest().subarray(0, ID_BYTES),
});

/**
 * AES-256-GCM with a random nonce. The first of the keys (see `sealingKeys`) seals; all of them open,
 * found by the id in the seal. Seals without an id are tried with every key.
 */
export function createSealer(keysBase64: string): Sealer {
  const keys = sealingKeys(keysBase64).map(withId);
  const [newest] = keys;
  invariant(newest !== undefined, 'there must be a sealing key');
  const seal: Sealer['seal'] = (plain, context) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, newest.key, nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.from([WITH_ID]), newest.id, nonce, cipher.getAuthTag(), body]);
  };
  const open: Sealer['open'] = (sealed, context) => {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes[0] === WITHOUT_ID) return openWithAny(keys, bytes.subarray(1), context);
    invariant(bytes[0] === WITH_ID, 'sealed bytes of an unknown format');
    const id = bytes.subarray(1, 1 + ID_BYTES);
    const found = keys.find((one) => one.id.equals(id));
    invariant(found !== undefined, `no sealing key has the id ${id.toString('hex')}`);
    return openWith(found.key, bytes.subarray(1 + ID_BYTES), context);
  };
  return {
    seal,
    open,
    reseal: (sealed, context) => {
      const isNewest = sealed[0] === WITH_ID && newest.id.equals(sealed.subarray(1, 1 + ID_BYTES));
      return isNewest ? null : seal(open(sealed, context), context);
    },
  };
}

/** `bytes`: nonce, tag and ciphertext. */
function openWith(key: KeyObject, bytes: Buffer, context: string): Buffer {
  const tagEnd = NONCE_BYTES + TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(NONCE_BYTES, tagEnd));
  return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]);
}

function openWithAny(keys: readonly SealingKey[], bytes: Buffer, context: string): Buffer {
  let failure: unknown = null;
  for (const { key } of keys) {
    try {
      return openWith(key, bytes, context);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
