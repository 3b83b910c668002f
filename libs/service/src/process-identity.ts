import { createServiceIdentity } from '@astrolabe/signing';
import type { ServiceIdentity } from '@astrolabe/signing';

/** A process has one identity, as it has one set of telemetry; `runService` sets it. */
let ours: ServiceIdentity | null = null;

/**
 * Says who this process is in every call that it makes, and whom it recognises in those that it
 * serves. `key` is `name:base64`, `peers` the same of all services, by commas. Throws when they cannot
 * be read.
 */
export function useServiceIdentity(key: string, peers: string): void {
  ours = createServiceIdentity(key, peers);
}

/** The identity of this process; throws where none was set, for nothing may be called without one. */
export function serviceIdentity(): ServiceIdentity {
  if (ours) return ours;
  throw new TypeError('this process has no identity: SERVICE_KEY and SERVICE_PEERS are not set');
}
