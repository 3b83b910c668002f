import {
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoUnexpectedServerResponseError,
} from 'mongodb';

/** Thrown when a compare-and-set lost against other writers more often than the bound allows. */
export class ConcurrencyExhausted extends Error {
  override readonly name = 'ConcurrencyExhausted';
  readonly collection: string;
  readonly aggregateId: string;
  readonly attempts: number;

  constructor(collection: string, aggregateId: string, attempts: number) {
    super(`${collection}: ${attempts} attempts to change one aggregate all met another writer`);
    this.collection = collection;
    this.aggregateId = aggregateId;
    this.attempts = attempts;
  }
}

/** A new aggregate has a value that another one has, and that a unique index gives to one alone. */
export class ValueTaken extends Error {
  override readonly name = 'ValueTaken';

  constructor(collection: string, aggregateId: string) {
    super(`${collection}: another aggregate has a unique value of ${aggregateId}`);
  }
}

const DUPLICATE_KEY = 11_000;

/** One write of several was refused by the database; nothing of it happened. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** A write may or may not have happened, and only a look at the database can tell. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** True when a unique index (or `_id`) refused the write. Never throws on foreign errors. */
export function isDuplicateKey(error: unknown): boolean {
  const isTold = error instanceof MongoServerError || error instanceof WriteRefused;
  return isTold && error.code === DUPLICATE_KEY;
}

const LOST = [
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoUnexpectedServerResponseError,
  OutcomeUnknown,
];

/** What Node says of a socket whose other end is gone. */
const SOCKET_CODES = new Set([
  'ECONNABORTED',
  'ECONNRESET',
  'ENOTCONN',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ETIMEDOUT',
]);

/**
 * A command that waits for its socket to drain while the server goes away fails with the socket's own
 * error (driver 7.9.0): no class of the driver, no label, and no repeat by the driver.
 */
const isOfSocket = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && SOCKET_CODES.has(String(error.code));

/**
 * True when the reply to a write got lost, so that the write may or may not have happened: decided
 * by the driver's error labels, as its documentation asks, and by the classes of network errors and of
 * operations that ran out of time.
 */
export function isOutcomeUnknown(error: unknown): boolean {
  const isLost = LOST.some((kind) => error instanceof kind) || isOfSocket(error);
  if (isLost) return true;
  return (
    error instanceof MongoServerError &&
    (error.hasErrorLabel('RetryableWriteError') || error.errorResponse['writeConcernError'] != null)
  );
}

/** The name of the database among the dependencies of a process. */
export const DATABASE = 'mongodb';
