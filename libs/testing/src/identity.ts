import { SERVICE_NAMES } from '@astrolabe/contracts/callers';
import type { ServiceName } from '@astrolabe/contracts/callers';
import { createServiceIdentity, derivedServiceKey } from '@astrolabe/signing';
import type { ServiceIdentity } from '@astrolabe/signing';

/** The root of all identities in tests; 32 bytes, base64. */
export const TEST_IDENTITY_ROOT = Buffer.alloc(32, 11).toString('base64');

/** The variables by which a process of this name proves who it is. */
export function identityEnv(name: string): { SERVICE_KEY: string; SERVICE_PEERS: string } {
  const names = new Set<string>([...SERVICE_NAMES, name]);
  return {
    SERVICE_KEY: derivedServiceKey(TEST_IDENTITY_ROOT, name).key,
    SERVICE_PEERS: [...names]
      .map((peer) => derivedServiceKey(TEST_IDENTITY_ROOT, peer).peer)
      .join(','),
  };
}

/** A service's identity, for a client that calls in its place. */
export function testIdentity(name: ServiceName): ServiceIdentity {
  const { SERVICE_KEY, SERVICE_PEERS } = identityEnv(name);
  return createServiceIdentity(SERVICE_KEY, SERVICE_PEERS);
}
