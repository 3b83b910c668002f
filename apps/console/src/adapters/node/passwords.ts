import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '../../application/sign-in-ports.ts';
import { createTurns } from './turns.ts';

/** OWASP's parameters for scrypt: 2^17 blocks of 1 KiB would be 128 MiB; these take 64 MiB. */
const COST = { N: 2 ** 16, r: 8, p: 2, maxmem: 96 * 1024 * 1024 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Each takes 64 MiB: more at once wait for their turn. */
const AT_ONCE_MAX = 2;
/** How many checks wait, and how long: a person waits no longer, and the server closes the line then. */
const CHECKS = { atOnce: AT_ONCE_MAX, waitingMax: 8, waitMaxMs: 4_000 };
const ADMINISTRATION = { atOnce: 1, waitingMax: 1_000, waitMaxMs: 60_000 };
/** Administration is not turned away by clerks who wait. */
const STAYS = new AbortController().signal;

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** Passwords as `scrypt$<salt>$<key>`, both base64. */
export function createPasswords(): Passwords {
  const checks = createTurns(CHECKS);
  const administration = createTurns(ADMINISTRATION);
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES);
      const derived = await administration.take(() => derive(password, salt), {
        first: true,
        signal: STAYS,
      });
      if (derived.kind !== 'done') throw new Error('Too many passwords are being set');
      return `scrypt$${salt.toString('base64')}$${derived.value.toString('base64')}`;
    },
    verify: async (password, hash, turn) => {
      const [scheme, salt = '', key = ''] = hash.split('$');
      if (scheme !== 'scrypt') return 'WRONG';
      const expected = Buffer.from(key, 'base64');
      const turned = await checks.take(() => derive(password, Buffer.from(salt, 'base64')), turn);
      if (turned.kind !== 'done') return turned.kind;
      const { value: derived } = turned;
      const isRight = expected.length === derived.length && timingSafeEqual(expected, derived);
      return isRight ? 'RIGHT' : 'WRONG';
    },
  };
}

/** 256 unguessable bits as text that fits a cookie. */
export const newToken = (): string => randomBytes(32).toString('base64url');

const PASSWORD_BYTES = 12;

/** A password that nobody has chosen: 96 bits, letters, digits, `-` and `_`. */
export const newPassword = (): string => randomBytes(PASSWORD_BYTES).toString('base64url');
