import { serviceIdentity } from '@astrolabe/service/identity';
import { ServerInterceptingCall, ServerListenerBuilder, status } from '@grpc/grpc-js';
import type { Metadata, ServerInterceptor } from '@grpc/grpc-js';
import { admit } from './identity.ts';

/** How long a caller may take for the whole request of a call, or to say who opened a stream; in milliseconds. */
export const REQUEST_MS = 10_000;

/** A stream to everybody, which nobody here reads; a client takes the answer for a server that is well. */
const HEALTH_WATCH = '/grpc.health.v1.Health/Watch';

type Refusal = { readonly code: number; readonly details: string };

/**
 * Bounds what a caller can hold open by sending nothing. The library calls a handler once the request is whole, so one
 * that never comes would keep its stream for good: a call with one request has REQUEST_MS for it, and whoever proves no name is
 * refused by the headers alone, before anything of the body is read. `guarded` are the paths of our contracts.
 */
export function awaitedRequests(guarded: ReadonlySet<string>): ServerInterceptor {
  const identity = serviceIdentity();
  const refusalOf = (path: string, metadata: Metadata): Refusal | null => {
    if (path === HEALTH_WATCH) return { code: status.UNIMPLEMENTED, details: 'Ask by Check' };
    if (!guarded.has(path)) return null;
    const admission = admit(identity, metadata, path);
    return 'caller' in admission ? null : admission;
  };
  return ({ path, requestStream }, call) => {
    // Streams are refused by who serves them, and say who they are by their first call. The library takes
    // the call as it is, which costs its messages nothing; its types say less.
    if (requestStream) return call as ServerInterceptingCall;
    return new ServerInterceptingCall(call, {
      start: (next) => {
        let waiting: NodeJS.Timeout | undefined;
        const come = (): void => clearTimeout(waiting);
        const listener = new ServerListenerBuilder()
          .withOnReceiveMetadata((metadata, pass) => {
            const refusal = refusalOf(path, metadata);
            if (refusal) {
              call.sendStatus(refusal);
              return;
            }
            const late = { code: status.DEADLINE_EXCEEDED, details: 'The request has not come' };
            waiting = setTimeout(() => call.sendStatus(late), REQUEST_MS);
            pass(metadata);
          })
          .withOnReceiveHalfClose((pass) => {
            come();
            pass();
          })
          .withOnCancel(come);
        next(listener.build());
      },
    });
  };
}
