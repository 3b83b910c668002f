import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { IDENTITY_KEY } from './identity.ts';
import { ACTOR_KEY, OWNER_KEY, PUSHBACK_KEY, REASON_KEY } from './status.ts';

/** Metadata that goes with each call, in whatever way it travels. */
export type CallMetadata = {
  /** Proves who calls the contract. */
  readonly identity: string;
  /** For whom the caller acts. */
  readonly actor: string;
  /** Empty outside a trace. */
  readonly traceparent: string;
};

/** How a call failed, whether the server or the library says so. */
export type CallFailure = {
  readonly code: number;
  readonly details: string;
  /** The refusal's stable word; empty where nobody decided. */
  readonly reason: string;
  /** host:port of who serves what was asked for; empty when nobody is known to. */
  readonly owner: string;
  /** 0: nothing was said. */
  readonly retryAfterMs: number;
};

/** What a server reads of a call's metadata. */
export function metadataOf({ actor, identity, traceparent }: CallMetadata): Metadata {
  const metadata = new Metadata();
  metadata.set(ACTOR_KEY, actor);
  metadata.set(IDENTITY_KEY, identity);
  if (traceparent !== '') metadata.set('traceparent', traceparent);
  return metadata;
}

/** What the trailing metadata of a failed call say of it. */
export function failureIn({
  code = status.UNKNOWN,
  details = '',
  metadata,
}: Partial<Pick<ServiceError, 'code' | 'details' | 'metadata'>>): CallFailure {
  const told = (key: string): string => metadata?.get(key)[0]?.toString() ?? '';
  return {
    code,
    details,
    reason: told(REASON_KEY),
    owner: told(OWNER_KEY),
    retryAfterMs: Number(told(PUSHBACK_KEY)),
  };
}
