import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '../../application/ports.ts';

/** OWASP's parameters for scrypt: 2^17 blocks of 1 KiB would be 128 MiB; these take 64 MiB. */
const COST = { N: 2 ** 16, r: 8, p: 2, maxmem: 96 * 1024 * 1024 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Each takes 64 MiB: more at once wait for their turn. */
const AT_ONCE_MAX = 2;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** Runs at most `max` works at once; the others wait in the order they came. */
function queueOf(max: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= max) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** Passwords as `scrypt$<salt>$<key>`, both base64. */
export function createPasswords(): Passwords {
  const inTurn = queueOf(AT_ONCE_MAX);
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES);
      const key = await inTurn(() => derive(password, salt));
      return `scrypt$${salt.toString('base64')}$${key.toString('base64')}`;
    },
    verify: async (password, hash) => {
      const [scheme, salt = '', key = ''] = hash.split('$');
      if (scheme !== 'scrypt') return false;
      const expected = Buffer.from(key, 'base64');
      const derived = await inTurn(() => derive(password, Buffer.from(salt, 'base64')));
      return expected.length === derived.length && timingSafeEqual(expected, derived);
    },
  };
}

/** 256 unguessable bits as text that fits a cookie. */
export const newToken = (): string => randomBytes(32).toString('base64url');
