import {
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { invariant } from '@astrolabe/kernel';

/** What a process proves with who it is, and what it recognises others by. */
export type ServiceIdentity = {
  readonly name: string;
  /** A token that proves `name` to the servers of one contract, for minutes. */
  tokenFor(contract: string, nowMs: number): string;
  /** Who made a token for this contract; null when nobody known did, or it has ended. */
  callerOf(token: string, contract: string, nowMs: number): string | null;
};

const SEED_BYTES = 32;
/** How long a token is good; a new one is made when half of it is over. */
const LIFETIME_MS = 300_000;
/**
 * Two clocks may differ by so much: an owner of stock whose clock jumps by an hour goes on serving, as its
 * holds do.
 */
const SKEW_MS = 2 * 3_600_000;
const TOKEN_LENGTH_MAX = 512;
const VERIFIED_MAX = 2_000;

/** Ed25519 keys as DER (RFC 8410) without their last 32 bytes, which are the key. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const privateKeyOf = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
const publicKeyOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, raw]), format: 'der', type: 'spki' });
const rawPublicOf = (seed: Buffer): Buffer =>
  createPublicKey(privateKeyOf(seed))
    .export({ format: 'der', type: 'spki' })
    .subarray(PUBLIC_PREFIX.length);

/** `name:base64`, the form of keys in configuration. */
function entryOf(text: string): { name: string; bytes: Buffer } {
  const [name = '', base64 = ''] = text.trim().split(':');
  const bytes = Buffer.from(base64, 'base64');
  const isUsable = /^[a-z][a-z0-9-]*$/.test(name) && bytes.length === SEED_BYTES;
  invariant(isUsable, 'an identity key must be name:key, the key 32 bytes, base64');
  return { name, bytes };
}

/** A new key of a service: `key` is its secret, `peer` is what the others recognise it by. */
export const newServiceKey = (name: string): { key: string; peer: string } =>
  keyPairOf(name, randomBytes(SEED_BYTES));

/** The key of a service out of one root key (32 bytes, base64): for one machine, where all start together. */
export const derivedServiceKey = (
  rootBase64: string,
  name: string,
): { key: string; peer: string } =>
  keyPairOf(
    name,
    Buffer.from(
      hkdfSync('sha256', Buffer.from(rootBase64, 'base64'), '', `service|${name}`, SEED_BYTES),
    ),
  );

const keyPairOf = (name: string, seed: Buffer): { key: string; peer: string } => ({
  key: `${name}:${seed.toString('base64')}`,
  peer: `${name}:${rawPublicOf(seed).toString('base64')}`,
});

/**
 * The identity of a process. `key` is its own (`name:base64`), `peers` those of all services, by
 * commas; a name that is listed twice has two keys, as long as one replaces the other. Throws when an
 * entry cannot be read.
 */
export function createServiceIdentity(key: string, peers: string): ServiceIdentity {
  const { name, bytes: seed } = entryOf(key);
  const privateKey = privateKeyOf(seed);
  const known = Map.groupBy(peers.split(',').map(entryOf), (entry) => entry.name);
  const keysOf = new Map(
    [...known].map(([peer, entries]) => [peer, entries.map(({ bytes }) => publicKeyOf(bytes))]),
  );
  const made = new Map<string, { token: string; renewAt: number }>();
  const verified = new Map<string, { caller: string; endsAt: number }>();
  return {
    name,
    tokenFor: (contract, nowMs) => {
      const kept = made.get(contract);
      if (kept && nowMs < kept.renewAt) return kept.token;
      const claims = encodeClaims([name, contract, nowMs + LIFETIME_MS]);
      const token = `${claims}.${sign(null, Buffer.from(claims), privateKey).toString('base64url')}`;
      made.set(contract, { token, renewAt: nowMs + LIFETIME_MS / 2 });
      return token;
    },
    callerOf: (token, contract, nowMs) => {
      // The contract is part of the key: a token for one is none for another.
      const cacheKey = `${contract} ${token}`;
      const kept = verified.get(cacheKey);
      if (kept) return nowMs < kept.endsAt ? kept.caller : null;
      const found = verifiedClaims(token, contract, nowMs, keysOf);
      if (!found) return null;
      const [oldest] = verified.keys();
      if (verified.size >= VERIFIED_MAX && oldest !== undefined) verified.delete(oldest);
      verified.set(cacheKey, found);
      return found.caller;
    },
  };
}

type Claims = readonly [name: string, contract: string, expiresAtMs: number];

const encodeClaims = (claims: Claims): string =>
  Buffer.from(JSON.stringify(claims), 'utf8').toString('base64url');

function decodeClaims(text: string): Claims | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 3) return null;
    const [name, contract, expiresAt] = value as unknown[];
    const isClaims =
      typeof name === 'string' && typeof contract === 'string' && Number.isSafeInteger(expiresAt);
    return isClaims ? [name, contract, expiresAt as number] : null;
  } catch {
    return null;
  }
}

function verifiedClaims(
  token: string,
  contract: string,
  nowMs: number,
  keysOf: ReadonlyMap<string, readonly KeyObject[]>,
): { caller: string; endsAt: number } | null {
  if (token.length > TOKEN_LENGTH_MAX) return null;
  const [signed = '', signature = '', ...more] = token.split('.');
  const claims = more.length === 0 ? decodeClaims(signed) : null;
  if (!claims) return null;
  const [caller, audience, expiresAt] = claims;
  const endsAt = expiresAt + SKEW_MS;
  const isFresh = nowMs < endsAt && expiresAt <= nowMs + LIFETIME_MS + SKEW_MS;
  if (audience !== contract || !isFresh) return null;
  const bytes = Buffer.from(signature, 'base64url');
  const keys = keysOf.get(caller) ?? [];
  const isGenuine = keys.some((key) => verify(null, Buffer.from(signed), key, bytes));
  return isGenuine ? { caller, endsAt } : null;
}
