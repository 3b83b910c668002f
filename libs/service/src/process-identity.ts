import { AsyncLocalStorage } from 'node:async_hooks';
import { createServiceIdentity } from '@astrolabe/signing';
import type { ServiceIdentity } from '@astrolabe/signing';
import { ConfigError, IdentitySchema, loadConfig } from './config.ts';

/** A process has one identity, unless several services share it. */
let ours: ServiceIdentity | null = null;
const shared = new AsyncLocalStorage<ServiceIdentity>();

/**
 * Says who this process is in every call that it makes, and whom it recognises in those that it
 * serves. `key` is `name:base64`, `peers` the same of all services, by commas. Throws when they cannot
 * be read.
 */
export function useServiceIdentity(key: string, peers: string): void {
  ours = createServiceIdentity(key, peers);
}

/** The same, of an identity that was read before. */
export function useIdentity(identity: ServiceIdentity): void {
  ours = identity;
}

/** What `work` makes, it makes as the service of this identity: clients and servers ask when they are made. */
export const withIdentityOf = <T>(identity: ServiceIdentity, work: () => T): T =>
  shared.run(identity, work);

/** The identity of whoever runs here; throws where none was set, for nothing may be called without one. */
export function serviceIdentity(): ServiceIdentity {
  const identity = shared.getStore() ?? ours;
  if (identity) return identity;
  throw new TypeError('this process has no identity: SERVICE_KEY and SERVICE_PEERS are not set');
}

/** The identity of the service `name` by its environment. @throws ConfigError where it is another's, or none. */
export function readIdentity(
  name: string,
  env: Record<string, string | undefined>,
): ServiceIdentity {
  const { SERVICE_KEY, SERVICE_PEERS } = loadConfig(IdentitySchema, env);
  const identity = identityOf(SERVICE_KEY, SERVICE_PEERS);
  if (identity.name === name) return identity;
  throw new ConfigError([`SERVICE_KEY: is the key of ${identity.name}`]);
}

function identityOf(key: string, peers: string): ServiceIdentity {
  try {
    return createServiceIdentity(key, peers);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`SERVICE_KEY, SERVICE_PEERS: ${problem}`]);
  }
}
