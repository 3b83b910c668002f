/** A broken invariant: a bug or corrupt data, never a refusal that a caller could expect. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/**
 * Throws InvariantViolation unless `condition` holds. Stays on in production. `subject`: what it is
 * about; a function where the text would have to be made, so that it is made for the violation only.
 */
export function invariant(
  condition: unknown,
  message: string,
  subject?: string | (() => string),
): asserts condition {
  if (condition) return;
  const about = typeof subject === 'function' ? subject() : subject;
  throw new InvariantViolation(about === undefined ? message : `${message}: ${about}`);
}

/** Closes an exhaustive switch: the type checker rejects the call while a case is missing. */
export function assertNever(value: never, context: string): never {
  throw new InvariantViolation(`${context}: unexpected value ${JSON.stringify(value)}`);
}
