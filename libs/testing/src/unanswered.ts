/** Nobody listens there: port 1 is for the system alone, and not in use. */
const NOBODY = '127.0.0.1:1';

/** Addresses of services that a test's service needs to start, and that the test does not ask for anything. */
export const unanswered = <Name extends `${string}_ADDRESS`>(
  ...names: readonly Name[]
): Record<Name, string> =>
  Object.fromEntries(names.map((name) => [name, NOBODY])) as Record<Name, string>;
