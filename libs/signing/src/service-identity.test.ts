import { expect, test } from 'vitest';
import { createServiceIdentity, derivedServiceKey, newServiceKey } from './service-identity.ts';

const [router, gateway] = [newServiceKey('order-router'), newServiceKey('gateway-ingress')];
const peers = `${router.peer},${gateway.peer}`;
const caller = createServiceIdentity(router.key, peers);
const server = createServiceIdentity(gateway.key, peers);
const NOW = Date.parse('2026-11-29T12:00:00Z');
const CONTRACT = 'astrolabe.inventory.v1.InventoryService';

test('a token says who made it, to the servers of one contract alone', () => {
  const token = caller.tokenFor(CONTRACT, NOW);
  expect(server.callerOf(token, CONTRACT, NOW)).toBe('order-router');
  expect(server.callerOf(token, 'astrolabe.catalog.v1.CatalogService', NOW)).toBeNull();
  expect(server.callerOf(token, CONTRACT, NOW)).toBe('order-router');
});

test('a token is renewed before its end, and is none two hours beyond it or before it', () => {
  const token = caller.tokenFor(CONTRACT, NOW);
  expect(caller.tokenFor(CONTRACT, NOW + 149_000)).toBe(token);
  expect(caller.tokenFor(CONTRACT, NOW + 151_000)).not.toBe(token);
  expect(server.callerOf(token, CONTRACT, NOW + 7_499_999)).toBe('order-router');
  expect(server.callerOf(token, CONTRACT, NOW + 7_500_000)).toBeNull();
  const early = createServiceIdentity(router.key, peers).tokenFor(CONTRACT, NOW + 7_200_001);
  expect(server.callerOf(early, CONTRACT, NOW)).toBeNull();
});

test('any changed letter, another name and an unknown key are nobody', () => {
  const token = caller.tokenFor(CONTRACT, NOW);
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === 'A' ? 'B' : 'A';
    const changed = token.slice(0, at) + other + token.slice(at + 1);
    // The last letter of base64url has bits that nobody reads.
    if (at < token.length - 1) expect(server.callerOf(changed, CONTRACT, NOW)).toBeNull();
  }
  const forged = createServiceIdentity(newServiceKey('order-router').key, peers);
  expect(server.callerOf(forged.tokenFor(CONTRACT, NOW), CONTRACT, NOW)).toBeNull();
  const stranger = createServiceIdentity(newServiceKey('stranger').key, peers);
  expect(server.callerOf(stranger.tokenFor(CONTRACT, NOW), CONTRACT, NOW)).toBeNull();
  for (const text of ['', '.', 'a.b', 'a.b.c', 'x'.repeat(10_000)]) {
    expect(server.callerOf(text, CONTRACT, NOW)).toBeNull();
  }
});

test('while a key is replaced both are recognised', () => {
  const next = newServiceKey('order-router');
  const both = createServiceIdentity(gateway.key, `${peers},${next.peer}`);
  for (const key of [router.key, next.key]) {
    const token = createServiceIdentity(key, peers).tokenFor(CONTRACT, NOW);
    expect(both.callerOf(token, CONTRACT, NOW)).toBe('order-router');
  }
});

test('keys out of one root are always the same, and differ by name', () => {
  const root = Buffer.alloc(32, 1).toString('base64');
  expect(derivedServiceKey(root, 'console')).toEqual(derivedServiceKey(root, 'console'));
  expect(derivedServiceKey(root, 'console').peer).not.toBe(derivedServiceKey(root, 'c').peer);
});

test('an entry that cannot be read is refused', () => {
  for (const bad of ['', 'order-router', 'order-router:c2hvcnQ=', `:${'A'.repeat(44)}`]) {
    expect(() => createServiceIdentity(bad, peers)).toThrow(/name:key/);
    expect(() => createServiceIdentity(router.key, `${peers},${bad}`)).toThrow(/name:key/);
  }
});
