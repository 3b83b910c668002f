import type { CallFailure, CallMetadata } from '../call-metadata.ts';

/** One unary call, serialised. */
export type Ask = CallMetadata & {
  /** As gRPC names a method: `/contract/Method`. */
  readonly path: string;
  readonly request: Uint8Array;
  readonly deadline: Date;
};

/** What a call came to. `plain`: the server carries no calls, so it has to be made by itself. */
export type Answer =
  | { readonly kind: 'answered'; readonly response: Uint8Array }
  | { readonly kind: 'failed'; readonly failure: CallFailure }
  | { readonly kind: 'plain' };

/** A message is closed when it holds so much. A request that is larger than that is not carried. */
export const BATCH_BYTES = 256 * 1024;

/** What goes with a request or a response at most: names, proof, details. */
const BESIDE_BYTES = 1_024;

/** What a message of one call may have beside its request or response. */
export const ENVELOPE_BYTES = 16 * BESIDE_BYTES;

export const failureOf = (code: number, details: string): Answer => ({
  kind: 'failed',
  failure: { code, details, reason: '', owner: '', retryAfterMs: 0 },
});

/** Groups what is to be sent into messages of about `BATCH_BYTES`, in order. */
export function inBatches<T>(all: readonly T[], bytesOf: (one: T) => number): T[][] {
  const batches: T[][] = [];
  let last: T[] = [];
  let bytes = 0;
  for (const one of all) {
    const own = bytesOf(one) + BESIDE_BYTES;
    if (last.length > 0 && bytes + own > BATCH_BYTES) {
      batches.push(last);
      [last, bytes] = [[], 0];
    }
    last.push(one);
    bytes += own;
  }
  if (last.length > 0) batches.push(last);
  return batches;
}
