import { callersOf } from '@astrolabe/contracts/callers';
import type { ServiceIdentity } from '@astrolabe/signing';
import { status } from '@grpc/grpc-js';
import type { Metadata } from '@grpc/grpc-js';

/** Metadata key of the token by which a service proves who it is. */
export const IDENTITY_KEY = 'astrolabe-identity';

/** The contract of a path of gRPC: `/contract/Method`. */
export const contractOf = (path: string): string => path.split('/')[1] ?? '';

export type Admission =
  { readonly caller: string } | { readonly code: number; readonly details: string };

/**
 * Who calls: a call without a token that proves it is UNAUTHENTICATED, one by somebody whom the
 * contract does not list is PERMISSION_DENIED.
 */
export function admit(identity: ServiceIdentity, metadata: Metadata, path: string): Admission {
  const contract = contractOf(path);
  const token = metadata.get(IDENTITY_KEY)[0];
  const caller = typeof token === 'string' ? identity.callerOf(token, contract, Date.now()) : null;
  if (caller === null) {
    return { code: status.UNAUTHENTICATED, details: 'The call does not prove who makes it' };
  }
  if (callersOf(contract).includes(caller)) return { caller };
  return { code: status.PERMISSION_DENIED, details: `${caller} may not call ${path}` };
}
