import {
  MongoClientClosedError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import type { Failure } from '@astrolabe/service';
import { ConcurrencyExhausted, isOutcomeUnknown } from './errors.ts';
import { InvalidPageCursor } from './page.ts';

/** The pool's wait queue and its clearing tell themselves by name only: the driver exports no class. */
const POOL_ERRORS = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
]);

const AWAY = [
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
  MongoServerClosedError,
  ConcurrencyExhausted,
];

/**
 * Answers of a server that stops, steps down or has lost its majority, by number (error_codes.yml of
 * the server): MaxTimeMSExpired, HostUnreachable, HostNotFound, WriteConcernFailed, NetworkTimeout,
 * ShutdownInProgress, PrimarySteppedDown, ExceededTimeLimit, SocketException, NotWritablePrimary,
 * InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary.
 */
const AWAY_CODES = new Set([
  50, 6, 7, 64, 89, 91, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/** What an error of the database means to whoever asked; null for a fault of the program. */
export function mongoFailure(error: unknown): Failure | null {
  if (error instanceof InvalidPageCursor) {
    return { kind: 'INVALID', code: 'INVALID_PAGE_TOKEN', message: error.message };
  }
  return isAway(error) ? { kind: 'UNAVAILABLE', code: '', message: '' } : null;
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (AWAY.some((kind) => error instanceof kind) || POOL_ERRORS.has(error.name)) return true;
  if (isOutcomeUnknown(error)) return true;
  return error instanceof MongoServerError && AWAY_CODES.has(Number(error.code));
}
