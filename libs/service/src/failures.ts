/** What a failure means to the caller, whatever protocol it called by. */
export type FailureKind = 'INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'CONFLICT' | 'UNAVAILABLE';

/**
 * `code` and `message` are those of whoever refused, where they may be passed on; empty otherwise.
 * UNAVAILABLE: it was not decided, or it is not known what was; the same request may be sent again.
 */
export type Failure = {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
};

/** Recognises the errors of one driver or protocol; null for all others. */
export type FailureReader = (error: unknown) => Failure | null;

const readers = new Set<FailureReader>();
const CAUSES_MAX = 5;

/** The home of a driver registers how its errors are read; the same reader counts once. */
export function readFailuresWith(reader: FailureReader): void {
  readers.add(reader);
}

/** What `error`, or what caused it, means to the caller; null for a fault of the program. */
export function failureOf(error: unknown): Failure | null {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    for (const read of readers) {
      const failure = read(current);
      if (failure) return failure;
    }
    current = current.cause;
  }
  return null;
}

/** True when a dependency is away, so that nothing is decided and a repeat is right. */
export const isUnavailable = (error: unknown): boolean => failureOf(error)?.kind === 'UNAVAILABLE';
