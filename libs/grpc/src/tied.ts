import type { EventEmitter } from 'node:events';
import { serviceIdentity } from '@astrolabe/service/identity';
import type { Metadata, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { admit } from './identity.ts';

export type LoggerLike = { error(fields: object, message: string): void };

const LOGGER = Symbol('logger');
const CALLER = Symbol('caller');

type TiedCall = { metadata: Metadata; [LOGGER]?: LoggerLike; [CALLER]?: string };

/** The logger of the server that a call came to. */
export const loggerOf = (call: object): LoggerLike | undefined => (call as TiedCall)[LOGGER];

/** Which service made a call; it has proved it. Empty: nobody has, or the call was refused. */
export const callerOf = (call: object): string => (call as TiedCall)[CALLER] ?? '';

/**
 * Lets only calls through whose caller has proved who it is and may call the contract. Ties each to
 * its caller, and to its server's logger, so that no failure of a handler goes untold.
 */
export function tiedTo(
  logger: LoggerLike,
  definition: ServiceDefinition,
  implementation: UntypedServiceImplementation,
): UntypedServiceImplementation {
  const tied: UntypedServiceImplementation = {};
  const identity = serviceIdentity();
  for (const [method, handle] of Object.entries(implementation)) {
    const path = definition[method]?.path ?? '';
    tied[method] = (...call: [TiedCall & EventEmitter, unknown]) => {
      const [one, callback] = call;
      const admission = admit(identity, one.metadata, path);
      if (!('caller' in admission)) return refuse(one, callback, admission);
      one[LOGGER] = logger;
      one[CALLER] = admission.caller;
      (handle as (...call: unknown[]) => void)(...call);
    };
  }
  return tied;
}

/** Ends a call before its handler has seen it; a stream has no callback and is told by an error. */
function refuse(
  call: EventEmitter,
  callback: unknown,
  refusal: { code: number; details: string },
): void {
  if (typeof callback === 'function') (callback as (error: object) => void)(refusal);
  else call.emit('error', Object.assign(new Error(refusal.details), refusal));
}
