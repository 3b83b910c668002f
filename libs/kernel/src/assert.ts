/** A broken invariant: a bug or corrupt data, never a refusal that a caller could expect. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Throws InvariantViolation unless `condition` holds. Stays on in production. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}

/** Closes an exhaustive switch: the type checker rejects the call while a case is missing. */
export function assertNever(value: never, context: string): never {
  throw new InvariantViolation(`${context}: unexpected value ${JSON.stringify(value)}`);
}
